"""How long the steps of a loop take, over months: a histogram of fixed size. Pure."""

_WIDTH_MS = 0.5
_SLOTS = 400
"""Up to 200 ms; what takes longer shares the last slot."""


class Pace:
    """Written by one thread; another may read it at any time and is at most one step behind."""

    def __init__(self) -> None:
        self._slots = [0] * _SLOTS
        self.longest_ms = 0.0

    def add(self, seconds: float) -> None:
        ms = seconds * 1000
        self._slots[min(_SLOTS - 1, int(ms / _WIDTH_MS))] += 1
        self.longest_ms = max(self.longest_ms, ms)

    @property
    def steps(self) -> int:
        return sum(self._slots)

    def quantile_ms(self, share: float) -> float:
        """The time in milliseconds, to the next half, that this share (0 to 1) of the steps does
        not exceed; 0 without steps. Never more than the longest."""
        wanted, seen = share * self.steps, 0
        for slot, count in enumerate(self._slots):
            seen += count
            if count and seen >= wanted:
                return min(self.longest_ms, (slot + 1) * _WIDTH_MS)
        return 0.0

    def summary_ms(self) -> dict[str, float]:
        """Median, 99th percentile and the longest, in milliseconds."""
        return {
            "p50": round(self.quantile_ms(0.5), 1),
            "p99": round(self.quantile_ms(0.99), 1),
            "max": round(self.longest_ms, 1),
        }
