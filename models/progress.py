"""What a pull tells whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` bytes of the step `label`; the last one has done == total."""

    label: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that the person should read."""

    text: str


Observer = Callable[[Progress | Notice], None]


def unobserved(event: Progress | Notice) -> None:
    """The observer of a pull that nobody watches."""
