"""Read the tensors of a CTranslate2 Whisper model without trusting a single length in the file.

Layout of `model.bin` (CTranslate2, binary version 6; little-endian): u32 version, string spec name,
u32 spec revision, u32 number of variables; per variable a string name, u8 rank, u32 dimensions,
u8 dtype, u32 size in bytes, data; then u32 number of aliases and that many pairs of strings.
A string is u16 length and that many bytes, the last of which is NUL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.cursor import Buffer, Cursor, mapped
from models.floats import BFLOAT16, widened

_VERSION = 6
_MAX_RANK = 4
_DTYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    4: np.dtype("<f2"),
    5: BFLOAT16,
}
_MOST_VARIABLES = 65_536


@dataclass(frozen=True, slots=True)
class Variable:
    """One named tensor: `offset` is the position of its data, in bytes from the file's start."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int


class CTranslate2Model:
    """The variables of an open model file; tensors are views of the mapped file."""

    def __init__(self, path: Path, data: Buffer) -> None:
        """`path` names the file in errors. Raises ModelError where the file contradicts itself."""
        self.name = path.name
        """Of the file."""
        self._cursor = Cursor(path.name, data, "fetch its package again")
        self.variables = _variables(self._cursor)

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
            self._cursor.data, variable.dtype, count=prod(variable.shape), offset=variable.offset
        )
        return widened(array).reshape(variable.shape)

    def _variable(self, name: str) -> Variable:
        variable = self.variables.get(name)
        if variable is None:
            raise self.damaged(f"has no tensor '{name}'")
        return variable

    def damaged(self, what: str) -> ModelError:
        """The error that says that this file `what`, e.g. "is empty"."""
        return self._cursor.wrong(what)

    def scalar(self, name: str) -> int:
        """The integer variable `name`. Raises ModelError if it is missing or not one number."""
        return int(self.tensor(name, ()))


@contextmanager
def open_ctranslate2(path: Path) -> Iterator[CTranslate2Model]:
    """Map `path` and parse its table of variables. Raises ModelError for anything else."""
    # Not closed by hand: tensors are views of the mapping.
    yield CTranslate2Model(path, mapped(path))


def _variables(cursor: Cursor) -> dict[str, Variable]:
    """All variables by name, aliases included. Raises ModelError naming what is wrong."""
    version = cursor.number("I")
    if version != _VERSION:
        raise cursor.wrong(f"has format version {version}, not {_VERSION}")
    if _string(cursor) != "WhisperSpec":
        raise cursor.wrong("is no Whisper model of CTranslate2 but another kind of network")
    _revision, count = cursor.numbers("2I")  # of the spec: additions only
    found: dict[str, Variable] = {}
    for _ in range(cursor.counted(count, 8, "variables", _MOST_VARIABLES)):
        name = _string(cursor)
        found[name] = _variable(cursor)
    for _ in range(cursor.counted(cursor.number("I"), 4, "aliases", _MOST_VARIABLES)):
        alias, name = _string(cursor), _string(cursor)
        if name in found:
            found[alias] = found[name]
    if cursor.left:
        raise cursor.wrong(f"has {cursor.left} bytes too many")
    return found


def _variable(cursor: Cursor) -> Variable:
    rank = cursor.number("B")
    if rank > _MAX_RANK:
        raise cursor.wrong(f"has a tensor of rank {rank}")
    shape = cursor.numbers(f"{rank}I")
    code, size = cursor.numbers("BI")
    if code not in _DTYPES:
        raise cursor.wrong(f"has a tensor of unknown type {code}")
    dtype = _DTYPES[code]
    if size != prod(shape) * dtype.itemsize:
        raise cursor.wrong(f"has a tensor of {size} bytes and shape {shape}")
    return Variable(shape, dtype, cursor.skip(size))


def _string(cursor: Cursor) -> str:
    raw = cursor.take(cursor.number("H"))
    if not raw.endswith(b"\0"):
        raise cursor.wrong("has a name without an end")
    try:
        return raw[:-1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise cursor.wrong("has a name that is not UTF-8") from error
