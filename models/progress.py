"""What a pull tells whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol


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


class Sink(Protocol):
    """Where a builder writes its file."""

    def write(self, data: bytes, /) -> object: ...


class CountingSink:
    """Write to `file` and tell `advance` the bytes so far, at most once a megabyte."""

    def __init__(self, file: BinaryIO, advance: Callable[[int], None]) -> None:
        self._file = file
        self._advance = advance
        self._written = 0
        self._told = 0

    def write(self, data: bytes, /) -> None:
        self._file.write(data)
        self._written += len(data)
        if self._written - self._told >= 1 << 20:
            self._told = self._written
            self._advance(self._written)
