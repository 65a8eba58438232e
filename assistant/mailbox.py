"""A queue that waits on a clock: the inbox of the conversation and of each worker."""

from collections import deque
from typing import Generic, TypeVar

from assistant.clock import Clock

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Any thread puts, one thread gets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._items: deque[T] = deque()

    def put(self, item: T) -> None:
        with self._clock.condition:
            self._items.append(item)
            self._clock.notify()

    def get(self, until: float | None = None) -> T | None:
        """The oldest item; None if there was none by clock time `until`."""
        with self._clock.condition:
            while not self._items:
                if until is not None and self._clock.now() >= until:
                    return None
                self._clock.wait(until)
            return self._items.popleft()
