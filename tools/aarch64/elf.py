"""What the dynamic loader reads of an ELF file: for which processor, which libraries, how new a C
library, how large a memory page. Pure.

Read as the loader reads it, from the program headers and the dynamic section; section headers,
which `readelf` prefers, may have been stripped. Layout: elf(5) and the ELF gABI, chapters 4 and 5;
the version tables: Linux Standard Base 5.0, "Symbol Versioning".
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"\x7fELF"

MACHINES = {3: "x86", 21: "PowerPC 64", 22: "S/390", 40: "ARM 32", 62: "x86-64", 183: "AArch64"}
"""e_machine, of <elf.h>."""

_LOAD, _DYNAMIC = 1, 2
_NEEDED, _STRTAB, _STRSZ = 1, 5, 10
_VERNEED, _VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF
_LARGEST_PAGE = 0x10000  # the largest that Linux knows on ARM
_MOST_HEADERS = 1 << 12  # more program headers or versions than any real file has


class ElfError(ValueError):
    """Not an ELF file, or a damaged one; the text says where it stopped making sense."""


@dataclass(frozen=True, slots=True)
class Elf:
    """One program or library."""

    machine: str
    """One of MACHINES, or "machine N"."""
    needed: tuple[str, ...] = ()
    """Libraries that must be found when it is loaded. Empty for another than 64-bit little endian
    files, which are only told apart here."""
    versions: tuple[str, ...] = ()
    """Symbol versions that those libraries must have, such as GLIBC_2.17."""
    page: int = _LARGEST_PAGE
    """The largest memory page, in bytes, with which its segments can be mapped: a loader refuses
    the file on a kernel with larger ones. A Pi 5's standard kernel has pages of 16,384 bytes."""


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    offset: int
    address: int
    bytes: int
    align: int


def parse(data: bytes) -> Elf:
    """The file's own account of itself; ElfError if it has none."""
    if data[:4] != MAGIC or len(data) < 20:
        raise ElfError("it does not begin as an ELF file does")
    big = data[5] == 2
    number = int.from_bytes(data[18:20], "big" if big else "little")
    machine = MACHINES.get(number, f"machine {number}")
    if data[4] != 2 or big:
        return Elf(machine)
    segments = list(_segments(data))
    dynamic = [s for s in segments if s.kind == _DYNAMIC]
    loaded = [s for s in segments if s.kind == _LOAD]
    if not dynamic:
        return Elf(machine, page=_page(loaded))
    needed, versions = _linked(data, dynamic[0], loaded)
    return Elf(machine, needed, versions, _page(loaded))


def _unpack(layout: str, data: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from("<" + layout, data, at)
    except (struct.error, OverflowError) as error:
        raise ElfError(f"it ends before byte {at + struct.calcsize(layout)}") from error


def _segments(data: bytes) -> Iterator[_Segment]:
    (first,) = _unpack("Q", data, 32)
    size, count = _unpack("HH", data, 54)
    for index in range(min(count, _MOST_HEADERS)):
        kind, _, offset, address, _, in_file, _, align = _unpack(
            "IIQQQQQQ", data, first + index * size
        )
        yield _Segment(kind, offset, address, in_file, align)


def _page(loaded: list[_Segment]) -> int:
    """Both rules of glibc: that of 2.34 and older, that segments are aligned as the page is, and
    that of all, that file and memory agree within a page (elf/dl-load.c)."""
    page = _LARGEST_PAGE
    while page > 1 and any(s.align % page or (s.address - s.offset) % page for s in loaded):
        page //= 2
    return page


def _linked(
    data: bytes, dynamic: _Segment, loaded: list[_Segment]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of libraries, and symbol versions asked of them."""
    tags: dict[int, int] = {}
    names: list[int] = []
    end = min(dynamic.offset + dynamic.bytes, len(data))
    for at in range(dynamic.offset, end - 15, 16):
        tag, value = _unpack("QQ", data, at)
        if tag == 0:
            break
        if tag == _NEEDED:
            names.append(value)
        tags[tag] = value
    if _STRTAB not in tags:
        return (), ()
    start = _offset(tags[_STRTAB], loaded)
    strings = data[start : start + tags.get(_STRSZ, 0)]
    needed = tuple(_string(strings, at) for at in names)
    if _VERNEED not in tags:
        return needed, ()
    versions = _versions(data, _offset(tags[_VERNEED], loaded), tags.get(_VERNEEDNUM, 0), strings)
    return needed, tuple(dict.fromkeys(versions))


def _versions(data: bytes, at: int, libraries: int, strings: bytes) -> Iterator[str]:
    """Two nested lists, each entry of which tells how far away the next one is; 0: no next one."""
    left = _MOST_HEADERS
    for _ in range(min(libraries, _MOST_HEADERS)):
        _, count, _, inner, following = _unpack("HHIII", data, at)
        entry = at + inner
        for _ in range(min(count, left)):
            left -= 1
            _, _, _, name, step = _unpack("IHHII", data, entry)
            yield _string(strings, name)
            entry += step
        at += following
        if not following:
            return


def _offset(address: int, loaded: list[_Segment]) -> int:
    """Where in the file lies what is loaded to an address."""
    for segment in loaded:
        if segment.address <= address < segment.address + segment.bytes:
            return segment.offset + address - segment.address
    raise ElfError(f"nothing of it is loaded to {address:#x}")


def _string(strings: bytes, at: int) -> str:
    end = strings.find(b"\0", at)
    if end < 0:
        raise ElfError(f"its table of names ends before {at}")
    return strings[at:end].decode("utf-8", "replace")
