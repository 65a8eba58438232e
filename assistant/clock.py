"""Time, and waiting for it. Two clocks share one interface.

`WallClock` is for a microphone. `SkippingClock` is for a recording: while anything computes, its
time passes as real time does, and when every thread waits it jumps to the next moment at which
something is due. A turn on a file is therefore quick to run, and the durations seen in it are
those that a listener would have lived through.
"""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    condition: threading.Condition
    """Guards everything that threads wait for."""

    def now(self) -> float:
        """Seconds since the clock was made."""
        ...

    def wait(self, until: float | None) -> None:
        """With `condition` held: wait for a notification or until that time."""
        ...

    def notify(self) -> None:
        """With `condition` held: something changed, every waiting thread must look again."""
        ...

    def advance(self, until: float) -> None:
        """Called by the source of audio alone: return when that time has come."""
        ...

    def join(self) -> None:
        """The calling thread takes part from now on."""
        ...

    def leave(self) -> None:
        """The calling thread takes part no more."""
        ...


class WallClock:
    def __init__(self) -> None:
        self.condition = threading.Condition()
        self._origin = time.monotonic()

    def now(self) -> float:
        return time.monotonic() - self._origin

    def wait(self, until: float | None) -> None:
        self.condition.wait(None if until is None else max(0.0, until - self.now()))

    def notify(self) -> None:
        self.condition.notify_all()

    def advance(self, until: float) -> None:
        time.sleep(max(0.0, until - self.now()))

    def join(self) -> None:
        """Nothing to do: real time passes for everybody."""

    def leave(self) -> None:
        """Nothing to do: real time passes for everybody."""


class SkippingClock:
    def __init__(self) -> None:
        self.condition = threading.Condition()
        self._origin = time.monotonic()
        self._skipped = 0.0
        self._threads: set[int] = set()
        """Threads that take part."""
        self._waiting: dict[int, float | None] = {}
        """Those of them that wait, and until when."""

    def now(self) -> float:
        return time.monotonic() - self._origin + self._skipped

    def join(self) -> None:
        with self.condition:
            self._threads.add(threading.get_ident())

    def leave(self) -> None:
        with self.condition:
            self._threads.discard(threading.get_ident())
            self.condition.notify_all()

    def wait(self, until: float | None) -> None:
        me = threading.get_ident()
        self._waiting[me] = until
        self.condition.notify_all()  # perhaps now everybody waits
        while me in self._waiting and (until is None or self.now() < until):
            self.condition.wait(None if until is None else max(0.0, until - self.now()))
        self._waiting.pop(me, None)

    def notify(self) -> None:
        self._waiting.clear()
        self.condition.notify_all()

    def advance(self, until: float) -> None:
        with self.condition:
            while self.now() < until:
                if self._waiting.keys() >= self._threads:
                    self._jump(until)
                else:
                    self.condition.wait(until - self.now())

    def _jump(self, until: float) -> None:
        """To `until`, or to the first moment before it that somebody waits for."""
        due = [t for t in self._waiting.values() if t is not None]
        target = min([until, *due])
        self._skipped += max(0.0, target - self.now())
        for thread, t in list(self._waiting.items()):
            if t is not None and t <= target:
                del self._waiting[thread]
        self.condition.notify_all()


def sleep_until(clock: Clock, until: float) -> None:
    """Wait for that moment, taking part in the clock."""
    with clock.condition:
        while clock.now() < until:
            clock.wait(until)
