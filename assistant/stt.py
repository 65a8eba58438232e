"""Speech to text: receives the audio of an utterance, returns what was said."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from pydantic import Field

from assistant.audio.types import Cancelled, Pcm
from assistant.settings import Section


@dataclass(frozen=True, slots=True)
class Transcript:
    text: str
    """Speech only: no [BLANK_AUDIO], no (music), no repeated loops. Empty if nothing was said."""
    language: str = "en"
    """ISO 639-1."""
    confidence: float = 1.0
    """0 to 1: geometric mean of the probabilities of its tokens."""
    retried: bool = False
    """The short audio context did not suffice and the full one was used."""
    looped: bool = False
    """The recogniser repeated itself and the repetition was cut off."""


class Transcriber(Protocol):
    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        """Transcribe one utterance. `pcm`: shape (n,), int16, 16 kHz. May finish although
        `cancelled` became true; the caller drops the result."""
        ...


@runtime_checkable
class Glimpser(Protocol):
    def glimpse(self, pcm: Pcm, cancelled: Cancelled) -> str:
        """What an utterance that is not over seems to say: int16, 16 kHz. Empty if that is nothing
        yet, or nothing sure. Gives up, and returns nothing, soon after `cancelled` became true."""
        ...


class SttSettings(Section):
    engine: str = "whispercpp"
    """Which recogniser."""
    model: str = "whisper-tiny.en-q8_0"
    """Catalog name of its weights."""
    language: str = "en"
    """ISO 639-1 code; never detected, because detection costs a second pass."""
    prompt: str = Field("", max_length=400)
    """What requests are like, in their language: "Turn on the light. Set a timer." Fewer words are
    misheard, and more utterances are read twice: docs/log.md has the figures."""
    threads: int = Field(2, ge=1, le=64)
    """CPU threads. Left out or "auto": as suits the board (`assistant hw`)."""
    context: Literal["short", "full"] = "short"
    """Audio context of the encoder: sized to the utterance, or always 30 s."""
    partials_s: float = Field(0.0, ge=0, le=10)
    """Seconds between partial transcripts while somebody speaks, for whoever watches. 0: none. They
    take memory for a second copy of the model and, while somebody speaks, a core that is free."""
    reread_below: float = Field(0.3, ge=0, le=1)
    """Confidence under which a short context is not trusted and the full one is read as well.
    That takes a second. 0.3 suits whisper-tiny.en, 0.66 whisper-base: docs/log.md has the figures.
    """
