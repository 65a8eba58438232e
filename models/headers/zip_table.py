"""The table at the end of a zip: which members there are, and where.

Source: PKWARE's APPNOTE 6.3, sections 4.3 and 4.5.3. Nothing is decompressed; no encryption, one
disk, with or without the 64-bit extensions.
"""

import struct
from pathlib import PurePosixPath
from typing import NamedTuple

from models.cursor import Cursor

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_END_BYTES, _LOCATOR_BYTES, _ENTRY_BYTES = 22, 20, 46
_LONGEST_COMMENT = 65_535
_MOST_MEMBERS = 65_536
_LONGEST_NAME = 512
_ENCRYPTED = 1
_LATER = 0xFFFFFFFF
"""Stands where the number is in the 64-bit extension."""


class Member(NamedTuple):
    """A file in the archive."""

    name: str
    start: int
    """Where its bytes begin in the archive."""
    bytes: int
    """In the archive."""
    compressed: bool


class _Entry(NamedTuple):
    name: bytes
    header: int
    """Where its local header begins."""
    bytes: int
    method: int


def members(cursor: Cursor) -> list[Member]:
    """All files in the archive. Raises ModelError if one is named to be written outside its folder,
    is there twice, or overlaps what comes after it."""
    start, size, count = _directory(cursor)
    table = Cursor(cursor.name, cursor.data)
    table.at = start
    if size > cursor.left - start or count > min(size // _ENTRY_BYTES, _MOST_MEMBERS):
        raise cursor.wrong(f"claims to have {count} members")
    entries = sorted((_entry(table) for _ in range(count)), key=_header)
    if table.at != start + size:
        raise cursor.wrong("has a table of members of another size than it says")
    if len({entry.name.lower() for entry in entries}) != len(entries):
        raise cursor.wrong("has a member twice")
    found = [_member(cursor, entry) for entry in entries]
    ends = [member.start + member.bytes for member in found]
    begins = [*(entry.header for entry in entries[1:]), start]
    if any(end > begin for end, begin in zip(ends, begins, strict=False)):
        raise cursor.wrong("has members that overlap")
    return found


def _header(entry: _Entry) -> int:
    return entry.header


def _directory(cursor: Cursor) -> tuple[int, int, int]:
    """Where the table begins, its bytes, and how many members it has."""
    size = len(cursor.data)
    tail_start = max(0, size - _END_BYTES - _LONGEST_COMMENT)
    tail = cursor.data[tail_start:]
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < _END_BYTES:
        raise cursor.wrong("is a zip that is cut short")
    at = tail_start + found
    disk, first, here, count, length, start = struct.unpack_from("<4H2I", cursor.data, at + 4)
    locator = at - _LOCATOR_BYTES
    if locator >= 0 and cursor.data[locator : locator + 4] == _LOCATOR64:
        end = Cursor(cursor.name, cursor.data)
        (end.at,) = struct.unpack_from("<Q", cursor.data, locator + 8)
        end.skip(0)
        if end.take(4) != _END64:
            raise cursor.wrong("is a damaged zip")
        disk, first, here, count, length, start = end.numbers("12x2I4Q")
    if disk or first or here != count:
        raise cursor.wrong("is a zip of several parts")
    if start > size or length > size - start:
        raise cursor.wrong("is a zip whose table lies outside the file")
    return start, length, count


def _entry(table: Cursor) -> _Entry:
    if table.take(4) != _ENTRY:
        raise table.wrong("is a damaged zip")
    flags, method = table.numbers("4x2H")
    stored, full = table.numbers("8x2I")
    length, extra, comment, disk, header = table.numbers("4H6xI")
    if length > _LONGEST_NAME:
        raise table.wrong(f"has a member whose name has {length} bytes")
    name = table.take(length)
    stored, full, header = _extended(table, extra, [full, stored, header])
    table.skip(comment)
    if not method and stored != full:
        raise table.wrong("has a member of two sizes")
    if flags & _ENCRYPTED or disk:
        raise table.wrong("has members that are encrypted or elsewhere")
    return _Entry(name, header, stored, method)


def _extended(table: Cursor, length: int, numbers: list[int]) -> tuple[int, int, int]:
    """The full size, the stored size and the header's place, where need be from the extension."""
    end = table.skip(length) + length
    extra = Cursor(table.name, table.data)
    extra.at = end - length
    while end - extra.at >= 4:
        kind, size = extra.numbers("2H")
        if size > end - extra.at:
            break
        after = extra.at + size
        if kind == 1:
            for index, value in enumerate(numbers):
                if value == _LATER and after - extra.at >= 8:
                    numbers[index] = extra.number("Q")
        extra.at = after
    full, stored, header = numbers
    return stored, full, header


def _member(cursor: Cursor, entry: _Entry) -> Member:
    """Compared with what stands before its bytes, which other readers go by."""
    local = Cursor(cursor.name, cursor.data)
    local.at = min(entry.header, len(cursor.data))
    if local.take(4) != _LOCAL:
        raise cursor.wrong("has a member that is not where its table says")
    method, length, extra = local.numbers("4xH16x2H")
    if method != entry.method or local.take(length) != entry.name:
        raise cursor.wrong("has a member of another name than its table says")
    local.skip(extra)
    name = _safe(cursor, entry.name)
    start = local.skip(entry.bytes)
    return Member(name, start, entry.bytes, bool(entry.method))


def _safe(cursor: Cursor, raw: bytes) -> str:
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise cursor.wrong("has a member whose name is no text") from error
    path = PurePosixPath(name)
    wild = path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name
    if wild or not name.isprintable() or not path.parts:
        raise cursor.wrong(f"has a member called {name!r}, which leads outside its folder")
    return name
