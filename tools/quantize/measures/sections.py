"""The engine's own section of the settings, with what a job says differently."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from assistant.errors import InputError
from assistant.llm import LlmSettings
from assistant.settings import Section
from assistant.stt import SttSettings
from assistant.tts import TtsSettings
from assistant.wake import WakeSettings
from tools.quantize.job import Kind, Scalar
from tools.quantize.measures.options import refused

SECTIONS: dict[Kind, type[Section]] = {
    "stt": SttSettings,
    "llm": LlmSettings,
    "tts": TtsSettings,
    "wake": WakeSettings,
}
_CANDIDATE = ("model", "voice", "phrases", "models", "thresholds")
"""Keys that name what is measured."""


def section(kind: Kind, settings: Mapping[str, Scalar], **candidate: Any) -> Any:
    """The section of an engine. `candidate`: the keys that name the model.

    Raises InputError for a setting that is unknown or wrong, or that names another model.
    """
    made = SECTIONS[kind]
    known = [name for name in made.model_fields if name not in _CANDIDATE]
    for name in settings:
        if name in _CANDIDATE:
            raise InputError(f"--set {name}: that is what is measured; name it as the file.")
    try:
        return made.model_validate({**settings, **candidate})
    except ValidationError as error:
        raise refused("--set", error, dict.fromkeys(known)) from error


def differing(kind: Kind, settings: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The settings that are not the defaults, with the types of the section: "4" is 4 threads.
    Raises InputError as `section` does."""
    given, default = section(kind, settings).model_dump(), SECTIONS[kind]().model_dump()
    return {name: given[name] for name in sorted(settings) if given[name] != default[name]}


def configured_settings(kind: Kind, configured: Section) -> dict[str, Scalar]:
    """What a configuration says otherwise than the defaults, but for which model serves."""
    plain: dict[str, Scalar] = {
        name: value
        for name, value in configured.model_dump().items()
        if name not in _CANDIDATE and isinstance(value, str | int | float | bool)
    }
    return differing(kind, plain)
