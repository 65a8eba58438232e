"""How far a measurement is: whoever wants to know is told, on the way."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Observer = Callable[[float], None]
"""Takes the share that is done, 0 to 1."""

ItemT = TypeVar("ItemT")


def unobserved(_: float) -> None:
    """Nobody looks on."""


observer: ContextVar[Observer] = ContextVar("observer", default=unobserved)


def watched(
    items: Sequence[ItemT], weight: Callable[[ItemT], float] = lambda _: 1.0
) -> Iterator[ItemT]:
    """The items one by one; the observer is told after each. `weight`: its part of the work."""
    tell = observer.get()
    total = sum(map(weight, items))
    done = 0.0
    for item in items:
        yield item
        done += weight(item)
        tell(min(1.0, done / total) if total else 1.0)


@contextmanager
def part(begin: float, end: float) -> Iterator[None]:
    """What is watched inside is the work from one share of the whole to another."""
    tell = observer.get()
    token = observer.set(lambda share: tell(begin + share * (end - begin)))
    try:
        yield
    finally:
        observer.reset(token)
