"""What may be said about a measurement, checked before anything is measured."""

from collections.abc import Mapping
from typing import Literal, TypeVar

from pydantic import Field, ValidationError

from assistant.errors import InputError
from tools.quantize.bundle import Value
from tools.quantize.job import Kind, Scalar


class Options(Value):
    """Of every kind."""

    deadline_s: float = Field(7_200, gt=0)
    """Seconds after which a measurement is given up: it hangs."""


class RecordingOptions(Options):
    """Of what is measured on a manifest of recordings."""

    limit: int | None = Field(None, ge=1)
    """At most so many of the recordings that can be used, evenly spread over the manifest."""
    sets: str = ""
    """Only these sets of the manifest, a comma between them."""
    half: Literal["tune", "report"] | None = None
    """Only one half of the speakers: choose on the one, report on the other."""

    @property
    def set_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.sets.split(",") if name.strip())


class SttOptions(RecordingOptions):
    pass


class WakeOptions(RecordingOptions):
    phrase: str = ""
    """What is said, as a catalog name: "hey_jarvis". Empty: the candidate's name."""
    threshold: float | None = Field(None, gt=0, lt=1)
    """Score from which it counts as heard, instead of the setting's."""


class TtsOptions(Options):
    limit: int | None = Field(None, ge=1)
    """At most so many sentences, evenly spread."""
    stt_model: str = ""
    """Catalog name of the Whisper model that listens. Empty: whisper-base-q8_0 if it is installed,
    else whisper-tiny.en-q8_0."""
    language: str = "en"
    """ISO 639-1 code of the sentences."""


class LlmOptions(Options):
    limit: int | None = Field(None, ge=1)
    """At most so many labelled requests, evenly spread."""
    chunk_tokens: int = Field(512, ge=32)
    """Length of the pieces that the text is cut into."""


OPTIONS: dict[Kind, type[Options]] = {
    "stt": SttOptions,
    "llm": LlmOptions,
    "tts": TtsOptions,
    "wake": WakeOptions,
}

OptionsT = TypeVar("OptionsT", bound=Options)


def parsed(kind: type[OptionsT], given: Mapping[str, Scalar]) -> OptionsT:
    """The options, those left out with their defaults. InputError names one that is wrong."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise refused("--option", error, kind.model_fields) from error


def refused(what: str, error: ValidationError, known: Mapping[str, object]) -> InputError:
    """The first fault as one sentence. `what`: the option of the command line."""
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"])) or "value"
    if first["type"] == "extra_forbidden":
        return InputError(f"{what} {name} is unknown here; choose from: {', '.join(known)}.")
    return InputError(f"{what} {name}: {first['msg'].lower().rstrip('.')}; correct it.")
