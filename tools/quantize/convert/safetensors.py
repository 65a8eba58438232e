"""The tensors of a model in safetensors files, read a few rows at a time.

`models.headers.safetensors` says where they lie. Rows are read, not mapped: mapped pages count as
the process's memory, and a 1.7B model is 3.4 GB of them.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.cursor import opened
from models.floats import BFLOAT16, widened
from models.headers.safetensors import Place, read_table
from tools.quantize.convert.folder import Folder

SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
_FLOATS: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": BFLOAT16,
}

_COMPARED_ROWS = 4096

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in its file."""

    file: Path
    place: Place

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def shape(self) -> tuple[int, ...]:
        return self.place.shape

    @property
    def dtype(self) -> str:
        """As the file calls it: "BF16"."""
        return self.place.type

    def check_floats(self) -> None:
        """Raises ModelError if these are no floats, or quantised ones."""
        if self.dtype not in _FLOATS:
            raise ModelError(
                f"'{self.name}' is stored as {self.dtype} in {self.file.name}: choose the "
                "unquantised model (F64, F32, F16 or BF16)."
            )

    def rows(self, start: int, stop: int) -> Floats:
        """[stop - start, ...] of the first axis, float32 whatever is stored: exact for all but F64,
        which is rounded.

        Raises as `check_floats`.
        """
        width = prod(self.shape[1:])
        rows = self._numbers(start * width, (stop - start) * width)
        return rows.reshape(stop - start, *self.shape[1:])

    def whole(self) -> Floats:
        """All of it, as `rows`."""
        return self._numbers(0, prod(self.shape)).reshape(self.shape)

    def same(self, other: "Stored") -> bool:
        """Whether both hold the same numbers, as `rows` gives them, in the same type and shape.
        Raises as `rows`."""
        if (self.dtype, self.shape) != (other.dtype, other.shape):
            return False
        count = prod(self.shape[:1])
        starts = range(0, count, _COMPARED_ROWS)
        spans = [(start, min(start + _COMPARED_ROWS, count)) for start in starts]
        return all(np.array_equal(self.rows(*span), other.rows(*span)) for span in spans)

    def _numbers(self, start: int, count: int) -> Floats:
        self.check_floats()
        dtype = _FLOATS[self.dtype]
        at = self.place.start + start * dtype.itemsize
        stored = np.fromfile(self.file, dtype, count, offset=at)
        return widened(stored).astype(np.float32, copy=False)


def shards(folder: Folder) -> list[Path]:
    """The files with tensors, in order. Raises ModelError if there is none or one is missing."""
    mapped = _weight_map(folder)
    names = [SINGLE] if mapped is None else sorted(set(mapped.values()))
    if mapped is None and not (folder.path / SINGLE).is_file():
        raise ModelError(
            f"There is no {SINGLE} in {folder.path}, nor {INDEX}: "
            "choose a model that is published as safetensors."
        )
    for name in names:
        if Path(name).name != name or not (folder.path / name).is_file():
            raise folder.wrong(name, "is missing")
    return [folder.path / name for name in names]


def stored(folder: Folder) -> dict[str, Stored]:
    """All tensors by name. Raises ModelError if a file contradicts itself, the index or another."""
    found: dict[str, Stored] = {}
    for file in shards(folder):
        with opened(file) as cursor:
            places = read_table(cursor).places
        for place in places:
            if place.name in found:
                raise folder.wrong(file.name, f"has a second '{place.name}'")
            found[place.name] = Stored(file, place)
    mapped = _weight_map(folder)
    if mapped is not None:
        for name in sorted(mapped.keys() ^ found.keys()):
            raise folder.wrong(mapped.get(name, INDEX), f"lacks the tensor '{name}'")
    return found


def _weight_map(folder: Folder) -> dict[str, str] | None:
    """Which file each tensor is in; None if there is no index."""
    index = folder.json(INDEX)
    if index is None:
        return None
    mapped = index.get("weight_map")
    if not isinstance(mapped, dict) or not all(isinstance(file, str) for file in mapped.values()):
        raise folder.wrong(INDEX, "has no map of weights")
    if not mapped:
        raise folder.wrong(INDEX, "has an empty map of weights")
    return mapped
