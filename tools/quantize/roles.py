"""Which model serves in a role here, and whether the configuration lets it be changed."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.config import AUTO, MODELS, Settings, where_stated
from assistant.errors import InputError
from models.roles import WAKE, Role, wake_role
from tools.quantize.job import Kind

ROLES = ("stt", "llm", "tts", "wake.PHRASE")
_BESIDE = (("llm", "smaller"), ("vad", "model"), ("turn", "model"))
"""(section, key) of the settings that name a model in no role."""


def role_of(kind: Kind, phrase: str | None) -> str:
    """The role of a kind of model. InputError if a wake word has no phrase, or one that is none."""
    if kind != "wake":
        return kind
    if not phrase:
        raise InputError("Say what the wake word listens for: --phrase hey_jarvis.")
    role = wake_role(phrase)
    try:
        return TypeAdapter(Role).validate_python(role)
    except ValidationError as error:
        raise InputError(
            f"{phrase!r} is no wake phrase: write it without spaces, as --phrase hey_jarvis."
        ) from error


def known_role(said: str, promoted: Iterable[str]) -> str:
    """A role as somebody says it: "wake" is enough where one wake word was promoted.
    `promoted`: the roles in which anything was.

    Raises InputError if there is none of this name.
    """
    if said in MODELS or (said.startswith(WAKE) and said != WAKE):
        return said
    words = [role for role in promoted if role.startswith(WAKE)]
    if said == "wake" and len(words) == 1:
        return words[0]
    if said == "wake":
        some = ", ".join(words) or "none was promoted"
        raise InputError(f"Say which wake phrase: wake.PHRASE ({some}).")
    raise InputError(f"There is no role {said!r}; choose one of: {', '.join(ROLES)}.")


def current(settings: Settings, role: str) -> str:
    """Catalog name of the model that the configuration, or what was promoted, chooses. For a wake
    phrase that nobody listens for, that is the phrase."""
    if role.startswith(WAKE):
        return settings.wake.model_of(role.removeprefix(WAKE))
    section, key = MODELS[role]
    name: str = getattr(getattr(settings, section), key)
    return name


def used(settings: Settings) -> dict[str, str]:
    """By role, the catalog name of the model that is chosen, as in `current`."""
    roles = [*MODELS, *map(wake_role, settings.wake.phrases)]
    return {role: current(settings, role) for role in roles}


def shipped(role: str) -> str | None:
    """The same where nothing is configured or promoted; None: a new wake phrase."""
    settings = Settings()
    if role.startswith(WAKE) and role.removeprefix(WAKE) not in settings.wake.phrases:
        return None
    return current(settings, role)


def chosen(settings: Settings, role: str, name: str) -> Settings:
    """The settings with another model in a role."""
    if not role.startswith(WAKE):
        section, key = MODELS[role]
        changed = getattr(settings, section).model_copy(update={key: name})
        return settings.model_copy(update={section: changed})
    phrase, wake = role.removeprefix(WAKE), settings.wake
    listened = tuple(dict.fromkeys([*wake.phrases, phrase]))
    models = {**wake.models, phrase: name}
    changed = wake.model_copy(update={"phrases": listened, "models": models})
    return settings.model_copy(update={"wake": changed})


def require_unstated(settings: Settings, role: str, config: Path | None) -> None:
    """InputError if the configuration states the model, so that promoting changes nothing."""
    if not role.startswith(WAKE):
        _refuse(MODELS[role], config)
        return
    phrase = role.removeprefix(WAKE)
    _refuse(("wake", "models", phrase), config)
    if phrase not in settings.wake.phrases and (at := where_stated(("wake", "phrases"), config)):
        raise InputError(
            f'{at} states wake.phrases, without "{phrase}": add it there, or remove the line.'
        )


def require_unnamed(settings: Settings, name: str, config: Path | None) -> None:
    """InputError if the configuration names the model beside those of the roles."""
    for section, key in _BESIDE:
        at = where_stated((section, key), config)
        if at and name != AUTO and getattr(getattr(settings, section), key) == name:
            raise InputError(
                f"{at} names {name} as {section}.{key}: write the name of another model there, or"
                " remove it."
            )


def _refuse(key: tuple[str, ...], config: Path | None) -> None:
    if at := where_stated(key, config):
        raise InputError(
            f"{at} states {'.'.join(key)}, which goes before what is promoted: remove it there, or"
            " write the name of the other model instead."
        )
