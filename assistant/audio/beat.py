"""The heartbeat of a thread that works inside a device: a call there may never return."""

from assistant.clock import Clock

HANGS_S = 2.0
"""A call into the device that does not return for this long."""


class Beat:
    """Written by that thread, read by any other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen_s: float | None = None
        """None: it has not begun, perhaps because engines are still loading."""

    def seen(self) -> None:
        """The thread is outside the device."""
        self._seen_s = self._clock.now()

    def missing(self) -> str | None:
        """What is wrong, if the thread has been inside for too long."""
        if self._seen_s is None:
            return None
        away_s = self._clock.now() - self._seen_s
        return f"it has not answered for {away_s:.0f} s" if away_s > HANGS_S else None
