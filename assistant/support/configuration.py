"""The configuration, as far as anybody may see it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel

from assistant.config import Settings
from assistant.engines import ENGINES
from assistant.skills import SKILLS
from assistant.support.redact import REMOVED, Redactor

_DEVICES = {("mic", "device"), ("speaker", "device")}
_SECRETS = {("home", "token_file"), ("home", "user")}
_URLS = {("home", "url")}
_FOLDERS = {("recorder", "folder")}


def shown(settings: Settings, public: Iterable[str], redactor: Redactor) -> dict[str, Any]:
    """Numbers, switches, what is as it comes with the program, and names that are known to be
    public; of an address its kind, of a secret whether there is one. `public`: names of models."""
    engines = (name for engines in ENGINES.values() for name in engines)
    known = {*public, *SKILLS, *engines, *_choices(Settings)}
    return _table(settings.model_dump(), Settings().model_dump(), (), known, redactor)


def _choices(section: type[BaseModel]) -> Iterator[str]:
    """Words of which one has to be chosen: they stand in the source."""
    for field in section.model_fields.values():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _choices(annotation)
        elif get_origin(annotation) is Literal:
            yield from get_args(annotation)


def personal(settings: Settings) -> list[str]:
    """What of it must be shown nowhere."""
    home = settings.home
    words = [home.user, str(home.token_file or ""), str(settings.recorder.folder)]
    try:
        words.append(urlsplit(home.url).hostname or "")
    except ValueError:  # it is no address, so nobody's
        words.append(home.url)
    return words


def _table(
    values: Mapping[str, Any],
    standard: Mapping[str, Any],
    path: tuple[str, ...],
    known: set[str],
    redactor: Redactor,
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in values.items():
        place, usual = (*path, key), standard.get(key)
        if isinstance(value, Mapping) and key in standard and path == ():
            made[key] = _table(value, usual or {}, place, known, redactor)
        else:
            made[key] = _value(value, usual, place, known, redactor)
    return made


def _value(
    value: Any, usual: Any, place: tuple[str, ...], known: set[str], redactor: Redactor
) -> Any:
    if place in _SECRETS:
        return "set" if value else "not set"
    if place in _FOLDERS:
        return "the usual one" if value == usual else REMOVED
    if place in _URLS:
        scheme = str(value).partition("://")[0]
        return f"{scheme}://{REMOVED}" if scheme in ("ws", "wss", "mqtt", "mqtts") else REMOVED
    if place in _DEVICES:
        return redactor.text(value)
    return _plain(value, usual, known)


def _plain(value: Any, usual: Any, known: set[str]) -> Any:
    match value:
        case bool() | int() | float() | None:
            return value
        case str() | Path():
            return str(value) if value == usual or str(value) in known else REMOVED
        case Mapping():
            inner = usual if isinstance(usual, Mapping) else {}
            return {
                key if key in known or key in inner else REMOVED: _plain(
                    each, inner.get(key), known
                )
                for key, each in value.items()
            }
        case list() | tuple():
            usual_ones = set(usual) if isinstance(usual, list | tuple) else set()
            return [_plain(each, each if each in usual_ones else None, known) for each in value]
    return REMOVED
