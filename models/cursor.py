"""A position in a mapped file: every step is checked against the file's end before it is taken.

Nothing is read but what is asked for, so that a file of many gigabytes costs what its header costs.
"""

import mmap
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import ModelError

Buffer = bytes | mmap.mmap


class Cursor:
    """Reads numbers and bytes one after the other; all numbers are little-endian."""

    def __init__(
        self, name: str, data: Buffer, advice: str = "fetch it again, from its publisher"
    ) -> None:
        """`name` is the file's in errors, `advice` what their sentence ends with."""
        self.name = name
        self.data = data
        self.at = 0
        self._advice = advice

    @property
    def left(self) -> int:
        """Bytes up to the end of the file."""
        return len(self.data) - self.at

    def wrong(self, what: str, advice: str = "") -> ModelError:
        """The error that says that this file `what`, e.g. "is empty", and what to do about it."""
        return ModelError(f"{self.name} {what}: {advice or self._advice}.")

    def skip(self, count: int) -> int:
        """Step over `count` bytes; the position they began at.

        Raises ModelError if they are fewer than none, or not all there.
        """
        start = self.at
        if not 0 <= count <= self.left:
            raise self.wrong(f"is cut short or damaged at byte {start}")
        self.at = start + count
        return start

    def take(self, count: int) -> bytes:
        """The next `count` bytes. Raises as `skip`."""
        start = self.skip(count)
        return self.data[start : start + count]

    def numbers(self, form: str) -> tuple[int, ...]:
        """Numbers in the notation of `struct`, e.g. "2iQ". Raises as `skip`."""
        size = struct.calcsize(f"<{form}")
        return struct.unpack_from(f"<{form}", self.data, self.skip(size))

    def number(self, form: str) -> int:
        """One number, e.g. of "I". Raises as `skip`."""
        (number,) = self.numbers(form)
        return number

    def texts(self, count: int, form: str, longest: int) -> Iterator[bytes]:
        """Step over `count` texts, each behind its length, a number such as "I".

        Raises ModelError if one is longer than `longest` bytes, or not all there.
        """
        length_of = struct.Struct(f"<{form}")
        end = len(self.data)
        for _ in range(count):  # half a million merges, for one: so without calls
            at = self.at
            start = at + length_of.size
            if start > end:
                raise self.wrong(f"is cut short or damaged at byte {at}")
            (length,) = length_of.unpack_from(self.data, at)
            if length > longest or length > end - start:
                raise self.wrong(f"has a text of {length} bytes at byte {at}")
            self.at = start + length
            yield self.data[start : self.at]

    def counted(self, count: int, each: int, what: str, most: int) -> int:
        """`count`, which is possible: of at least `each` bytes, up to `most` "tensors" or so.

        A count is believed only as far as the file could hold it, so that none makes a loop run
        for minutes. Raises ModelError otherwise.
        """
        if not 0 <= count <= min(self.left // each, most):
            raise self.wrong(f"claims to have {count} {what}")
        return count


@contextmanager
def opened(path: Path) -> Iterator[Cursor]:
    """A cursor at the start of the file `path`. Raises ModelError if it cannot be read."""
    with mapped(path) as data:
        yield Cursor(path.name, data)


def mapped(path: Path) -> mmap.mmap:
    """The file `path` in memory. If it is not closed, it closes with the last array that is a view
    of it. Raises ModelError if it cannot be read.

    A file must not be made shorter meanwhile: the system ends a process that reads what is gone.
    """
    try:
        status = path.stat()
        # A pipe or device has no size, may have no end, and opening it may wait for ever.
        if not stat.S_ISREG(status.st_mode):
            raise ModelError(f"{path} is not a file: name one.")
        if status.st_size == 0:
            raise Cursor(path.name, b"").wrong("is empty")
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}): check the name.") from error
