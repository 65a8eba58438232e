"""Rings what is due: one thread that looks at the clocks and at what is stored.

It needs no engine, so it starts before any model is loaded. Changes are stored first and told
then: see `watch.py`, which decides everything.
"""

import logging
import threading
from collections.abc import Callable

from assistant.alerts import Moment
from assistant.clock import Clock
from assistant.errors import StageError
from assistant.moments import moment
from assistant.store import Book
from assistant.watch import AlertEvent, Known, Look, Watch

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""At least so often: another process may have changed something, or the clock was set."""
_AGAIN_S = 0.05
"""After a change that came in between a look and its commit."""
REMEMBER_S = 60.0
"""So often the clocks are stored while anything counts: a device that starts with a wrong clock
then takes a countdown to be at most this much longer than it is. Each time writes to the card."""


class Bell:
    """Posts AlertRang, AlertOver and AlertMissed."""

    def __init__(
        self,
        book: Book,
        post: Callable[[AlertEvent], None],
        clock: Clock,
        watch: Watch,
        moments: Callable[[], Moment] = moment,
    ) -> None:
        """`post` is called in the bell's thread. `clock` is what it sleeps by, `moments` what
        alerts go by."""
        self._book = book
        self._post = post
        self._clock = clock
        self._watch = watch
        self._moments = moments
        self._known = Known(book.last_seen)
        self._woken = False
        self._stopped = False
        self._joined = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        book.subscribe(self._wake)

    def start(self) -> None:
        """Whatever rang when the program ended rings again, what came due meanwhile is told."""
        self._thread.start()
        self._joined.wait()

    @property
    def rings(self) -> bool:
        """Its thread runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """What rings stays stored as ringing, and goes on at the next start."""
        self._stopped = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> float:
        """Once; returns the seconds until the next look is due."""
        self._book.refresh()
        look = self._watch.look(self._known, self._book.alerts, self._moments())
        try:
            self._store(look)
        except StageError as error:
            log.info("something was changed in between: %s", error)
            return _AGAIN_S
        self._known = look.known
        for event in look.events:
            self._post(event)
        return min(LOOK_S, look.rest_s)

    def _store(self, look: Look) -> None:
        """Also the clocks, now and then. Raises StageError for a conflict."""
        now, last = look.known.moment, self._book.last_seen
        if look.known.doubted_since_s is not None:
            now = None  # it may still be wrong: what was last known remains the best there is
        due = now is not None and (
            last is None
            or last.boot != now.boot
            or now.boot_s - last.boot_s >= REMEMBER_S
            or now.wall_s < last.wall_s
        )
        if look.changes or (due and self._book.alerts):
            self._book.insist(look.changes, now)

    def _run(self) -> None:
        self._clock.join()
        self._joined.set()
        while not self._stopped:
            with self._clock.condition:
                self._woken = False
            until = self._clock.now() + self.look()
            with self._clock.condition:
                while not self._woken and self._clock.now() < until:
                    self._clock.wait(until)
        self._clock.leave()

    def _wake(self) -> None:
        with self._clock.condition:
            self._woken = True
            self._clock.notify()
