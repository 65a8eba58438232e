"""How long this household pauses in the middle of what it says. Pure.

A stochastic approximation (Robbins and Monro 1951) of the silence that nineteen of twenty turns
never fall into before their end: a turn with a longer pause raises it by a step, one without lowers
it by a nineteenth of that.
"""

import math

from pydantic import Field

from assistant.settings import Section

_RISE = 0.05
_FALL = _RISE / 19


class Learning(Section):
    """What the silence that ends a turn may become."""

    learn: bool = True
    """Learn from the pauses of this household; `assistant run` keeps one number, no sound."""
    least: float = Field(0.7, gt=0, le=1)
    """Part of `silence_s` that stays, however fluently everybody speaks."""
    most: float = Field(1.4, ge=1, le=5)
    """Nor does it get longer than so many times that: a television teaches nothing good."""


class Pauses:
    """Learns from one turn after the other."""

    def __init__(self, learning: Learning, silence_s: float) -> None:
        """`silence_s`: where to begin, in seconds."""
        self._learning = learning
        self._usual_s = silence_s
        self.silence_s = silence_s
        """Seconds of silence that are now long enough."""

    def turn(self, longest_s: float) -> None:
        """Take note of a turn that was answered. `longest_s`: seconds of the longest pause after
        which the speaker went on; 0 if there was none."""
        step = _RISE if longest_s > self.silence_s else -_FALL
        self.begin(self.silence_s + step)

    def begin(self, silence_s: float) -> None:
        """Go on from here, within the limits; not at all if nothing is to be learned."""
        if self._learning.learn and math.isfinite(silence_s):
            least_s, most_s = (
                self._learning.least * self._usual_s,
                self._learning.most * self._usual_s,
            )
            self.silence_s = min(max(silence_s, least_s), most_s)

    @property
    def pace(self) -> float:
        """How much longer they are than usual: 1 before anything was learned."""
        return self.silence_s / self._usual_s
