"""What `[home] engine` names, made."""

import os
from collections.abc import Mapping

from assistant.errors import ConfigError
from assistant.home.home import Home
from assistant.home.settings import HomeSettings
from assistant.home.token import CREDENTIAL, token


def build(settings: HomeSettings, environment: Mapping[str, str] = os.environ) -> Home | None:
    """Not yet started. None: no home control is wanted. ConfigError: what is missing for it."""
    if settings.engine == "none":
        return None
    secret = token(settings.token_file, environment)
    try:
        if settings.engine == "mqtt":
            from assistant.home.mqtt import Mqtt

            return Mqtt(settings.url, (settings.user, secret))
        from assistant.home.home_assistant import HomeAssistant
    except ModuleNotFoundError as error:
        raise ConfigError(
            f'home.engine = "{settings.engine}" needs the package {error.name}: '
            "pip install 'kitchen-assistant[home]'."
        ) from error
    if not secret:
        raise ConfigError(
            f"Home Assistant needs a long-lived access token: the systemd credential {CREDENTIAL}, "
            "or home.token_file."
        )
    return HomeAssistant(settings.url, secret)
