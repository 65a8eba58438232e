"""Wake word: receives frames, reports the phrase that was heard."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import Field

from assistant.audio.types import Frame
from assistant.settings import Section


@dataclass(frozen=True, slots=True)
class Detection:
    phrase: str
    score: float
    """0 to 1."""
    at: int
    """Sample index of the end of the wake word."""


class WakeDetector(Protocol):
    def push(self, frame: Frame) -> Detection | None:
        """Take the next frame of the stream; a phrase is reported once, then not again until the
        refractory time has passed. Frames must follow each other; after a gap, `reset`."""
        ...

    def reset(self) -> None:
        """Forget the audio so far, as after loading."""
        ...


class WakeSettings(Section):
    engine: str = "openwakeword"
    """Which detector."""
    phrases: tuple[str, ...] = ("hey_jarvis", "alexa", "hey_mycroft")
    """Catalog names of the phrases to listen for."""
    threshold: float = Field(0.5, gt=0, lt=1)
    """Score from which a phrase counts as heard."""
    thresholds: dict[str, float] = Field(default_factory=dict)
    """Per phrase, instead of `threshold`."""
    refractory_s: float = Field(2.0, ge=0)
    """Seconds during which the same phrase cannot be reported again."""
