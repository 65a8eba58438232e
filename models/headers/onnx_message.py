"""Messages of an ONNX file, each checked as far as readers of the format could disagree about it.

A parser of Protocol Buffers takes the last of several values, merges several messages, and cuts
numbers to 32 bits; what means one thing to this reader must not mean another to onnxruntime's. So
what may stand once stands once, and an enumeration has 32 bits.
"""

from collections.abc import Collection, Iterator

from models.cursor import Cursor
from models.protobuf import numbers, walk

_ENUM_BITS = 31
_MOST_FIELDS = 2_000_000
"""Of a file; the largest network here has fifty thousand. Each costs about a microsecond."""
_MOST_TOGETHER = 300_000
"""Of one message."""
_CHUNK = 1 << 20
_LONGEST_NAME = 4096


class Wire:
    """A file, and how many fields of it may still be looked at."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self._left = _MOST_FIELDS

    def fields(self, where: slice) -> Iterator[tuple[int, int | slice]]:
        """Those of one message. Raises ModelError if it is none, or if there are too many."""
        try:
            fields = walk(self.cursor.data, where.start, where.stop)
            for count, found in enumerate(fields):
                if count > min(self._left, _MOST_TOGETHER):
                    raise self.cursor.wrong("has more parts than any network")
                yield found
        except ValueError as error:
            raise self.cursor.wrong(f"is damaged ({error})") from error
        self._left -= count + 1 if where.start < where.stop else 0


class Message:
    """The fields of one message, by number. Raises ModelError for anything that is none."""

    def __init__(
        self,
        wire: Wire,
        where: slice,
        once: Collection[int] = (),
        names: Collection[int] = (),
    ) -> None:
        """`where` it lies in the file; fields `once` are there at most once, and `names` are
        text that can be shown."""
        self._cursor = wire.cursor
        self._fields: dict[int, list[int | slice]] = {}
        for number, value in wire.fields(where):
            self._fields.setdefault(number, []).append(value)
        for number in once:
            if len(self._fields.get(number, ())) > 1:
                raise self._cursor.wrong(f"has the field {number} twice where it may stand once")
        for number in names:
            for value in self.messages(number):
                self._decoded(value)

    def __contains__(self, number: int) -> bool:
        return number in self._fields

    def messages(self, number: int) -> Iterator[slice]:
        """Where each message or text of this field lies."""
        for value in self._fields.get(number, ()):
            if isinstance(value, int):
                raise self._cursor.wrong("is damaged (a number stands where text belongs)")
            yield value

    def integer(self, number: int, default: int = 0) -> int:
        """The number of this field."""
        value = self._fields.get(number, [default])[-1]
        if isinstance(value, slice):
            raise self._cursor.wrong("is damaged (text stands where a number belongs)")
        return value

    def enumeration(self, number: int) -> int:
        """The number of this field, of which every reader sees all bits."""
        value = self.integer(number)
        if value >> _ENUM_BITS:
            raise self._cursor.wrong(f"has the impossible number {value}")
        return value

    def integers(self, number: int, most: int) -> list[int]:
        """A repeated number, `most` times at the most."""
        found: list[int] = []
        for value in self._fields.get(number, ()):
            if isinstance(value, int):
                found.append(value)
            elif value.stop - value.start > most * 10:
                raise self._cursor.wrong("has a list of numbers that is too long")
            else:
                try:
                    found += numbers(self._cursor.data[value])
                except ValueError as error:
                    raise self._cursor.wrong(f"is damaged ({error})") from error
        if len(found) > most:
            raise self._cursor.wrong(f"has {len(found)} numbers where {most} may stand")
        return found

    def text(self, number: int) -> str:
        """The text of this field; empty where there is none."""
        for where in self.messages(number):
            return self._decoded(where)
        return ""

    def texts(self, number: int) -> list[str]:
        """All texts of this field."""
        return [self._decoded(where) for where in self.messages(number)]

    def _decoded(self, where: slice) -> str:
        if where.stop - where.start > _LONGEST_NAME:
            raise self._cursor.wrong(f"has a name of {where.stop - where.start} bytes")
        try:
            return self._cursor.data[where].decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._cursor.wrong("has a name that is no text") from error

    def bytes(self, number: int) -> int:
        """How many bytes all values of this field have that are no single numbers."""
        return sum(where.stop - where.start for where in self.messages(number))

    def elements(self, number: int, each: int) -> int:
        """How many numbers of `each` bytes this field has, packed or not; 0: of any length."""
        count = 0
        for value in self._fields.get(number, ()):
            if isinstance(value, int):
                count += 1
            elif each:
                count += (value.stop - value.start) // each
            else:
                count += _ended(self._cursor, value)
        return count


_GOES_ON = bytes(range(128, 256))


def _ended(cursor: Cursor, where: slice) -> int:
    """How many numbers of any length end in these bytes."""
    chunks = range(where.start, where.stop, _CHUNK)
    return sum(
        len(cursor.data[at : min(at + _CHUNK, where.stop)].translate(None, _GOES_ON))
        for at in chunks
    )
