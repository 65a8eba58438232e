"""One pass of Whisper over an utterance, and whether to believe it."""

from dataclasses import dataclass
from math import exp
from statistics import fmean

_DOUBTFUL = 0.5
"""Confidence below which a phrase known to come from silence is not believed."""


@dataclass(frozen=True, slots=True)
class Token:
    log_probability: float
    seconds: float | None = None
    """For a timestamp token, the time it names."""


@dataclass(frozen=True, slots=True)
class Decode:
    tokens: tuple[Token, ...]
    text: str
    seconds: float
    """Length of the audio."""
    max_tokens: int
    """Limit that the decoder was given."""

    @property
    def confidence(self) -> float:
        """Geometric mean of the probabilities of the tokens that are text; 0 if there are none."""
        logs = [token.log_probability for token in self.tokens if token.seconds is None]
        return exp(fmean(logs)) if logs else 0.0

    @property
    def doubtful(self) -> bool:
        return self.confidence < _DOUBTFUL

    @property
    def implausible(self) -> bool:
        return len(self.tokens) >= self.max_tokens
