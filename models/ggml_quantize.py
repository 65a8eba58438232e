"""Quantise a float16 ggml Whisper file as whisper.cpp's own `quantize` tool does, byte for byte.

The arithmetic is ggml's: `ggml_quantize_chunk` of the libggml-base inside the pywhispercpp wheel,
called on blocks of rows so that no whole matrix is ever held as float32. Matrices are quantised;
positional embeddings, convolutions, norms and biases stay as they are, as in that tool.
"""

import ctypes
import struct
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.catalog import Format
from models.progress import Sink
from models.whisper_ggml import FTYPE_F16, MAGIC, TYPE_F16, TYPE_F32

_GGML_TYPES: dict[Format, int] = {"q4_0": 2, "q5_0": 6, "q5_1": 7, "q8_0": 8}
_FTYPES: dict[Format, int] = {"q4_0": 2, "q5_0": 8, "q5_1": 9, "q8_0": 7}
_QUANTISATION_VERSION = 2
_BLOCK_VALUES = 32
"""Values that share a scale in all four formats; a row is a whole number of blocks."""
_ROWS_AT_ONCE = 256
_FTYPE_FIELD = 10
_ITEM_BYTES = {TYPE_F32: 4, TYPE_F16: 2}

Quantizer = Callable[[NDArray[np.float32]], bytes]


def quantize(source: Path, target: Format, out: Sink) -> None:
    """Write the file `source` (float16) in the format `target` to `out`.

    Raises ModelError if `source` is not a float16 ggml Whisper file or pywhispercpp is missing.
    """
    with source.open("rb") as file:
        cursor = _Cursor(file, source)
        _copy_header(cursor, target, out)
        rows_to_blocks = _quantizer(target)
        while not cursor.at_end():
            _copy_tensor(cursor, target, rows_to_blocks, out)


class _Cursor:
    """Reads that never exceed the file; every length in it is checked here."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._left = path.stat().st_size

    def at_end(self) -> bool:
        return self._left == 0

    def read(self, count: int) -> bytes:
        if not 0 <= count <= self._left:
            raise self.damaged()
        self._left -= count
        return self._file.read(count)

    def numbers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}i", self.read(4 * count))

    def damaged(self) -> ModelError:
        return ModelError(
            f"{self._path.name} is not a float16 ggml Whisper file: pull its model again."
        )


def _copy_header(cursor: _Cursor, target: Format, out: Sink) -> None:
    """Magic, hyper-parameters (with the new ftype), mel filters and vocabulary."""
    magic, *parameters = cursor.numbers(12)
    if magic != MAGIC or parameters[_FTYPE_FIELD] != FTYPE_F16:
        raise cursor.damaged()
    parameters[_FTYPE_FIELD] = _FTYPES[target] + 1000 * _QUANTISATION_VERSION
    out.write(struct.pack("<12i", magic, *parameters))

    bands, bins = cursor.numbers(2)
    out.write(struct.pack("<2i", bands, bins) + cursor.read(4 * bands * bins))
    (tokens,) = cursor.numbers(1)
    out.write(struct.pack("<i", tokens))
    for _ in range(tokens):
        (length,) = cursor.numbers(1)
        out.write(struct.pack("<i", length) + cursor.read(length))


def _copy_tensor(cursor: _Cursor, target: Format, rows_to_blocks: Quantizer, out: Sink) -> None:
    rank, name_length, ggml_type = cursor.numbers(3)
    if not 1 <= rank <= 4 or ggml_type not in _ITEM_BYTES:
        raise cursor.damaged()
    dimensions = cursor.numbers(rank)
    name = cursor.read(name_length)
    chosen = _is_quantised(name, rank, ggml_type) and dimensions[0] % _BLOCK_VALUES == 0
    written_type = _GGML_TYPES[target] if chosen else ggml_type
    out.write(struct.pack("<3i", rank, name_length, written_type))
    out.write(struct.pack(f"<{rank}i", *dimensions) + name)
    if not chosen:
        out.write(cursor.read(prod(dimensions) * _ITEM_BYTES[ggml_type]))
        return
    columns, rows = dimensions
    while rows > 0:
        count = min(rows, _ROWS_AT_ONCE)
        block = np.frombuffer(cursor.read(count * columns * 2), "<f2")
        out.write(rows_to_blocks(block.astype(np.float32).reshape(count, columns)))
        rows -= count


def _is_quantised(name: bytes, rank: int, ggml_type: int) -> bool:
    return rank == 2 and ggml_type == TYPE_F16 and not name.endswith(b"positional_embedding")


def _quantizer(target: Format) -> Quantizer:
    library = _ggml_base()
    ggml_type = _GGML_TYPES[target]

    def rows_to_blocks(rows: NDArray[np.float32]) -> bytes:
        count, columns = rows.shape
        blocks = ctypes.create_string_buffer(count * library.ggml_row_size(ggml_type, columns))
        values = rows.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        library.ggml_quantize_chunk(ggml_type, values, blocks, 0, count, columns, None)
        return blocks.raw

    return rows_to_blocks


@cache
def _ggml_base() -> ctypes.CDLL:
    """The library that pywhispercpp itself loads: inside `pywhispercpp.libs` in repaired wheels."""
    try:
        shipped = [file for file in files("pywhispercpp") or () if "libggml-base" in file.name]
    except PackageNotFoundError as error:
        raise ModelError(
            "pywhispercpp is not installed and its ggml does the quantising:"
            " run `pip install pywhispercpp`."
        ) from error
    if not shipped:
        raise ModelError("pywhispercpp has no libggml-base: reinstall its wheel.")
    chosen = min(shipped, key=lambda file: (".libs/" not in str(file), str(file)))
    library = ctypes.CDLL(str(chosen.locate()))
    library.ggml_row_size.argtypes = [ctypes.c_int, ctypes.c_int64]
    library.ggml_row_size.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_float),
        ctypes.c_void_p,
        ctypes.c_int64,
        ctypes.c_int64,
        ctypes.c_int64,
        ctypes.POINTER(ctypes.c_float),
    ]
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    return library
