"""One connection after the other, for ever, from a thread of its own."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits between connections: longer each time, and never the same for two devices that lost
    the same server."""

    first_s: float = 1.0
    longest_s: float = 60.0

    def wait_s(self, failures: int, chance: float) -> float:
        """Seconds before the next attempt, after so many failures in a row. `chance`: 0 to 1."""
        most = min(self.longest_s, self.first_s * 2.0 ** min(failures + 1, 30))
        return self.first_s + (most - self.first_s) * chance


class Link:
    def __init__(self, session: Callable[[], bool], patience: Patience) -> None:
        """`session`: connects, and returns when the connection is over; True if there was one."""
        self._session = session
        self._patience = patience
        self._stop = Event()
        self._thread: Thread | None = None

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="home", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """The session in progress must be ended by whoever knows its connection, after this."""
        self._stop.set()

    def join(self, timeout_s: float) -> None:
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        failures = 0
        while not self.stopped:
            failures = 0 if self._session() else failures + 1
            self._stop.wait(self._patience.wait_s(failures, random.random()))
