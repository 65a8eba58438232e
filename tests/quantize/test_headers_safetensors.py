"""safetensors: the table and the bytes say the same, to every reader."""

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quantize.damage import accepted, peak_bytes, refused, survives
from tools.quantize.fuzz.tiny import safetensors

_SMALL = safetensors()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("safetensors") / "model.safetensors"


def _one(**changes: object) -> bytes:
    """A file of one tensor of 16 bytes, changed."""
    entry = {"dtype": "F16", "shape": [2, 4], "data_offsets": [0, 16]} | changes
    return safetensors({"a": entry}, bytes(16))


def _raw(text: str, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(text)) + text.encode() + data


def test_a_whole_file_is_described(path: Path) -> None:
    header = accepted(path, _SMALL)
    assert (header.format, header.quantisation, header.parameters) == (
        "safetensors",
        "F16, some F32",
        10,
    )
    assert [each.name for each in header.tensors] == ["a", "b"]
    assert header.details == {"format": "pt"}


def test_the_package_reads_the_same(path: Path) -> None:
    numpy = pytest.importorskip("safetensors.numpy")
    header = accepted(path, _SMALL)
    theirs = {name: array.shape for name, array in numpy.load_file(path).items()}
    assert {each.name: each.shape for each in header.tensors} == theirs


def test_a_whisper_checkpoint_is_known(path: Path) -> None:
    entry = {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}
    data = safetensors({"model.encoder.conv1.weight": entry}, bytes(4))
    assert accepted(path, data).architecture == "whisper (Hugging Face)"


def test_a_tensor_without_bytes_may_stand_anywhere(path: Path) -> None:
    table = {
        "b": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
        "a": {"dtype": "F32", "shape": [0, 3], "data_offsets": [4, 4]},
        "c": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]},
    }
    assert len(accepted(path, safetensors(table, bytes(4))).tensors) == 3


@pytest.mark.parametrize("length", [0, 1, 2**31, 2**62, 2**63, 2**64 - 1])
def test_a_table_of_another_length_is_refused_at_once(path: Path, length: int) -> None:
    data = struct.pack("<Q", length) + _SMALL[8:]
    refused(path, data)
    assert peak_bytes(path, data) < 4 << 20


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": "F32"},
        {"dtype": "X"},
        {"dtype": 1},
        {"shape": [2, 5]},
        {"shape": [-2, -4]},
        {"shape": [2.0, 4]},
        {"shape": [True, 8]},
        {"shape": "24"},
        {"shape": [1] * 9},
        {"shape": [2**63, 2]},
        {"shape": [0, 2**40, 2**40], "data_offsets": [0, 0]},
        {"data_offsets": [0]},
        {"data_offsets": [16, 0]},
        {"data_offsets": [0, 17]},
        {"data_offsets": [1, 17]},
        {"data_offsets": [2**63, 2**63 + 16]},
        {"more": 1},
    ],
)
def test_a_tensor_that_contradicts_itself_is_refused(
    path: Path, changes: dict[str, object]
) -> None:
    refused(path, _one(**changes))


def test_gaps_overlaps_and_leftovers_are_refused(path: Path) -> None:
    first = {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}
    for begin in (4, 12):
        second = {"dtype": "U8", "shape": [8], "data_offsets": [begin, begin + 8]}
        data = safetensors({"a": first, "b": second}, bytes(begin + 8))
        assert "is due" in refused(path, data)
    assert "speaks of 8 bytes" in refused(path, safetensors({"a": first}, bytes(9)))


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"dtype": "U8", "shape": [], "data_offsets": [0, 1]}, "a": {"dtype": "U8"}}',
        '{"a": {"dtype": "U8", "dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}',
        '{"a": 1}',
        '{"a"',
        '{"a": ' + "[" * 100_000 + "}",
        '{"a": {"dtype": "U8", "shape": [1' + "0" * 5000 + '], "data_offsets": [0, 1]}}',
        '{"__metadata__": {"a": 1}}',
        '{"__metadata__": []}',
        '{"a": {"dtype": "U8", "shape": [NaN], "data_offsets": [0, 1]}}',
    ],
)
def test_tables_that_readers_could_take_differently_are_refused(path: Path, text: str) -> None:
    refused(path, _raw(text, b"\0"))


def test_a_table_that_is_no_text_is_refused(path: Path) -> None:
    assert "JSON" in refused(path, struct.pack("<Q", 4) + b'{"\xff}')


def test_a_table_of_too_many_tensors_is_refused(path: Path) -> None:
    table = {str(index): 0 for index in range(70_000)}
    assert "too long" in refused(path, _raw(json.dumps(table)))


@given(seed=st.integers(0, 2**32))
def test_any_damage_is_survived(path: Path, seed: int) -> None:
    survives(path, _SMALL, seed)
