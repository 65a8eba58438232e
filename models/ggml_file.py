"""The ggml file in which whisper.cpp keeps a Whisper model: its layout, read and written.

The magic; eleven int32: the sizes and the type of the matrices; the mel filters; the vocabulary;
then the tensors, each with a small header. Every length is checked before it is used, every tensor
against the sizes. What else whisper.cpp asks for is `models.headers.ggml`'s part.
Source: whisper_model_load of whisper.cpp, and its models/convert-pt-to-ggml.py.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from models.cursor import Cursor, opened
from models.headers.ggml_types import F16, F32, TYPES
from models.whisper_network import Dimensions, fault, tensor_shapes

MAGIC = b"lmgg"  # 0x67676d6c
FTYPE_F32, FTYPE_F16 = 0, 1
_TYPE_OF_FTYPE = {
    **{FTYPE_F32: F32, FTYPE_F16: F16, 2: 2, 3: 3, 7: 8, 8: 6, 9: 7},
    **{10: 10, 11: 11, 12: 12, 13: 13, 14: 14},
}
"""The type of the matrices by the header's ftype: floats, and what whisper.cpp's quantize tool
makes of them."""
QUANTISATION_VERSION = 2
_VERSION_FACTOR = 1000
_BINS = 201
_MOST_TOKENS = 51_866
_LONGEST_TOKEN = 1024
_LONGEST_NAME = 64
_COLUMNS = ("encoder.conv1.bias", "encoder.conv2.bias")
"""ggml adds them over time and therefore stores them as [n, 1]."""


@dataclass(frozen=True, slots=True)
class Header:
    """What comes before the tensors."""

    dims: Dimensions
    ftype: int
    """0 float32, 1 float16; otherwise 1000 times ggml's version of quantising, plus its type."""
    filters: bytes
    """The mel filters with their two counts, as they lie in the file."""
    vocabulary: tuple[bytes, ...]
    """The tokens of text."""

    @property
    def matrix(self) -> int:
        """The ggml type of the matrices."""
        return _TYPE_OF_FTYPE[self.ftype % _VERSION_FACTOR]

    def written(self) -> bytes:
        """As it lies in a file."""
        start = MAGIC + struct.pack("<11i", *self.dims.numbers(), self.ftype) + self.filters
        tokens = (struct.pack("<i", len(token)) + token for token in self.vocabulary)
        return b"".join((start, struct.pack("<i", len(self.vocabulary)), *tokens))


class Shape(NamedTuple):
    """How a tensor is stored."""

    dimensions: tuple[int, ...]
    """The fastest first."""
    type: int


class Stored(NamedTuple):
    """A tensor in the file."""

    name: str
    shape: Shape
    start: int
    """Where its bytes begin in the file."""
    bytes: int


class GgmlReader:
    """Reads a file in its order: the header, then the tensors."""

    def __init__(self, cursor: Cursor) -> None:
        """`cursor` is at the start of the file."""
        self.cursor = cursor

    def sizes(self) -> tuple[Dimensions, int]:
        """What the file starts with: the sizes and the ftype, whatever they are.

        Raises ModelError if it is no ggml file.
        """
        if self.cursor.take(4) != MAGIC:
            raise self.cursor.wrong("is not a ggml Whisper file")
        *numbers, ftype = self.cursor.numbers("11i")
        return Dimensions(*numbers), ftype

    def header(self) -> Header:
        """Raises ModelError if it is out of line."""
        dims, ftype = self.sizes()
        if wrong := fault(dims):
            raise self.cursor.wrong(wrong)
        matrix = matrix_type(ftype)
        if matrix is None:
            raise self.cursor.wrong(f"has the unknown file type {ftype}")
        if dims.n_audio_state % TYPES[matrix].block:
            raise self.cursor.wrong("has rows that are no whole number of blocks of its type")
        return Header(dims, ftype, self._filters(dims), self._vocabulary())

    def tensors(self, header: Header) -> Iterator[Stored]:
        """All tensors. Raises ModelError unless they are those that follow from the header."""
        missing = expected_tensors(header.dims, header.matrix)
        while self.cursor.left:
            yield self._tensor(missing)
        if missing:
            raise self.cursor.wrong(
                f"lacks the tensor {min(missing)!r} and {len(missing) - 1} more"
            )

    def _filters(self, dims: Dimensions) -> bytes:
        bands, bins = self.cursor.numbers("2i")
        if bands != dims.n_mels or bins != _BINS:
            raise self.cursor.wrong(f"has mel filters of {bands} bands by {bins} bins")
        return struct.pack("<2i", bands, bins) + self.cursor.take(4 * bands * bins)

    def _vocabulary(self) -> tuple[bytes, ...]:
        count = self.cursor.counted(self.cursor.number("i"), 4, "tokens", _MOST_TOKENS)
        return tuple(self.cursor.texts(count, "I", _LONGEST_TOKEN))

    def _tensor(self, missing: dict[str, Shape]) -> Stored:
        """The next one, which is one of `missing`, and no longer is then."""
        cursor = self.cursor
        rank, length, kind = cursor.numbers("3i")
        if not 1 <= rank <= 3:
            raise cursor.wrong(f"has a tensor of rank {rank}")
        dimensions = cursor.numbers(f"{rank}i")
        raw = cursor.take(cursor.counted(length, 1, "bytes in a name", _LONGEST_NAME))
        name = raw.decode("ascii", "replace")
        expected = missing.pop(name, None)
        if expected is None:
            raise cursor.wrong(f"has a tensor {name!r} too many")
        if Shape(dimensions, kind) != expected:
            raise cursor.wrong(f"has a tensor {name!r} of another shape or type than it must be")
        size = TYPES[kind].size(dimensions)
        if size is None:
            raise cursor.wrong(f"has a tensor {name!r} whose rows are no whole blocks")
        return Stored(name, expected, cursor.skip(size), size)


@contextmanager
def open_ggml(path: Path) -> Iterator[GgmlReader]:
    """Raises ModelError if `path` cannot be read."""
    with opened(path) as cursor:
        yield GgmlReader(cursor)


def matrix_type(ftype: int) -> int | None:
    """The ggml type of the matrices; None for an ftype that is none."""
    version, kind = divmod(ftype, _VERSION_FACTOR)
    return _TYPE_OF_FTYPE.get(kind) if 0 <= version <= QUANTISATION_VERSION else None


def quantised_ftype(matrix: int) -> int:
    """The ftype of a file whose matrices have this ggml type."""
    kind = next(ftype for ftype, each in _TYPE_OF_FTYPE.items() if each == matrix)
    return QUANTISATION_VERSION * _VERSION_FACTOR + kind


def expected_tensors(dims: Dimensions, matrix: int) -> dict[str, Shape]:
    """Every tensor that whisper.cpp asks for, in the order of OpenAI's checkpoints.

    Biases, norms and positional embeddings are float32, kernels of convolutions float16 unless all
    is float32, all else has the type `matrix`.
    """
    kernel = F32 if matrix == F32 else F16
    return {
        name: Shape((1, *shape) if name in _COLUMNS else shape[::-1], kind)
        for name, shape in tensor_shapes(dims).items()
        for kind in [_type(name, len(shape), kernel, matrix)]
    }


def _type(name: str, rank: int, kernel: int, matrix: int) -> int:
    if rank == 1 or name.endswith("positional_embedding"):
        return F32  # ggml adds it to float32
    return kernel if rank == 3 else matrix


def tensor_header(name: str, shape: Shape) -> bytes:
    """What comes before the numbers of a tensor."""
    encoded = name.encode()
    start = struct.pack("<3i", len(shape.dimensions), len(encoded), shape.type)
    return start + struct.pack(f"<{len(shape.dimensions)}i", *shape.dimensions) + encoded
