"""When each sample of a device's stream passes, on the clock of this process. Pure.

A device counts samples with a crystal of its own, some parts in 100,000 off, and what it reports is
seen late by a varying time, never early. So the smallest lateness of the last seconds is nearest to
the truth, and it is followed slowly; a sudden step means that samples were lost.
"""

from collections import deque

WINDOW_S = 2.0
"""Observations of the last two seconds count."""
_SLOTS = 20
_STEP_S = 0.02
"""More than drift and jitter explain."""
_FOLLOW = 0.001
"""Seconds a second: ten times the drift of a poor crystal."""


class Timeline:
    """Sample n of a stream passes at `time(n)`."""

    def __init__(self, rate: int) -> None:
        """`rate`: Hertz, as the device claims."""
        self._rate = rate
        self._smallest: deque[float] = deque(maxlen=_SLOTS)
        """Smallest offset seen in each tenth of the window, oldest first."""
        self._slot_until = 0.0
        self._seen = 0.0
        self._offset: float | None = None

    def observe(self, count: int, now: float) -> float:
        """`count` samples had passed, at the latest, at clock time `now` (seconds). Returns the
        seconds that were lost if the stream stepped, else 0."""
        offset = now - count / self._rate
        if now >= self._slot_until or not self._smallest:
            self._smallest.append(offset)
            self._slot_until = now + WINDOW_S / _SLOTS
        else:
            self._smallest[-1] = min(self._smallest[-1], offset)
        best = min(self._smallest)
        elapsed, self._seen = now - self._seen, now
        if self._offset is None:
            self._offset = best
            return 0.0
        change = best - self._offset
        if abs(change) < _STEP_S:
            limit = _FOLLOW * elapsed
            self._offset += max(-limit, min(limit, change))
            return 0.0
        self._offset = best
        return max(0.0, change)

    def time(self, count: int) -> float:
        """Clock time, in seconds, at which sample `count` passes. Needs an observation."""
        assert self._offset is not None, "nothing was observed yet"
        return self._offset + count / self._rate

    def jump(self) -> None:
        """Forget what was observed: the stream was started anew."""
        self._smallest.clear()
        self._offset = None
