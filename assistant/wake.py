"""Wake word: receives frames, reports the phrase that was heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol, Self

from pydantic import Field, model_validator

from assistant.audio.types import RATE, Frame
from assistant.settings import Section


@dataclass(frozen=True, slots=True)
class Detection:
    phrase: str
    score: float
    """0 to 1."""
    at: int
    """Sample index of the end of the wake word, as the detector saw it: the last sample it needed.
    A detector may be sure before the word is over (openWakeWord: 0.05 to 0.3 s before)."""


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
    thresholds: dict[str, Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=dict)
    """Per phrase, instead of `threshold`."""
    refractory_s: float = Field(2.0, ge=0, le=60)
    """Seconds during which the same phrase cannot be reported again."""

    @model_validator(mode="after")
    def _thresholds_are_of_known_phrases(self) -> Self:
        """A threshold for a phrase nobody listens for is a misspelling."""
        for phrase in self.thresholds:
            if phrase not in self.phrases:
                raise ValueError(f"thresholds names {phrase!r}, which is not in phrases")
        return self


class WakePolicy:
    """Scores to detections: a threshold a phrase, and a refractory time.

    One utterance of a phrase lifts its score over several steps, and often twice; the refractory
    time makes it one detection. Time is the sample counter.
    """

    def __init__(self, settings: WakeSettings) -> None:
        self._thresholds = {
            phrase: settings.thresholds.get(phrase, settings.threshold)
            for phrase in settings.phrases
        }
        self._refractory = round(settings.refractory_s * RATE)
        self._ready: dict[str, int] = {}

    def judge(self, scores: Mapping[str, float], at: int) -> Detection | None:
        """`scores`: 0 to 1 by phrase, after the audio up to sample `at`. Of several phrases heard
        at once the best is reported and all of them rest: it was one sound."""
        heard = [
            (score, phrase)
            for phrase, score in scores.items()
            if score >= self._thresholds[phrase] and at >= self._ready.get(phrase, at)
        ]
        if not heard:
            return None
        self._ready.update({phrase: at + self._refractory for _, phrase in heard})
        score, phrase = max(heard)
        return Detection(phrase, score, at)

    def reset(self) -> None:
        self._ready.clear()
