"""Safetensors: each tensor where the table says, and no table is believed that cannot be."""

import json
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelError
from tests.quantize.checkpoints import safetensors
from tools.quantize.convert.whisper_safetensors import Safetensors, open_folder

TENSORS = {
    "a": np.arange(6, dtype="<f2").reshape(2, 3),
    "b": np.array(2.5, "<f2"),
    "c": np.zeros((0, 4), "<f2"),
}
FILE = safetensors(TENSORS)


def file(tmp_path: Path, table: object, data: bytes = bytes(8)) -> Path:
    head = table if isinstance(table, bytes) else json.dumps(table).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)
    return path


@pytest.mark.parametrize("kind", ["Half", "Float", "BFloat16"])
def test_each_tensor_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors(TENSORS, kind))
    read = Safetensors(path)
    assert read.names == list(TENSORS)
    for name, array in TENSORS.items():
        found = read.tensor(name)
        assert found.dtype == ("<f2" if kind == "Half" else "<f4")
        np.testing.assert_array_equal(found, array)
        assert found.shape == array.shape


def test_the_package_itself_writes_what_is_read(tmp_path: Path) -> None:
    package = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "model.safetensors"
    package.save_file(TENSORS, path, metadata={"format": "pt"})
    for name, array in TENSORS.items():
        np.testing.assert_array_equal(Safetensors(path).tensor(name), array, strict=True)


def entry(dtype: Any = "F16", shape: Any = (2, 2), offsets: Any = (0, 8)) -> dict[str, Any]:
    return {"x": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"{ ", "not JSON"),
        (b"", "a table of 0 bytes"),
        (b"\xff\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "a table that is no object"),
        (b'{"x": 1, "x": 2}', "has a key twice"),
        ({"x": 5}, "does not describe 'x'"),
        ({"x": {"dtype": "F16"}}, "does not describe 'x'"),
        (entry(offsets=(0, 10)), "puts 'x' where it cannot be"),
        (entry(offsets=(-8, 0)), "puts 'x' where it cannot be"),
        (entry(offsets=(8, 0)), "puts 'x' where it cannot be"),
        (entry(offsets=(4, 12)), "puts 'x' where it cannot be"),
        (entry(offsets=(0, 1 << 70)), "puts 'x' where it cannot be"),
        (entry(offsets=(0.0, 8)), "does not describe 'x'"),
        (entry(dtype="I8", offsets=(0, 1 << 40)), "puts 'x' where it cannot be"),
        (entry(shape=(2, 3)), "puts 'x' where it cannot be"),
        (entry(shape=(-2, -2)), "an impossible shape"),
        (entry(shape=(1 << 50, 0), offsets=(0, 0)), "an impossible shape"),
        (entry(shape=(True, 4)), "an impossible shape"),
        (entry(shape=[1] * 9 + [4]), "puts 'x' where it cannot be"),
        (entry(dtype=7), "does not describe 'x'"),
    ],
)
def test_a_table_that_cannot_be_is_refused(tmp_path: Path, table: object, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        Safetensors(file(tmp_path, table))


def test_a_length_beyond_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    for content in (b"", b"1234", struct.pack("<Q", 1 << 63) + b"{}", struct.pack("<Q", 0)):
        path.write_bytes(content)
        with pytest.raises(ModelError, match=r"model\.safetensors (is too short|has a table of)"):
            Safetensors(path)


def test_numbers_that_are_no_floats_are_named_when_they_are_asked_for(tmp_path: Path) -> None:
    read = Safetensors(file(tmp_path, entry(dtype="I8", shape=[8])))
    with pytest.raises(ModelError, match="has 'x' as I8: take a version in F16"):
        read.tensor("x")
    with pytest.raises(ModelError, match="lacks 'y'"):
        read.tensor("y")


@pytest.mark.parametrize(
    ("index", "says"),
    [
        ([], "no index of safetensors"),
        ({"weight_map": {}}, "no index of safetensors"),
        ({"weight_map": {"x": "../model.safetensors"}}, "names a file outside its folder"),
        ({"weight_map": {"x": 5}}, "names a file outside its folder"),
        ({"weight_map": {"x": "gone.safetensors"}}, "names gone.safetensors, which is not there"),
        ({"weight_map": {"y": "part.safetensors"}}, "does not fit the files"),
    ],
)
def test_an_index_must_fit_its_files(tmp_path: Path, index: object, says: str) -> None:
    file(tmp_path, entry()).rename(tmp_path / "part.safetensors")
    with pytest.raises(ModelError, match="has neither"):
        open_folder(tmp_path)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match=says):
        open_folder(tmp_path)


@given(st.integers(0, len(FILE) - 1), st.binary(min_size=1, max_size=8))
def test_an_altered_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes
) -> None:
    path = tmp_path_factory.mktemp("safetensors") / "model.safetensors"
    path.write_bytes(FILE[:at] + noise + FILE[at + len(noise) :])
    with suppress(ModelError):
        read = Safetensors(path)
        for name in read.names:
            with suppress(ModelError):
                assert read.tensor(name).dtype.kind == "f"
