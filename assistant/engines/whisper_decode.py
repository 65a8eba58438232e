"""One pass of Whisper over an utterance, and whether to believe it. Figures: docs/log.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import fmean

from assistant.engines.whisper_text import comes_from_silence, repeats_itself, spoken

_DOUBTFUL = 0.5
"""Confidence below which a phrase known to be heard in silence is taken for silence."""
_GUESS = 0.2
"""Confidence below which anything is: real speech of 185 clips had 0.28 and more."""


@dataclass(frozen=True, slots=True)
class Decode:
    text: str
    """As Whisper wrote it."""
    log_probabilities: Sequence[float]
    """Of the tokens that are text."""
    capped: bool
    """The decoder did not stop by itself."""

    @property
    def confidence(self) -> float:
        """Geometric mean of the tokens' probabilities; 0 if there are none."""
        return exp(fmean(self.log_probabilities)) if self.log_probabilities else 0.0

    def implausible(self, below: float) -> bool:
        """Whether a longer audio context may well give another text: `below` is the confidence
        under which a short one is not trusted. Nothing at all, or nothing
        but sounds, is believed: Whisper's own measure of silence has already been applied."""
        text = spoken(self.text)
        return bool(text) and (self.capped or self.confidence < below or repeats_itself(text))

    @property
    def speech(self) -> str:
        """The text without what nobody said."""
        text = spoken(self.text)
        invented = self.confidence < _DOUBTFUL and comes_from_silence(text)
        return "" if invented or self.confidence < _GUESS else text
