"""The tensors of a model in safetensors files, read a few rows at a time.

A file is u64 length of the header (little-endian), the header as JSON, and the data. Rows are read,
not mapped: mapped pages count as the process's memory, and a 1.7B model is 3.4 GB of them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from tools.quantize.convert.llm.folder import Folder

INDEX = "model.safetensors.index.json"
_LONGEST_HEADER = 100_000_000
"""Bytes; the limit of the safetensors library."""
_FLOATS: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
}
"""bfloat16 is the upper half of a float32; numpy has no type for it."""
_BITS = {"I8": 8, "U8": 8, "BOOL": 8, "I16": 16, "U16": 16, "I32": 32, "U32": 32, "I64": 64}
_BITS |= {"U64": 64, "F64": 64, "F8_E4M3": 8, "F8_E5M2": 8} | dict.fromkeys(("F16", "BF16"), 16)
_BITS |= {"F32": 32}
_SHARD = re.compile(r"model(-\d+-of-\d+)?\.safetensors")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in its file. `offset` counts bytes from the file's start."""

    file: Path
    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int

    @property
    def is_float(self) -> bool:
        return self.dtype in _FLOATS

    def rows(self, start: int, stop: int) -> Floats:
        """[stop - start, ...] of the first axis, float32 whatever is stored: exact for all."""
        dtype = _FLOATS[self.dtype]
        width = prod(self.shape[1:])
        raw = np.fromfile(
            self.file,
            dtype,
            (stop - start) * width,
            offset=self.offset + start * width * dtype.itemsize,
        )
        if self.dtype == "BF16":
            raw = (raw.astype("<u4") << 16).view("<f4")
        rows: Floats = raw.astype(np.float32, copy=False)
        return rows.reshape(stop - start, *self.shape[1:])


def shards(folder: Folder) -> list[Path]:
    """The files with tensors, in order. Raises ModelError if there is none or one is missing."""
    index = folder.json(INDEX)
    if index is None:
        names = sorted(file.name for file in folder.path.iterdir() if _SHARD.fullmatch(file.name))
    else:
        names = sorted(set(_weight_map(folder, index).values()))
    if not names:
        raise ModelError(
            f"There is no model.safetensors in {folder.path}: "
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
        # The one place where a tensor file is opened: what else should look at it goes here.
        for tensor in _tensors(folder, file):
            if tensor.name in found:
                raise folder.wrong(file.name, f"has a second '{tensor.name}'")
            found[tensor.name] = tensor
    index = folder.json(INDEX)
    if index is not None:
        mapped = _weight_map(folder, index)
        for name in sorted(mapped.keys() ^ found.keys()):
            where = mapped.get(name, INDEX)
            raise folder.wrong(where, f"lacks the tensor '{name}'")
    return found


def _weight_map(folder: Folder, index: dict[str, Any]) -> dict[str, str]:
    mapped = index.get("weight_map")
    if not isinstance(mapped, dict) or not all(isinstance(file, str) for file in mapped.values()):
        raise folder.wrong(INDEX, "has no map of weights")
    return mapped


def _tensors(folder: Folder, file: Path) -> Iterator[Stored]:
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if size < 8 or length > min(size - 8, _LONGEST_HEADER):
            raise folder.wrong(file.name, "ends in its header")
        try:
            header = json.loads(opened.read(length))
        except (ValueError, RecursionError) as error:
            raise folder.wrong(file.name, "has a header that is not JSON") from error
    if not isinstance(header, dict):
        raise folder.wrong(file.name, "has a header that is not a JSON object")
    for name, entry in header.items():
        if name != "__metadata__":
            yield _tensor(folder, file, name, entry, 8 + length)


def _tensor(folder: Folder, file: Path, name: str, entry: Any, start: int) -> Stored:
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(begin), int(end)]}:
            pass
        case _:
            raise folder.wrong(file.name, f"describes '{name}' in an unknown way")
    if not all(type(count) is int and count >= 0 for count in shape):
        raise folder.wrong(file.name, f"gives '{name}' an impossible shape")
    bits = _BITS.get(dtype)
    if bits is not None and prod(shape) * bits != (end - begin) * 8:
        raise folder.wrong(file.name, f"gives '{name}' a size that does not fit its shape")
    if not 0 <= begin <= end <= file.stat().st_size - start:
        raise folder.wrong(file.name, f"ends before the tensor '{name}' does")
    return Stored(file, name, dtype, tuple(shape), start + begin)
