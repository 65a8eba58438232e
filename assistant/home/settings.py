"""What runs the house, and where it is."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import model_validator

from assistant.settings import Section

SCHEMES = {"home_assistant": ("ws", "wss"), "mqtt": ("mqtt", "mqtts")}


class HomeSettings(Section):
    engine: Literal["none", "home_assistant", "mqtt"] = "none"
    """What runs the house: Home Assistant (over its WebSocket API), or devices on an MQTT broker
    that announce themselves as Home Assistant's MQTT discovery has it. Needs the extra "home"."""
    url: str = ""
    """Where it is: "ws://homeassistant.local:8123/api/websocket", "mqtt://192.168.1.5:1883"; wss
    and mqtts are encrypted. Nothing else is ever contacted."""
    user: str = ""
    """Name at the MQTT broker; empty: none is asked for."""
    token_file: Path | None = None
    """A file that only its owner may read, with the long-lived access token of Home Assistant or
    the password at the MQTT broker. The systemd credential "home-token" comes before it. The token
    itself never stands in this configuration."""

    @model_validator(mode="after")
    def _url_fits(self) -> "HomeSettings":
        if self.engine == "none":
            return self
        schemes = SCHEMES[self.engine]
        try:
            url = urlsplit(self.url)
            port = url.port
        except ValueError as error:
            raise ValueError(f"url is not an address ({error})") from error
        if url.scheme not in schemes or not url.hostname or port == 0:
            raise ValueError(
                f'url must begin with "{schemes[0]}://" or "{schemes[1]}://" and a host'
            )
        if url.username or url.password or url.query or url.fragment:
            raise ValueError("url must hold no user, password or query; see token_file")
        return self
