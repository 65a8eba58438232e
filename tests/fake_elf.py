"""Tiny ELF files, and folders that look as if an installer had filled them."""

import struct
from collections.abc import Mapping
from pathlib import Path

X86, AARCH64 = 62, 183


def elf(
    machine: int = AARCH64,
    needed: tuple[str, ...] = (),
    versions: Mapping[str, tuple[str, ...]] | None = None,
    align: int = 0x10000,
    address: int = 0,
) -> bytes:
    """A 64-bit little endian library with one segment, loaded to `address`; `versions`: what is
    asked of which library, such as {"libc.so.6": ("GLIBC_2.17",)}."""
    strings = b"\0"
    places: dict[str, int] = {}
    asked = versions or {}
    for name in (*needed, *asked, *(version for group in asked.values() for version in group)):
        if name not in places:
            places[name] = len(strings)
            strings += name.encode() + b"\0"
    tables_at = 64 + 2 * 56
    table = b""
    for index, (library, group) in enumerate(asked.items()):
        following = 0 if index == len(asked) - 1 else 16 + 16 * len(group)
        table += struct.pack("<HHIII", 1, len(group), places[library], 16, following)
        for place, version in enumerate(group):
            step = 0 if place == len(group) - 1 else 16
            table += struct.pack("<IHHII", 0, 0, 0, places[version], step)
    tags = [(1, places[name]) for name in needed]
    tags += [(5, address + tables_at), (10, len(strings))]
    if asked:
        tags += [(0x6FFFFFFE, address + tables_at + len(strings)), (0x6FFFFFFF, len(asked))]
    dynamic = b"".join(struct.pack("<QQ", *tag) for tag in [*tags, (0, 0)])
    dynamic_at = tables_at + len(strings) + len(table)
    total = dynamic_at + len(dynamic)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, address, address, total, total, align)
    linked = struct.pack(
        "<IIQQQQQQ", 2, 4, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8
    )
    return header + load + linked + strings + table + dynamic


def windows_file(library: bool) -> bytes:
    flags = 0x2022 if library else 0x0022
    return (
        b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(18) + struct.pack("<H", flags)
    )


def installed_wheel(
    folder: Path, name: str, tags: tuple[str, ...], files: dict[str, bytes], version: str = "1.0"
) -> None:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "WHEEL").write_text("Wheel-Version: 1.0\n" + "".join(f"Tag: {t}\n" for t in tags))
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    rows = [f"{path},sha256=0,{len(content)}\n" for path, content in files.items()]
    (info / "RECORD").write_text("".join(rows) + f"{name}/__pycache__/gone.pyc,,\n")
