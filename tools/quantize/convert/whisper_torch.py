"""OpenAI's checkpoints: a zip file by torch.save, read without torch and without unpickling.

Members are stored bare, so that a tensor is a view of the mapped file. Layout: `<name>/data.pkl`
(the dicts, with references to storages), `<name>/data/<key>` (the numbers of a storage), and
`<name>/byteorder`. Source: torch/serialization.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.cursor import Buffer, Cursor, mapped
from models.floats import BFLOAT16, widened
from models.headers.torch_zip import PICKLED, torch_members
from models.whisper_checkpoint import Checkpoint
from tools.quantize.convert.whisper_dims import check_names, checked
from tools.quantize.convert.whisper_pickle import MAX_BYTES, RefusedError, TensorRef, read_pickle

_DTYPES: dict[str, np.dtype[Any]] = {
    "HalfStorage": np.dtype("<f2"),
    "BFloat16Storage": BFLOAT16,
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
}


@contextmanager
def open_torch(path: Path) -> Iterator[Checkpoint]:
    """The Whisper model in `path`: {"dims": …, "model_state_dict": …}.

    Raises ModelError for anything else, naming what is wrong.
    """
    # Not closed by hand: tensors are views of the mapping.
    archive = TorchArchive(path, mapped(path))
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

    def __init__(self, path: Path, data: Buffer) -> None:
        """`path` names the file in errors. Raises ModelError if it is no such file."""
        self._path = path
        self._data = data
        self._members = torch_members(Cursor(path.name, data, "take another, or its safetensors"))
        if self._bytes("byteorder", 16) not in (None, b"little"):
            raise refused(path, "it was written on a big-endian machine")
        try:
            self.tree = read_pickle(self._bytes(PICKLED, MAX_BYTES) or b"")
        except RefusedError as refusal:
            raise refused(path, str(refusal)) from refusal

    def view(self, name: str, tensor: TensorRef) -> NDArray[Any]:
        """The numbers of `tensor`; `name` is for errors.

        Raises ModelError unless they are floats and all of them lie within their storage.
        """
        dtype = _DTYPES.get(tensor.storage.kind)
        if dtype is None:
            raise refused(self._path, f"'{name}' is a {tensor.storage.kind}, not floats")
        storage = self._members.get(f"data/{tensor.storage.key}")
        if storage is None:
            raise refused(self._path, f"it has no data/{tensor.storage.key}")
        count = storage.bytes // dtype.itemsize
        if not _fits(tensor, count):
            raise refused(self._path, f"'{name}' reaches beyond its storage")
        numbers = np.frombuffer(self._data, dtype, count, storage.start)
        strides = tuple(stride * dtype.itemsize for stride in tensor.strides)
        view = np.lib.stride_tricks.as_strided(
            numbers[tensor.offset :], tensor.shape, strides, writeable=False
        )
        return widened(np.ascontiguousarray(view).reshape(tensor.shape))

    def _bytes(self, name: str, most: int) -> bytes | None:
        """A small member; None if there is none."""
        member = self._members.get(name)
        if member is None:
            return None
        if member.bytes > most:
            raise refused(self._path, f"its {name} has {member.bytes} bytes")
        return self._data[member.start : member.start + member.bytes]


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
