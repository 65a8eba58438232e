"""What a folder of installed wheels holds: each package, its wheel's tags, its native code.

Read from what the installer writes down (`RECORD` and `WHEEL` of every `*.dist-info`; PyPA's
"Recording installed projects" and "Binary distribution format"), and from the files' own first
bytes: a wheel that says "any" may hold libraries of one processor only.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from tools.aarch64 import elf
from tools.aarch64.elf import Elf, ElfError

_PE_AT = 0x3C
_PE_DLL = 0x2000
_MACH_O = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_JAVA_FROM = 40
"""A Mach-O of several processors begins as Java's classes do; theirs is a version number there."""


@dataclass(frozen=True, slots=True)
class Native:
    """One file of machine code."""

    path: str
    """Within the folder."""
    system: str
    """"Linux", "Windows", "macOS"; "damaged" if it begins as an ELF file and is none."""
    elf: Elf | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """One installed wheel."""

    name: str
    """As the lock spells it."""
    version: str
    tags: tuple[str, ...]
    """For example cp311-cp311-manylinux_2_28_aarch64, or py3-none-any."""
    natives: tuple[Native, ...]

    @property
    def any_platform(self) -> bool:
        """The wheel claims to hold nothing that depends on the machine."""
        return any(tag.endswith("-any") for tag in self.tags)


def packages(folder: Path) -> tuple[Package, ...]:
    """All of them, by name."""
    found = (_package(folder, info) for info in folder.glob("*.dist-info"))
    return tuple(sorted(found, key=lambda package: package.name))


def _package(folder: Path, info: Path) -> Package:
    headers = HeaderParser().parsestr((info / "METADATA").read_text("utf-8", "replace"))
    wheel = HeaderParser().parsestr((info / "WHEEL").read_text("utf-8", "replace"))
    with (info / "RECORD").open(encoding="utf-8", newline="") as record:
        paths = sorted({row[0] for row in csv.reader(record) if row})
    return Package(
        re.sub(r"[-_.]+", "-", headers["Name"]).lower(),
        headers["Version"],
        tuple(wheel.get_all("Tag", [])),
        tuple(_natives(folder, paths)),
    )


def _natives(folder: Path, paths: list[str]) -> Iterator[Native]:
    for path in paths:
        file = folder / path
        if not file.is_file():  # bytecode that was not made
            continue
        with file.open("rb") as opened:
            start = opened.read(1024)
            if start.startswith(elf.MAGIC):
                yield _linux(path, start + opened.read())
            elif system := foreign_library(start):
                yield Native(path, system)


def _linux(path: str, data: bytes) -> Native:
    try:
        return Native(path, "Linux", elf.parse(data))
    except ElfError:
        return Native(path, "damaged")


def foreign_library(start: bytes) -> str | None:
    """Whose library begins so: "Windows", "macOS", or None for everything else. A Windows program
    is none: setuptools brings some everywhere, to make launchers from."""
    if start[:4] in _MACH_O:
        many = int.from_bytes(start[4:8], "big")
        return None if start[:4] == _MACH_O[2] and many >= _JAVA_FROM else "macOS"
    if start[:2] == b"MZ":
        at = int.from_bytes(start[_PE_AT : _PE_AT + 4], "little")
        flags = int.from_bytes(start[at + 22 : at + 24], "little")
        return "Windows" if start[at : at + 4] == b"PE\0\0" and flags & _PE_DLL else None
    return None
