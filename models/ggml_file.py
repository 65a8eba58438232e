"""Read a ggml Whisper file from its beginning: every length in it is checked before it is used."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assistant.errors import ModelError
from models.whisper_checkpoint import Dimensions

MAGIC = 0x67676D6C
FTYPE_F32, FTYPE_F16 = 0, 1
TYPE_F32, TYPE_F16 = 0, 1
_MAX_FILTERS = 1 << 20
_MAX_TOKENS = 100_000
_MAX_TOKEN_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Header:
    """What comes before the tensors."""

    dims: Dimensions
    ftype: int
    """0 float32, 1 float16; otherwise 1000 times ggml's version of quantising, plus its type."""
    filters: bytes
    """The mel filters with their two counts, as they lie in the file."""
    vocabulary: tuple[bytes, ...]


class GgmlReader:
    """A cursor that never goes beyond the file."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self.name = path.name
        self._left = path.stat().st_size

    def at_end(self) -> bool:
        return self._left == 0

    def read(self, count: int) -> bytes:
        """Raises ModelError where there are not so many bytes."""
        if not 0 <= count <= self._left:
            raise self.damaged()
        self._left -= count
        return self._file.read(count)

    def numbers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}i", self.read(4 * count))

    def header(self) -> Header:
        """The header, at the beginning of the file."""
        magic, *numbers, ftype = self.numbers(12)
        if magic != MAGIC:
            raise self.damaged()
        bands, bins = self.numbers(2)
        if not (0 < bands <= _MAX_FILTERS and 0 < bins <= _MAX_FILTERS // bands):
            raise self.damaged()
        filters = struct.pack("<2i", bands, bins) + self.read(4 * bands * bins)
        return Header(Dimensions(*numbers), ftype, filters, tuple(self._tokens()))

    def damaged(self) -> ModelError:
        return ModelError(
            f"{self.name} is not a ggml Whisper file or is damaged: make or pull it again."
        )

    def _tokens(self) -> Iterator[bytes]:
        (tokens,) = self.numbers(1)
        if not 0 <= tokens <= _MAX_TOKENS:
            raise self.damaged()
        for _ in range(tokens):
            (length,) = self.numbers(1)
            if length > _MAX_TOKEN_BYTES:
                raise self.damaged()
            yield self.read(length)


@contextmanager
def open_ggml(path: Path) -> Iterator[GgmlReader]:
    """Raises OSError if `path` cannot be opened."""
    with path.open("rb") as file:
        yield GgmlReader(file, path)
