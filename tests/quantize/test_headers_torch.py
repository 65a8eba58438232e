"""PyTorch's checkpoints: looked at, never unpickled."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quantize.damage import accepted, refused, survives

# As torch.save writes it, with protocol 2: {"a": a HalfStorage of 4 numbers, rebuilt as a tensor}.
_PICKLE = (
    b"\x80\x02}X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch"
    b"\nHalfStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQK\x00K\x04\x85K\x01\x85\x89ccollect"
    b"ions\nOrderedDict\n)RtRs."
)
_MEMBERS = {"m/data.pkl": _PICKLE, "m/data/0": bytes(8), "m/version": b"3\n"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("torch") / "model.pt"


def _zip(members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return out.getvalue()


_SMALL = _zip(_MEMBERS)


def _calling(name: bytes) -> bytes:
    """A checkpoint whose pickle calls something."""
    return _zip(_MEMBERS | {"m/data.pkl": b"\x80\x02c" + name + b"\n)R."})


def test_a_whole_file_is_described(path: Path) -> None:
    header = accepted(path, _SMALL)
    assert (header.format, header.quantisation, header.parameters) == ("torch", "float16", 4)
    assert header.details["storages"] == 1


@pytest.mark.parametrize(
    "name",
    [b"os\nsystem", b"builtins\neval", b"torch\nload", b"torch._utils\n_import_dotted_name"],
)
def test_what_would_run_code_is_refused_by_name(path: Path, name: bytes) -> None:
    assert name.decode().replace("\n", ".") in refused(path, _calling(name))


@pytest.mark.parametrize(
    "pickle",
    [
        b"\x80\x04\x8c\x02os\x8c\x06system\x93)R.",  # STACK_GLOBAL: names put together
        b"(S'ls'\nios\nsystem\n.",  # INST
        b"\x80\x02\x82\x01.",  # EXT1
    ],
)
def test_names_that_only_running_it_shows_are_refused(path: Path, pickle: bytes) -> None:
    assert "would run" in refused(path, _zip(_MEMBERS | {"m/data.pkl": pickle}))


def test_a_damaged_or_endless_pickle_is_refused(path: Path) -> None:
    for pickle in (
        b"",
        b"\x80\x02}",
        b"\xff\xff",
        b"N" * (5 << 20) + b".",
        b"N" * 1_100_000 + b".",
    ):
        refused(path, _zip(_MEMBERS | {"m/data.pkl": pickle}))


def test_the_older_format_and_programs_are_told_apart(path: Path) -> None:
    assert "before 1.6" in refused(path, b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")
    program = _zip(_MEMBERS | {"m/code/__torch__.py": b"pass"}, zipfile.ZIP_DEFLATED)
    assert "TorchScript" in refused(path, program)
    assert "TorchScript" in refused(path, _zip(_MEMBERS | {"m/constants.pkl": b""}))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "m/../../x", "..", "m\\..\\x", "C:x", "m/data/\x01"]
)
def test_names_that_lead_elsewhere_are_refused(path: Path, name: str) -> None:
    assert "outside its folder" in refused(path, _zip(_MEMBERS | {name: b"x"}))


def test_compressed_members_and_other_zips_are_refused(path: Path) -> None:
    """A zip of a few bytes can unpack to gigabytes."""
    assert "compressed" in refused(path, _zip(_MEMBERS, zipfile.ZIP_DEFLATED))
    assert "no checkpoint" in refused(path, _zip({"word/document.xml": b"<x/>"}))
    assert "no checkpoint" in refused(path, _zip(_MEMBERS | {"other/data/0": bytes(8)}))


def test_a_member_twice_is_refused(path: Path) -> None:
    data = _zip(_MEMBERS | {"m/data/1": bytes(8)})
    assert "twice" in refused(path, data.replace(b"m/data/1", b"m/data/0"))


def test_a_table_that_differs_from_the_members_is_refused(path: Path) -> None:
    start = _SMALL.index(b"PK\x01\x02")
    for field, size in ((16, 4), (20, 4), (24, 4), (28, 2), (42, 4)):  # of an entry, in bytes
        for value in (1, 2**31, 2**32 - 1):
            at = start + field
            number = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
            if field != 16:  # the checksum is the loader's affair
                refused(path, _SMALL[:at] + number + _SMALL[at + size :])
    assert "another name" in refused(path, _SMALL.replace(b"m/version", b"m/versiom", 1))


def test_members_that_overlap_are_refused(path: Path) -> None:
    """Zip bombs share their bytes between members."""
    start = _SMALL.index(b"PK\x01\x02")
    sizes = struct.pack("<2I", len(_PICKLE) + 40, len(_PICKLE) + 40)
    assert "overlap" in refused(path, _SMALL[: start + 20] + sizes + _SMALL[start + 28 :])


def test_a_zip_that_is_cut_short_or_has_a_wild_table_is_refused(path: Path) -> None:
    refused(path, _SMALL[:-1])
    end = _SMALL.rindex(b"PK\x05\x06")
    for field in (8, 10, 12, 16):
        changed = _SMALL[: end + field] + b"\xff\xff" + _SMALL[end + field + 2 :]
        refused(path, changed)


def test_a_zip_of_64_bits_is_read(path: Path) -> None:
    """PyTorch writes them whatever the size."""
    end = _SMALL.rindex(b"PK\x05\x06")
    count, length, start = struct.unpack_from("<10xH2I", _SMALL, end)
    long = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    accepted(path, _SMALL[:end] + long + locator + _SMALL[end:])


@given(seed=st.integers(0, 2**32))
def test_any_damage_is_survived(path: Path, seed: int) -> None:
    survives(path, _SMALL, seed)
