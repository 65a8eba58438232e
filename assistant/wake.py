"""Wake word: receives frames, reports the phrase that was heard, or that one was nearly heard."""

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
    """Sample index from which a request may follow: the end of the wake word, as far as the
    detector knows. It may be before the word is over (openWakeWord: 0 to 0.3 s, docs/log.md)."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Something came close to a phrase and nothing came of it."""

    phrase: str
    score: float
    """The highest, 0 to 1."""
    at: int
    """Sample index at which the score was highest."""


class WakeDetector(Protocol):
    def push(self, frame: Frame) -> Detection | NearMiss | None:
        """Take the next frame of the stream; a phrase is reported once, then not again until the
        refractory time has passed. Near misses are reported late: when that time has passed
        without a detection. After a gap in the stream it hears as if silence had gone before."""
        ...

    def reset(self) -> None:
        """Forget the audio so far, as after loading."""
        ...


class WakeSettings(Section):
    engine: str = "openwakeword"
    """Which detector."""
    phrases: tuple[str, ...] = ("hey_jarvis", "alexa", "hey_mycroft")
    """Catalog names of the phrases to listen for. Left out: these, and others that were promoted
    (`quantize promote`)."""
    models: dict[str, str] = Field(default_factory=dict)
    """Per phrase, the catalog name of its model where that is not the phrase's own. Left out: what
    was promoted to it (`quantize promote`)."""
    threshold: float = Field(0.5, gt=0, lt=1)
    """Score from which a phrase counts as heard."""
    thresholds: dict[str, Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=dict)
    """Per phrase, instead of `threshold`."""
    refractory_s: float = Field(2.0, ge=0, le=60)
    """Seconds during which the same phrase cannot be reported again."""
    speaking_threshold: float = Field(0.15, gt=0, lt=1)
    """Instead of the others while the assistant's own sound is in the air."""
    speaking_frames: int = Field(2, ge=1, le=10)
    """Scores in a row, 80 ms apart, that must reach it: an echo's are short."""
    near_miss: float = Field(0.25, gt=0, le=1)
    """Score from which something that was not the phrase is counted; 1 counts nothing."""

    @model_validator(mode="after")
    def _known_phrases_only(self) -> Self:
        """A threshold or a model for a phrase nobody listens for is a misspelling."""
        for key, table in (("thresholds", self.thresholds), ("models", self.models)):
            for phrase in table:
                if phrase not in self.phrases:
                    raise ValueError(f"{key} names {phrase!r}, which is not in phrases")
        return self

    def model_of(self, phrase: str) -> str:
        """Catalog name of the model that listens for a phrase."""
        return self.models.get(phrase, phrase)


class WakePolicy:
    """Scores to detections: a threshold a phrase, and a refractory time.

    One utterance of a phrase lifts its score over several steps, and often twice; the refractory
    time makes it one detection. Time is the sample counter.
    """

    def __init__(self, settings: WakeSettings) -> None:
        self._settings = settings
        self._thresholds = {
            phrase: settings.thresholds.get(phrase, settings.threshold)
            for phrase in settings.phrases
        }
        self._refractory = round(settings.refractory_s * RATE)
        self.reset()

    def reset(self) -> None:
        self._ready: dict[str, int] = {}
        """From when a phrase may be reported again."""
        self._runs: dict[str, int] = {}
        """Scores in a row that reached `speaking_threshold`."""
        self._near: NearMiss | None = None
        self._near_from = 0
        """Before it, what comes close is the end of what was heard."""
        self._near_until = 0
        """When `_near` is reported, unless a phrase is heard before."""

    def judge(
        self, scores: Mapping[str, float], at: int, sounding: bool = False
    ) -> Detection | NearMiss | None:
        """`scores`: 0 to 1 by phrase, after the audio up to sample `at`; `sounding`: the assistant
        could be heard in it. Of several phrases heard at once the best is reported and all of them
        rest: it was one sound."""
        self._count(scores)
        rested = {p: s for p, s in scores.items() if at >= self._ready.get(p, at)}
        heard = [(s, p) for p, s in rested.items() if self._reached(p, s, sounding)]
        if not heard:
            return self._nearly(rested, at)
        self._near, self._near_from = None, at + self._refractory
        self._ready.update({phrase: self._near_from for _, phrase in heard})
        score, phrase = max(heard)
        return Detection(phrase, score, at)

    def _count(self, scores: Mapping[str, float]) -> None:
        for phrase, score in scores.items():
            enough = score >= self._settings.speaking_threshold
            self._runs[phrase] = self._runs.get(phrase, 0) + 1 if enough else 0

    def _reached(self, phrase: str, score: float, sounding: bool) -> bool:
        if sounding:
            return self._runs[phrase] >= self._settings.speaking_frames
        return score >= self._thresholds[phrase]

    def _nearly(self, scores: Mapping[str, float], at: int) -> NearMiss | None:
        """Keep the best of what comes close; give it out when its time to become more is over."""
        over = self._near if at >= self._near_until else None
        if over is not None:
            self._near = None
        score, phrase = max(((s, p) for p, s in scores.items()), default=(0.0, ""))
        if score < self._settings.near_miss or at < self._near_from:
            return over
        if self._near is None or score > self._near.score:
            self._near, self._near_until = NearMiss(phrase, score, at), at + self._refractory
        return over
