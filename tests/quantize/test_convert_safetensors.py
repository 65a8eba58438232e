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
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.safetensors import stored

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


@pytest.mark.parametrize("kind", ["Half", "Float", "Double", "BFloat16"])
def test_each_tensor_is_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(safetensors(TENSORS, kind))
    read = stored(Folder(tmp_path))
    assert set(read) == set(TENSORS)
    for name, array in TENSORS.items():
        found = read[name].whole()
        assert found.dtype == "<f4"
        np.testing.assert_array_equal(found, array)
        assert found.shape == array.shape
    np.testing.assert_array_equal(read["a"].rows(1, 2), TENSORS["a"][1:2])


def test_the_package_itself_writes_what_is_read(tmp_path: Path) -> None:
    package = pytest.importorskip("safetensors.numpy")
    package.save_file(TENSORS, tmp_path / "model.safetensors", metadata={"format": "pt"})
    read = stored(Folder(tmp_path))
    for name, array in TENSORS.items():
        np.testing.assert_array_equal(read[name].whole(), array.astype("<f4"), strict=True)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (np.arange(6, dtype="<f2").reshape(2, 3), True),
        (np.arange(6, dtype="<f2").reshape(3, 2), False),
        (np.arange(1, 7, dtype="<f2").reshape(2, 3), False),
        (np.array(1, "<f2"), False),
    ],
)
def test_what_is_stored_twice_is_compared(tmp_path: Path, other: Any, same: bool) -> None:
    (tmp_path / "model.safetensors").write_bytes(safetensors(TENSORS | {"other": other}))
    read = stored(Folder(tmp_path))
    assert read["a"].same(read["other"]) == same
    assert read["b"].same(read["b"])


def entry(dtype: Any = "F16", shape: Any = (2, 2), offsets: Any = (0, 8)) -> dict[str, Any]:
    return {"x": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"{ ", "not JSON"),
        (b"", "a table of 0 bytes"),
        (b"\xff\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not JSON"),
        (b'{"x": 1, "x": 2}', "has a key twice"),
        ({"x": 5}, "does not describe 'x'"),
        ({"x": {"dtype": "F16"}}, "does not describe 'x'"),
        (entry(offsets=(0, 10)), "bytes that do not fit its shape"),
        (entry(offsets=(-8, 0)), "an impossible shape or place"),
        (entry(offsets=(8, 0)), "bytes that do not fit its shape"),
        (entry(offsets=(4, 12)), "puts 'x' at byte 4, where 0 is due"),
        (entry(offsets=(0, 1 << 70)), "an impossible shape or place|too large"),
        (entry(offsets=(0.0, 8)), "an impossible shape or place"),
        (entry(dtype="I8", offsets=(0, 1 << 40)), "bytes that do not fit its shape"),
        (entry(shape=(2, 3)), "bytes that do not fit its shape"),
        (entry(shape=(-2, -2)), "an impossible shape"),
        (entry(shape=(1 << 50, 0), offsets=(0, 0)), "an impossible shape"),
        (entry(shape=(True, 4)), "an impossible shape"),
        (entry(shape=[1] * 9 + [4]), "an impossible shape"),
        (entry(dtype=7), "gives 'x' an unknown type"),
    ],
)
def test_a_table_that_cannot_be_is_refused(tmp_path: Path, table: object, says: str) -> None:
    file(tmp_path, table)
    with pytest.raises(ModelError, match=says):
        stored(Folder(tmp_path))


def test_a_length_beyond_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    for content in (b"", b"1234", struct.pack("<Q", 1 << 63) + b"{}", struct.pack("<Q", 0)):
        path.write_bytes(content)
        with pytest.raises(ModelError, match=r"model\.safetensors (is empty|is cut|has a table)"):
            stored(Folder(tmp_path))


@pytest.mark.parametrize(("dtype", "shape"), [("I8", [8]), ("F8_E4M3", [8])])
def test_numbers_that_are_no_floats_are_named_when_they_are_asked_for(
    tmp_path: Path, dtype: str, shape: list[int]
) -> None:
    file(tmp_path, entry(dtype, shape))
    with pytest.raises(ModelError, match=f"'x' is stored as {dtype} in model.safetensors: choose"):
        stored(Folder(tmp_path))["x"].whole()


@pytest.mark.parametrize(
    ("index", "says"),
    [
        ([], "index.json is not a JSON object"),
        ({"weight_map": {}}, "has an empty map of weights"),
        ({"weight_map": {"x": "../model.safetensors"}}, "../model.safetensors is missing"),
        ({"weight_map": {"x": 5}}, "has no map of weights"),
        ({"weight_map": {"x": "gone.safetensors"}}, "gone.safetensors is missing"),
        ({"weight_map": {"y": "part.safetensors"}}, "lacks the tensor"),
    ],
)
def test_an_index_must_fit_its_files(tmp_path: Path, index: object, says: str) -> None:
    file(tmp_path, entry()).rename(tmp_path / "part.safetensors")
    with pytest.raises(ModelError, match=r"There is no model\.safetensors in"):
        stored(Folder(tmp_path))
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match=says):
        stored(Folder(tmp_path))


@given(st.integers(0, len(FILE) - 1), st.binary(min_size=1, max_size=8))
def test_an_altered_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes
) -> None:
    path = tmp_path_factory.mktemp("safetensors") / "model.safetensors"
    path.write_bytes(FILE[:at] + noise + FILE[at + len(noise) :])
    with suppress(ModelError):
        for tensor in stored(Folder(path.parent)).values():
            with suppress(ModelError):
                assert tensor.whole().dtype.kind == "f"


def test_files_without_an_index_are_not_guessed_to_be_all(tmp_path: Path) -> None:
    file(tmp_path, entry()).rename(tmp_path / "model-00001-of-00002.safetensors")
    with pytest.raises(ModelError, match=r"There is no model\.safetensors in .*, nor"):
        stored(Folder(tmp_path))
