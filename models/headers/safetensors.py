"""A safetensors file: a length (u64), a JSON table of tensors, and their bytes one after the other.

Source: the README of the safetensors package ("Format").
"""

import json
from math import prod
from typing import Any, NamedTuple

from models.cursor import Cursor
from models.headers.header import Detail, Header, Tensor, quantisation_of

_LONGEST_TABLE = 16 << 20
"""A checkpoint of ten thousand tensors has a table of one megabyte. The package itself stops at
100 MB; parsed, a table takes several times its size in memory."""
_MOST_TENSORS = 65_536
_MOST_DIMENSIONS = 8
_LARGEST = 1 << 48
_BITS = {
    **{"BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8},
    **{"U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32},
    **{"U64": 64, "I64": 64, "F64": 64, "C64": 64, "F4": 4},
}
_METADATA = "__metadata__"
_FAMILIES = {
    "model.encoder.conv1.weight": "whisper (Hugging Face)",
    "encoder.conv1.weight": "whisper",
    "model.embed_tokens.weight": "language model (Hugging Face)",
}


class Place(NamedTuple):
    """A tensor, and where it lies."""

    name: str
    type: str
    """As the table calls it: "BF16"."""
    shape: tuple[int, ...]
    start: int
    """Of its bytes, from the file's start."""
    bytes: int


class Table(NamedTuple):
    """What stands before the bytes."""

    places: tuple[Place, ...]
    """In the order of their bytes, which leave no gap and end where the file does."""
    metadata: dict[str, str]


class _TableError(ValueError):
    """Something in the table is not as it must be; says what."""


def safetensors_header(cursor: Cursor) -> Header:
    """Check a safetensors file, from its start. Raises ModelError naming what is wrong."""
    table = read_table(cursor)
    tensors = tuple(Tensor(each.name, each.shape, each.type, each.bytes) for each in table.places)
    names = {tensor.name for tensor in tensors}
    family = next((family for name, family in _FAMILIES.items() if name in names), "network")
    shown: dict[str, Detail] = {
        name: text[:200] for name, text in list(table.metadata.items())[:20]
    }
    return Header(
        format="safetensors",
        architecture=family,
        quantisation=quantisation_of(tensors),
        bytes=len(cursor.data),
        tensors=tensors,
        details=shown,
    )


def read_table(cursor: Cursor) -> Table:
    """Read the table at the start of a file. Raises ModelError naming what is wrong."""
    length = cursor.number("Q")
    if not 2 <= length <= min(cursor.left, _LONGEST_TABLE):
        raise cursor.wrong(f"has a table of {length} bytes, which cannot be")
    try:
        table = _table(cursor.take(length))
        metadata = _metadata(table.pop(_METADATA, {}))
        return Table(_places(table, cursor), metadata)
    except (_TableError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        said = error if isinstance(error, _TableError) else "is not JSON"
        raise cursor.wrong(f"has a table of tensors that {said}") from error


def _table(raw: bytes) -> dict[str, Any]:
    if not raw.startswith(b"{"):
        raise _TableError("is not JSON")
    table = json.loads(raw.decode("utf-8"), object_pairs_hook=_without_twins, parse_int=_number)
    if not isinstance(table, dict) or len(table) > _MOST_TENSORS:
        raise _TableError("is too long")
    return table


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may choose differently between two values of one key."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TableError("has a key twice")
    return found


def _number(digits: str) -> int:
    if len(digits) > 20:
        raise _TableError("has a number that is too large")
    return int(digits)


def _metadata(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise _TableError("has metadata that are no texts")
    return found


def _places(table: dict[str, Any], cursor: Cursor) -> tuple[Place, ...]:
    start, end = cursor.at, len(cursor.data)
    # One without bytes comes before the one that begins there, too.
    found = sorted(
        (_place(name, entry, start) for name, entry in table.items()),
        key=lambda place: (place.start, place.bytes),
    )
    due = start
    for place in found:
        if place.start != due:
            said = f"{place.name[:100]!r} at byte {place.start - start}"
            raise _TableError(f"puts {said}, where {due - start} is due")
        due += place.bytes
    if due != end:
        raise _TableError(f"speaks of {due - start} bytes, where the file has {end - start}")
    return tuple(found)


def _place(name: str, entry: Any, start: int) -> Place:
    """`start`: where the bytes of all tensors begin in the file."""
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise _TableError(f"does not describe {name[:100]!r}")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not (isinstance(dtype, str) and dtype in _BITS):
        raise _TableError(f"gives {name[:100]!r} an unknown type")
    if not (_sizes(shape, _MOST_DIMENSIONS) and _sizes(offsets, 2) and len(offsets) == 2):
        raise _TableError(f"gives {name[:100]!r} an impossible shape or place")
    begin, end = offsets
    # Without the noughts: other readers multiply the sizes from the left, in 64 bits.
    if prod(max(1, size) for size in shape) > _LARGEST:
        raise _TableError(f"gives {name[:100]!r} an impossible shape")
    bits = prod(shape) * _BITS[dtype]
    if bits % 8 or end - begin != bits // 8:
        raise _TableError(f"gives {name[:100]!r} bytes that do not fit its shape")
    return Place(name, dtype, tuple(shape), start + begin, end - begin)


def _sizes(values: Any, most: int) -> bool:
    """Whether these are whole numbers, not too many and not too large."""
    return (
        isinstance(values, list)
        and len(values) <= most
        and all(type(each) is int and 0 <= each <= _LARGEST for each in values)
    )
