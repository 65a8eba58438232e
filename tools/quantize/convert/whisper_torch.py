"""OpenAI's checkpoints: a zip file by torch.save, read without torch and without unpickling.

Members are stored bare, so that a tensor is a view of the mapped file. Layout: `<name>/data.pkl`
(the dicts, with references to storages), `<name>/data/<key>` (the numbers of a storage), and
`<name>/byteorder`. Source: torch/serialization.py.
"""

import mmap
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.floats import BFLOAT16, widened
from models.whisper_checkpoint import Checkpoint
from tools.quantize.convert.whisper_dims import check_names, checked
from tools.quantize.convert.whisper_pickle import MAX_BYTES, RefusedError, TensorRef, read_pickle

_MAX_MEMBERS = 100_000
_LOCAL_HEADER = struct.Struct("<4s22xHH")
"""Signature, length of the name, length of the extra field."""
_DTYPES: dict[str, np.dtype[Any]] = {
    "HalfStorage": np.dtype("<f2"),
    "BFloat16Storage": BFLOAT16,
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
}


@contextmanager
def open_torch(path: Path) -> Iterator[Checkpoint]:
    """The Whisper model in `path`: {"dims": …, "model_state_dict": …}.

    Raises ModelError for anything else, naming what is wrong, and OSError if it cannot be read.
    """
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            raise refused(path, "it is empty")
        # Not closed by hand: tensors are views of the mapping, which closes with the last of them.
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        archive = TorchArchive(path, data)
        tree = archive.tree
        dims = tree.get("dims") if isinstance(tree, dict) else None
        tensors = tree.get("model_state_dict") if isinstance(tree, dict) else None
        if not isinstance(dims, dict) or not isinstance(tensors, dict):
            raise refused(path, "it lacks 'dims' and 'model_state_dict'")
        wanted = checked(dims, path.name)
        check_names(wanted, path.name, tensors)

        def load(name: str) -> NDArray[Any]:
            found = tensors.get(name)
            if not isinstance(found, TensorRef):
                raise refused(path, f"its '{name}' is missing or no tensor")
            return archive.view(name, found)

        yield Checkpoint(path.name, wanted, load)


def refused(path: Path, why: str) -> ModelError:
    return ModelError(
        f"{path.name} is no Whisper checkpoint of OpenAI's kind that can be read safely ({why}):"
        " take another, or its safetensors."
    )


class TorchArchive:
    """The members of a file by torch.save."""

    def __init__(self, path: Path, data: mmap.mmap | bytes) -> None:
        """`path` names the file in errors. Raises ModelError if it is no such file."""
        self._path = path
        self._data = data
        self._members = self._table()
        if self._bytes("byteorder", 16) not in (None, b"little"):
            raise refused(path, "it was written on a big-endian machine")
        pickled = self._bytes("data.pkl", MAX_BYTES)
        if pickled is None:
            raise refused(path, "it has no data.pkl")
        try:
            self.tree = read_pickle(pickled)
        except RefusedError as refusal:
            raise refused(path, str(refusal)) from refusal

    def view(self, name: str, tensor: TensorRef) -> NDArray[Any]:
        """The numbers of `tensor`; `name` is for errors.

        Raises ModelError unless they are floats and all of them lie within their storage.
        """
        dtype = _DTYPES.get(tensor.storage.kind)
        if dtype is None:
            raise refused(self._path, f"'{name}' is a {tensor.storage.kind}, not floats")
        start, size = self._member(f"data/{tensor.storage.key}")
        count = size // dtype.itemsize
        if not _fits(tensor, count):
            raise refused(self._path, f"'{name}' reaches beyond its storage")
        numbers = np.frombuffer(self._data, dtype, count, start)
        strides = tuple(stride * dtype.itemsize for stride in tensor.strides)
        view = np.lib.stride_tricks.as_strided(
            numbers[tensor.offset :], tensor.shape, strides, writeable=False
        )
        return widened(np.ascontiguousarray(view).reshape(tensor.shape))

    def _table(self) -> dict[str, zipfile.ZipInfo]:
        """By name below the archive's own folder."""
        try:
            with self._path.open("rb") as file, zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise refused(self._path, "torch.save of torch 1.6 or later writes zips") from error
        roots = {info.filename.partition("/")[0] for info in infos}
        names = {info.filename.partition("/")[2] for info in infos}
        if len(infos) > _MAX_MEMBERS or len(roots) != 1 or len(names) != len(infos):
            raise refused(self._path, "it is another kind of zip")
        return {info.filename.partition("/")[2]: info for info in infos}

    def _bytes(self, name: str, most: int) -> bytes | None:
        """A small member; None if there is none."""
        if name not in self._members:
            return None
        start, size = self._member(name)
        if size > most:
            raise refused(self._path, f"its {name} has {size} bytes")
        return self._data[start : start + size]

    def _member(self, name: str) -> tuple[int, int]:
        """Where a member begins, and its size in bytes; all of it lies within the file."""
        info = self._members.get(name)
        if info is None:
            raise refused(self._path, f"it has no {name}")
        at = info.header_offset
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise refused(self._path, f"its {name} is compressed")
        if not 0 <= at <= len(self._data) - 30:
            raise refused(self._path, f"its {name} lies beyond the file's end")
        signature, name_bytes, extra_bytes = _LOCAL_HEADER.unpack_from(self._data, at)
        start = at + 30 + name_bytes + extra_bytes
        if signature != b"PK\x03\x04" or start + info.file_size > len(self._data):
            raise refused(self._path, f"its {name} lies beyond the file's end")
        return start, info.file_size


def _fits(tensor: TensorRef, count: int) -> bool:
    """Whether each number of `tensor` is one of the `count` of its storage, and none comes twice
    so often that the tensor is larger than the storage."""
    sizes, strides = tensor.shape, tensor.strides
    if len(sizes) != len(strides) or min((*sizes, *strides, tensor.offset)) < 0:
        return False
    if prod(sizes) == 0:
        return tensor.offset <= count
    last = tensor.offset + sum(
        (size - 1) * stride for size, stride in zip(sizes, strides, strict=True)
    )
    return last < count and prod(sizes) <= count
