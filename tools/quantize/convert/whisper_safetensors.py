"""Hugging Face's safetensors: named tensors in one file or several, as views of the mapped files.

A file is: u64 length of a table; the table (JSON: name to dtype, shape, and where the bytes begin
and end behind the table); the bytes. Several have an index (JSON) that says which tensor lies in
which. Source: the README of the safetensors package ("Format").
"""

import json
import mmap
import struct
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from tools.quantize.convert.whisper_floats import BFLOAT16, widened

SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
_LONGEST_TABLE = 16 << 20
_DTYPES: dict[str, np.dtype[Any]] = {
    "F16": np.dtype("<f2"),
    "BF16": BFLOAT16,
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
}


Load = Callable[[str], NDArray[Any]]


class _Place(NamedTuple):
    dtype: str
    shape: tuple[int, ...]
    begin: int
    """Bytes from the start of the file."""


class _TableError(ValueError):
    """Says what is wrong with a table."""


class Safetensors:
    """The tensors of one file."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError if the file contradicts itself, OSError if it cannot be read."""
        self._path = path
        with path.open("rb") as file:
            if path.stat().st_size < 8:
                raise _damaged(path, "is too short")
            # Not closed by hand: tensors are views of it.
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            self._places = _places(self._data)
        except _TableError as wrong:
            raise _damaged(path, str(wrong)) from wrong
        except (ValueError, RecursionError) as error:
            raise _damaged(path, "has a table that is not JSON") from error

    @property
    def names(self) -> list[str]:
        return list(self._places)

    def tensor(self, name: str) -> NDArray[Any]:
        """Raises ModelError if there is none, or if its numbers are no floats."""
        place = self._places.get(name)
        if place is None:
            raise _damaged(self._path, f"lacks '{name}'")
        dtype = _DTYPES.get(place.dtype)
        if dtype is None:
            raise ModelError(
                f"{self._path.name} has '{name}' as {place.dtype}: take a version in F16, BF16 or"
                " F32, or merge it into one."
            )
        array = np.frombuffer(self._data, dtype, prod(place.shape), place.begin)
        return widened(array.reshape(place.shape))


def open_folder(folder: Path) -> tuple[dict[str, Load], list[Path]]:
    """For each tensor of the model in `folder` what loads it, and the files they lie in.

    Raises ModelError if there is none or it is damaged, OSError if it cannot be read.
    """
    shards = [SINGLE]
    placed: dict[str, str] | None = None
    if not (folder / SINGLE).is_file():
        placed = _index(folder / INDEX)
        shards = sorted(set(placed.values()))
    opened = {shard: Safetensors(folder / shard) for shard in shards}
    found: dict[str, Load] = {}
    for shard in opened.values():
        found.update(dict.fromkeys(shard.names, shard.tensor))
    if placed is not None and placed.keys() != found.keys():
        raise _damaged(folder / INDEX, "does not fit the files it speaks of")
    files = [folder / shard for shard in shards]
    return found, files if placed is None else [*files, folder / INDEX]


def _index(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            placed = json.loads(file.read(_LONGEST_TABLE))["weight_map"]
    except FileNotFoundError as error:
        raise ModelError(
            f"{path.parent} has neither {SINGLE} nor {INDEX}: save the model as safetensors."
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, "is no index of safetensors") from error
    if not isinstance(placed, dict) or not placed:
        raise _damaged(path, "is no index of safetensors")
    for name in placed.values():
        if not isinstance(name, str) or Path(name).name != name:
            raise _damaged(path, "names a file outside its folder")
        if not (path.parent / name).is_file():
            raise _damaged(path, f"names {name}, which is not there")
    return placed


def _places(data: mmap.mmap) -> dict[str, _Place]:
    (length,) = struct.unpack_from("<Q", data)
    if not 2 <= length <= min(len(data) - 8, _LONGEST_TABLE):
        raise _TableError(f"has a table of {length} bytes")
    table = json.loads(data[8 : 8 + length].decode("utf-8"), object_pairs_hook=_without_twins)
    if not isinstance(table, dict):
        raise _TableError("has a table that is no object")
    table.pop("__metadata__", None)
    start = 8 + length
    return {name: _place(name, entry, start, len(data)) for name, entry in table.items()}


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TableError("has a key twice")
    return found


def _place(name: str, entry: Any, start: int, end: int) -> _Place:
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(begin), int(stop)]}:
            if not all(type(size) is int and 0 <= size < 1 << 40 for size in shape):
                raise _TableError(f"gives '{name[:80]}' an impossible shape")
            size = prod(shape) * _DTYPES[dtype].itemsize if dtype in _DTYPES else stop - begin
            if len(shape) > 8 or not 0 <= begin <= stop <= end - start or stop - begin != size:
                raise _TableError(f"puts '{name[:80]}' where it cannot be")
            return _Place(dtype, tuple(shape), start + begin)
    raise _TableError(f"does not describe '{name[:80]}'")


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(f"{path.name} {what}: fetch the model again.")
