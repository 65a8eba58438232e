"""A worker: one thread that carries out orders one after the other and posts their results."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from assistant.audio.types import Cancelled
from assistant.audio.urgency import stand_back
from assistant.clock import Clock
from assistant.errors import StageError
from assistant.events import Attempt, Cancel, Chime, Chimed, Command, Duck, Result, StageFailed
from assistant.mailbox import Mailbox

log = logging.getLogger(__name__)

Handler = Callable[[Any, Cancelled], Iterable[Result | Chimed]]
"""Carries out one kind of order: slow, yields results as they come."""
Order = Command
"""Anything but Cancel, which a worker obeys at once instead of queueing it."""


class Worker:
    """Runs `handlers[type(order)]` in its own thread."""

    def __init__(
        self,
        name: str,
        handlers: Mapping[type[Command], Handler],
        clock: Clock,
        post: Callable[[Result | Chimed], None],
        niceness: int = 0,
    ) -> None:
        """`niceness`: 0 to 19, how far this thread, and those that its engine starts, stand back
        when the processor is wanted by others."""
        self.name = name
        self.handles = tuple(handlers)
        self._handlers = handlers
        self._clock = clock
        self._post = post
        self._niceness = niceness
        self._orders: Mailbox[Order | Callable[[], None] | threading.Event] = Mailbox(clock)
        self._cancelled = Attempt(-1)
        """This attempt and all before it are no longer wanted."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._joined = threading.Event()

    def start(self) -> None:
        self._thread.start()
        self._joined.wait()

    def submit(self, order: Order) -> None:
        self._orders.put(order)

    def between(self, job: Callable[[], None]) -> None:
        """From any thread: have this done in the worker's own, after what is queued and never
        during an order. Its failures are logged."""
        self._orders.put(job)

    def cancel(self, order: Cancel) -> None:
        """Attempts are ordered, so one mark is enough."""
        self._cancelled = max(self._cancelled, order.attempt)

    def stop(self) -> None:
        """Drop what is queued, wait for what is running."""
        self._cancelled = Attempt(2**62)
        stopped = threading.Event()
        self._orders.put(stopped)
        stopped.wait()
        self._thread.join()

    def _run(self) -> None:
        stand_back(self._niceness)
        self._clock.join()
        self._joined.set()
        while not isinstance(order := self._orders.get(), threading.Event):
            if callable(order):
                self._do(order)
            elif order is not None:
                self._carry_out(order)
        self._clock.leave()
        order.set()

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception:
            log.exception("%s failed between two orders", self.name)

    def _carry_out(self, order: Order) -> None:
        if isinstance(order, Chime | Cancel | Duck):  # belongs to nobody: always wanted
            attempt, cancelled = Attempt(-1), _never
        else:
            attempt = order.attempt

            def cancelled() -> bool:
                return attempt <= self._cancelled

            if cancelled():  # before starting, or an old sentence is spoken after a barge-in
                return
        try:
            for result in self._handlers[type(order)](order, cancelled):
                self._post(result)
        except StageError as error:
            log.warning("%s failed: %s, %s", self.name, error.stage, error.code)
            self._post(StageFailed(attempt, error.stage, error.code))
        except Exception:
            log.exception("%s failed", self.name)
            self._post(StageFailed(attempt, self.name, "crashed"))


def _never() -> bool:
    return False
