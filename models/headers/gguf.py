"""A GGUF file as a container: keys with values, then descriptions of tensors, then their data.

Source: docs/gguf.md of ggml, and gguf.cpp of llama.cpp, which is the stricter of the two in some
things (tensors follow each other without a gap) and trusts the file in others (a key's type, a
length of a gigabyte, any alignment). What the keys mean is `models.headers.gguf_model`'s part.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from models.cursor import Cursor
from models.headers.ggml_types import TYPES, GgmlType

MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_SCALARS = {
    **{0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f"},
    **{7: "B", 10: "Q", 11: "q", 12: "d"},
}
"""The notation of `struct` for each type of number."""
_BYTES = {"B": 1, "b": 1, "H": 2, "h": 2, "I": 4, "i": 4, "f": 4, "Q": 8, "q": 8, "d": 8}
F32, I32, BOOL, STRING, ARRAY = 6, 5, 7, 8, 9
INTEGERS = (0, 1, 2, 3, 4, 5, 10, 11)
FLOATS = (6, 12)

_MOST_KEYS = 4096
_MOST_TENSORS = 65_536
_MOST_ITEMS = 1 << 22
"""Of an array: sixteen times the largest vocabulary that there is."""
_LONGEST_TEXT = 1 << 20
_LONGEST_KEY = 256
_LONGEST_NAME = 63
_ALIGNMENTS = tuple(1 << power for power in range(5, 17))
"""llama.cpp stops the process where weights do not begin at a multiple of 32."""
_MOST_BYTES = 1 << 62
_KEY = re.compile(rb"[!-~]+")


@dataclass(frozen=True, slots=True)
class Array:
    """An array, still in the file."""

    type: int
    """Of each item."""
    count: int
    start: int
    end: int


class Entry(NamedTuple):
    """What stands under a key."""

    type: int
    value: int | float | bool | bytes | Array


class Description(NamedTuple):
    """One tensor."""

    name: str
    dimensions: tuple[int, ...]
    """The fastest first."""
    type: GgmlType
    bytes: int
    offset: int
    """From the file's start."""


class Gguf(NamedTuple):
    """A container whose every length and offset lies within the file."""

    version: int
    entries: dict[str, Entry]
    tensors: tuple[Description, ...]

    def text(self, key: str) -> str | None:
        """The text under `key`; None where there is none, or something else."""
        entry = self.entries.get(key)
        if entry is None or not isinstance(entry.value, bytes):
            return None
        return entry.value.decode("utf-8", "replace")

    def array(self, key: str) -> Array | None:
        """The array under `key`; None where there is none, or something else."""
        entry = self.entries.get(key)
        return entry.value if entry and isinstance(entry.value, Array) else None


def read_container(cursor: Cursor) -> Gguf:
    """Read a GGUF file of anything, from its start. Raises ModelError naming what is wrong."""
    if cursor.take(4) != MAGIC:
        raise cursor.wrong("is not a GGUF file")
    version = cursor.number("I")
    if version not in _VERSIONS:
        raise cursor.wrong(f"has GGUF version {version}, which is not one of 2 and 3")
    tensors, keys = cursor.numbers("2Q")
    cursor.counted(tensors, 32, "tensors", _MOST_TENSORS)
    cursor.counted(keys, 13, "keys", _MOST_KEYS)
    entries: dict[str, Entry] = {}
    for _ in range(keys):
        key = _name(cursor, "key", _LONGEST_KEY)
        if key in entries:
            raise cursor.wrong(f"has the key {key} twice")
        entries[key] = _entry(cursor, key)
    alignment = _alignment(cursor, entries)
    return Gguf(version, entries, _tensors(cursor, tensors, alignment))


def strings(cursor: Cursor, array: Array) -> Iterator[bytes]:
    """The texts of an array of texts."""
    reader = Cursor(cursor.name, cursor.data)
    reader.at = array.start
    yield from reader.texts(array.count, "Q", _LONGEST_TEXT)


def _entry(cursor: Cursor, key: str) -> Entry:
    kind = cursor.number("I")
    if kind == ARRAY:
        return Entry(kind, _array(cursor, key))
    if kind == STRING:
        length = cursor.number("Q")
        return Entry(kind, cursor.take(cursor.counted(length, 1, f"bytes in {key}", _LONGEST_TEXT)))
    if kind not in _SCALARS:
        raise cursor.wrong(f"has the key {key} of the unknown type {kind}")
    value = cursor.number(_SCALARS[kind])
    if kind != BOOL:
        return Entry(kind, value)
    if value not in (0, 1):
        raise cursor.wrong(f"has the key {key}, which is neither true nor false")
    return Entry(kind, bool(value))


def _array(cursor: Cursor, key: str) -> Array:
    kind, count = cursor.numbers("IQ")
    if kind == ARRAY:
        raise cursor.wrong(f"has arrays within the array {key}")
    start = cursor.at
    if kind == STRING:
        cursor.counted(count, 8, f"texts in {key}", _MOST_ITEMS)
        for _ in cursor.texts(count, "Q", _LONGEST_TEXT):
            pass  # what they say is looked at where they are needed
    elif kind in _SCALARS:
        each = _BYTES[_SCALARS[kind]]
        cursor.skip(cursor.counted(count, each, f"numbers in {key}", _MOST_ITEMS) * each)
    else:
        raise cursor.wrong(f"has the array {key} of the unknown type {kind}")
    return Array(kind, count, start, cursor.at)


def _name(cursor: Cursor, what: str, longest: int) -> str:
    length = cursor.number("Q")
    if length > longest:
        raise cursor.wrong(f"has a {what} whose name has {length} bytes")
    raw = cursor.take(length)
    # llama.cpp compares names up to a NUL in some places and beyond it in others.
    if not _KEY.fullmatch(raw):
        raise cursor.wrong(f"has a {what} whose name is not plain text")
    return raw.decode("ascii")


def _alignment(cursor: Cursor, entries: dict[str, Entry]) -> int:
    entry = entries.get("general.alignment", Entry(4, 32))
    alignment = entry.value
    if entry.type != 4 or not isinstance(alignment, int):
        raise cursor.wrong("has an alignment that is no number of its kind")
    if alignment not in _ALIGNMENTS:
        raise cursor.wrong(f"has the alignment {alignment}, which is no power of two from 32 on")
    return alignment


def _tensors(cursor: Cursor, count: int, alignment: int) -> tuple[Description, ...]:
    described: list[Description] = []
    names: set[str] = set()
    due = 0
    for _ in range(count):
        tensor = _description(cursor)
        if tensor.name in names:
            raise cursor.wrong(f"has the tensor {tensor.name} twice")
        if tensor.offset != due:
            raise cursor.wrong(
                f"has the tensor {tensor.name} at {tensor.offset}, where {due} is due"
            )
        names.add(tensor.name)
        described.append(tensor)
        due += -(-tensor.bytes // alignment) * alignment
    if not described:
        return ()
    start = -(-cursor.at // alignment) * alignment
    end = start + described[-1].offset + described[-1].bytes
    size = len(cursor.data)
    if end > size:
        raise cursor.wrong(f"is cut short: its tensors end at byte {end}, the file at {size}")
    if start + due < size:
        raise cursor.wrong(f"has {size - start - due} bytes too many")
    return tuple(tensor._replace(offset=start + tensor.offset) for tensor in described)


def _description(cursor: Cursor) -> Description:
    name = _name(cursor, "tensor", _LONGEST_NAME)
    rank = cursor.number("I")
    if not 1 <= rank <= 4:
        raise cursor.wrong(f"has the tensor {name} of rank {rank}")
    dimensions = cursor.numbers(f"{rank}Q")
    # Before anything is multiplied or divided by them: llama.cpp reads them as signed numbers.
    if not all(dimensions) or prod(dimensions) > _MOST_BYTES:
        raise cursor.wrong(f"has the tensor {name} of the impossible shape {dimensions}")
    kind, offset = cursor.numbers("IQ")
    if kind not in TYPES:
        raise cursor.wrong(f"has the tensor {name} of the type {kind}, which holds no weights")
    size = TYPES[kind].size(dimensions)
    if size is None:
        raise cursor.wrong(f"has the tensor {name}, whose rows are no whole blocks of its type")
    if size > len(cursor.data):
        raise cursor.wrong(f"has the tensor {name}, which is larger than the file")
    return Description(name, dimensions, TYPES[kind], size, offset)
