"""What is read of ELF files: their own account, whatever their bytes are."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_elf import AARCH64, X86, elf
from tools.aarch64.elf import Elf, ElfError, parse

C = {"libc.so.6": ("GLIBC_2.17", "GLIBC_2.34"), "libstdc++.so.6": ("GLIBCXX_3.4.30",)}
LIBRARY = elf(needed=("libm.so.6", "libc.so.6"), versions=C)


def test_libraries_and_their_versions_are_read_from_every_list() -> None:
    assert parse(LIBRARY) == Elf(
        "AArch64",
        ("libm.so.6", "libc.so.6"),
        ("GLIBC_2.17", "GLIBC_2.34", "GLIBCXX_3.4.30"),
        0x10000,
    )


def test_what_is_loaded_elsewhere_than_it_lies_is_found() -> None:
    assert parse(elf(versions=C, needed=("libc.so.6",), address=0x40000)).versions == (
        *C["libc.so.6"],
        *C["libstdc++.so.6"],
    )


@pytest.mark.parametrize(
    ("align", "address", "page"),
    [(0x10000, 0, 0x10000), (0x4000, 0, 0x4000), (0x1000, 0, 0x1000), (0x10000, 0x1000, 0x1000)],
)
def test_the_page_is_the_largest_that_every_segment_fits(
    align: int, address: int, page: int
) -> None:
    assert parse(elf(align=align, address=address)).page == page


def test_other_machines_are_named() -> None:
    assert parse(elf(X86)).machine == "x86-64"
    assert parse(elf(4711)).machine == "machine 4711"
    big_endian = b"\x7fELF\x02\x02" + bytes(12) + b"\0\x16"
    assert parse(big_endian) == Elf("S/390")


def test_a_file_that_links_nothing_asks_for_nothing() -> None:
    static = bytearray(elf())
    static[64 + 56] = 4  # PT_NOTE in place of PT_DYNAMIC
    assert parse(bytes(static)) == Elf("AArch64")


def test_this_interpreter_is_read() -> None:
    found = parse(Path(sys.executable).resolve().read_bytes())
    assert found.machine in ("x86-64", "AArch64")
    assert "libc.so.6" in found.needed
    assert any(version.startswith("GLIBC_2.") for version in found.versions)


@pytest.mark.parametrize("data", [b"", b"MZ", b"\x7fELF", b"\x7fELF\x02\x01" + bytes(13)])
def test_what_is_no_elf_file_is_refused(data: bytes) -> None:
    with pytest.raises(ElfError, match="begin"):
        parse(data)


@given(st.integers(20, len(LIBRARY) - 1))
def test_a_file_that_was_cut_off_is_refused_or_asks_for_less(length: int) -> None:
    whole = parse(LIBRARY)
    try:
        found = parse(LIBRARY[:length])
    except ElfError:
        return
    assert found.machine == whole.machine
    assert set(found.needed) <= set(whole.needed)
    assert set(found.versions) <= set(whole.versions)


@given(st.lists(st.tuples(st.integers(4, len(LIBRARY) - 1), st.integers(0, 255)), max_size=12))
def test_damaged_bytes_never_do_more_than_refuse(damage: list[tuple[int, int]]) -> None:
    data = bytearray(LIBRARY)
    for at, value in damage:
        data[at] = value
    try:
        found = parse(bytes(data))
    except ElfError:
        return
    assert found.page in [1 << shift for shift in range(17)]


LIBRARY_NAME = st.from_regex(r"lib[a-z]{1,9}\.so\.[0-9]", fullmatch=True)
VERSION_NAME = st.from_regex(r"[A-Z]{2,7}_[0-9]\.[0-9]{1,2}", fullmatch=True)


@given(
    st.sampled_from([AARCH64, X86]),
    st.lists(LIBRARY_NAME, unique=True, max_size=4),
    st.dictionaries(
        LIBRARY_NAME, st.lists(VERSION_NAME, min_size=1, unique=True, max_size=4), max_size=4
    ),
    st.integers(0, 16),
)
def test_whatever_was_written_is_read(
    machine: int, needed: list[str], versions: dict[str, list[str]], shift: int
) -> None:
    asked = {library: tuple(group) for library, group in versions.items()}
    found = parse(elf(machine, tuple(needed), asked, align=1 << shift))
    everything = dict.fromkeys(version for group in asked.values() for version in group)
    assert found.needed == tuple(needed)
    assert found.versions == tuple(everything)
    assert found.page == 1 << shift
