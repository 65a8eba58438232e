"""What is being said, while it is being said: for whoever watches, never for the conversation.

        VoiceStarted ── look ── look ── VoicePaused ─┬─ VoiceResumed ── look …
              every `period_s`       nothing after it └─ VoiceStopped

Follows the facts as an observer, and looks in a thread of its own with an engine of its own. A
look that has begun cannot be stopped before its encoder is through, so the engine that answers is
never lent for one; the thread gets only the time that nobody else wants.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from assistant.audio.quiet import led_in
from assistant.audio.ring import Ring
from assistant.audio.types import RATE
from assistant.audio.urgency import stand_back
from assistant.clock import Clock
from assistant.errors import StageError
from assistant.events import (
    Entered,
    Glimpsed,
    Message,
    Span,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
)
from assistant.stt import Glimpser

log = logging.getLogger(__name__)

PREROLL = RATE // 2
"""Samples before the voice that are looked at, too."""
LONGEST = 15 * RATE
"""Samples that are looked at, at most: the last ones."""
NICENESS = 19


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A voice without a pause in it. Looks belong to one; those at any but the running one are
    given up, and what they saw is dropped."""

    start: int
    """Sample from which it is looked at: where the request began."""
    since_s: float
    """Clock time at which it was noticed."""


class Captions:
    """Observer, and context manager: looks are taken within it."""

    def __init__(
        self,
        glimpser: Glimpser,
        ring: Ring,
        clock: Clock,
        period_s: float,
        remark: Callable[[Callable[[], Glimpsed | None]], None],
    ) -> None:
        """`period_s`: from the beginning of one look to that of the next. `remark` takes a function
        to the main thread, and what it returns to the observers."""
        self._glimpser = glimpser
        self._ring = ring
        self._clock = clock
        self._period_s = period_s
        self._remark = remark
        # The main thread's.
        self._listening = False
        self._floor = 0
        self._request: int | None = None
        """Sample at which the request began."""
        self._voiced = False
        self._told = ""
        # Written with the clock's condition held.
        self._running: Stretch | None = None
        self._over = False
        # The thread's own.
        self._looked_s = 0.0
        self._joined = threading.Event()
        self._thread = threading.Thread(target=self._run, name="captions", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()
        self._joined.wait()

    def __exit__(self, *_: object) -> None:
        with self._clock.condition:
            self._over, self._running = True, None
            self._clock.notify()
        self._thread.join()

    def __call__(self, now: float, message: Message) -> None:
        match message:
            case Entered(state):
                self._listening = state == "listening"
            case WakeDetected(at=at):
                self._floor = at
                if self._request is not None:
                    self._request, self._told = max(self._request, at), ""
            case VoiceStarted(at):
                self._request, self._told = max(self._floor, at - PREROLL), ""
                self._voiced = True
            case VoiceResumed():
                self._voiced = True
            case VoicePaused():
                self._voiced = False
            case VoiceStopped():
                self._voiced, self._request = False, None
            case _:
                return
        self._follow(now)

    def _follow(self, now: float) -> None:
        start = self._request if self._listening and self._voiced else None
        with self._clock.condition:
            running = self._running
            if start == (None if running is None else running.start):
                return
            self._running = None if start is None else Stretch(start, now)
            self._clock.notify()

    def _run(self) -> None:
        stand_back(NICENESS)
        self._clock.join()
        self._joined.set()
        try:
            while (stretch := self._next()) is not None:
                self._looked_s = self._clock.now()
                self._look(stretch)
        finally:
            self._clock.leave()

    def _next(self) -> Stretch | None:
        """The running voice, as soon as a look at it is due; None at the end."""
        with self._clock.condition:
            while not self._over:
                running, due_s = self._running, None
                if running is not None:
                    due_s = max(running.since_s, self._looked_s) + self._period_s
                    if self._clock.now() >= due_s:
                        return running
                self._clock.wait(due_s)
        return None

    def _look(self, stretch: Stretch) -> None:
        end = self._ring.available.end
        pcm = self._ring.read(Span(max(stretch.start, end - LONGEST), end))
        try:
            text = self._glimpser.glimpse(led_in(pcm), lambda: self._running is not stretch)
        except StageError as error:
            log.warning("no partial transcript: %s", error)
            return
        if text:
            self._remark(lambda: self._news(stretch, text))

    def _news(self, stretch: Stretch, text: str) -> Glimpsed | None:
        """In the main thread, which alone knows whether the voice has paused by now."""
        if self._running is not stretch or text == self._told:
            return None
        self._told = text
        return Glimpsed(text)
