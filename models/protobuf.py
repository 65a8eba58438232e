"""The wire format of Protocol Buffers, as far as an ONNX file needs it: fields apart, and together.

Source: the encoding chapter of the Protocol Buffers documentation. A message is a list of fields;
what a number means only the schema knows (onnx.proto).
"""

from collections.abc import Iterable, Iterator
from mmap import mmap

Value = int | bytes
"""A number, or the bytes of a string, a message or a packed list."""
Buffer = bytes | mmap

_VARINT, _SIZED = 0, 2  # wire types
_MAX_FIELD = (1 << 29) - 1


def fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Each field's number and value, in order. A number of fixed size comes as its bytes.

    Raises ValueError if `message` is cut short or is no message.
    """
    for number, value in walk(message, 0, len(message)):
        yield number, message[value] if isinstance(value, slice) else value


def walk(data: Buffer, start: int, end: int) -> Iterator[tuple[int, int | slice]]:
    """`fields` of the message in `data[start:end]`, copying nothing: a slice says where text, a
    message, a packed list or a number of fixed size lies.

    Raises ValueError as `fields` does, and for what readers of the format disagree about: field
    number 0, and a number or key with more bits than it can have.
    """
    at = start
    while at < end:
        key, at = _varint(data, at, end)
        number = key >> 3
        if not 0 < number <= _MAX_FIELD:
            raise ValueError(f"there is no field {number}")
        match key & 7:
            case 0:
                value, at = _varint(data, at, end)
                yield number, value
                continue
            case 1:
                size = 8
            case 2:
                size, at = _varint(data, at, end)
            case 5:
                size = 4
            case other:
                raise ValueError(f"wire type {other} is not used by ONNX")
        if at + size > end:
            raise ValueError("a field is longer than its message")
        yield number, slice(at, at + size)
        at += size


def field(number: int, value: Value | str) -> bytes:
    """One field: a varint, or bytes or text with their length (so not a number of fixed size).
    Negative numbers take 64 bits."""
    if isinstance(value, int):
        return _encoded(number << 3 | _VARINT) + _encoded(value)
    data = value.encode() if isinstance(value, str) else value
    return _encoded(number << 3 | _SIZED) + _encoded(len(data)) + data


def first(message: Iterable[tuple[int, Value]], number: int) -> bytes:
    """The first field of this number: text or a message. ValueError if there is none."""
    for found, value in message:
        if found == number:
            return sized(value)
    raise ValueError(f"field {number} is missing")


def sized(value: Value) -> bytes:
    """A value that should be text or a message. ValueError if it is a number."""
    if isinstance(value, int):
        raise ValueError("a number stands where text or a message belongs")
    return value


def numbers(value: Value) -> list[int]:
    """A repeated number: one, or several packed."""
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        number, at = _varint(value, at, len(value))
        found.append(number)
    return found


def _varint(data: Buffer, at: int, end: int) -> tuple[int, int]:
    """The number at `at`, and where it ends."""
    number = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            if number >> 64:
                raise ValueError("a number has more than 64 bits")
            return number, at
        shift += 7
    raise ValueError("a number does not end")


def _encoded(number: int) -> bytes:
    number &= (1 << 64) - 1
    data = bytearray()
    while number > 127:
        data.append(number & 127 | 128)
        number >>= 7
    data.append(number)
    return bytes(data)
