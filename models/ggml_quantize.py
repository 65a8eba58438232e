"""Quantise a ggml Whisper file of floats as whisper.cpp's own `quantize` tool does, byte for byte.

The arithmetic is ggml's: `ggml_quantize_chunk` of the libggml-base inside the pywhispercpp wheel,
called on blocks of rows so that no whole matrix is ever held as float32. Matrices are quantised;
positional embeddings, convolutions, norms and biases stay as they are, as in that tool.

whisper.cpp gives every matrix the one type that the header names, so all are quantised or none:
a file that keeps the encoder in float16 does not load.
"""

import ctypes
import struct
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.catalog import Format
from models.ggml_file import (
    FTYPE_F16,
    FTYPE_F32,
    MAGIC,
    TYPE_F16,
    TYPE_F32,
    GgmlReader,
    Header,
    open_ggml,
)
from models.progress import Sink


class _Type(NamedTuple):
    """A format in ggml's numbers."""

    tensor: int
    """`ggml_type`."""
    file: int
    """`ggml_ftype`."""
    block: int
    """Values that are packed together; a row is a whole number of blocks."""
    bytes: int
    """Of such a block."""


_TYPES: dict[Format, _Type] = {
    "q4_0": _Type(2, 2, 32, 18),
    "q4_1": _Type(3, 3, 32, 20),
    "q5_0": _Type(6, 8, 32, 22),
    "q5_1": _Type(7, 9, 32, 24),
    "q8_0": _Type(8, 7, 32, 34),
    "q2_k": _Type(10, 10, 256, 84),
    "q3_k": _Type(11, 11, 256, 110),
    "q4_k": _Type(12, 12, 256, 144),
    "q5_k": _Type(13, 13, 256, 176),
    "q6_k": _Type(14, 14, 256, 210),
}
_QUANTISATION_VERSION = 2
_ROWS_AT_ONCE = 256
_LARGEST = float(np.finfo(np.float16).max)
_DTYPES: dict[int, np.dtype[Any]] = {TYPE_F32: np.dtype("<f4"), TYPE_F16: np.dtype("<f2")}

Quantizer = Callable[[NDArray[np.float32]], bytes]


def quantize(source: Path, target: Format, out: Sink) -> None:
    """Write the file `source` (float16 or float32) in the format `target` to `out`.

    Raises ModelError if `source` is not a ggml Whisper file of floats, its rows are no whole
    number of the format's blocks, or pywhispercpp is missing.
    """
    with open_ggml(source) as reader:
        header = reader.header()
        check(reader.name, header, target)
        rows_to_blocks = _quantizer(target)
        _write_header(header, target, out)
        while not reader.at_end():
            _copy_tensor(reader, target, rows_to_blocks, out)


def formats_for(row: int) -> list[Format]:
    """The formats that rows of so many values can have."""
    return [target for target, kind in _TYPES.items() if row % kind.block == 0]


def expected_bytes(source_bytes: int, ftype: int, target: Format) -> int:
    """About the size of a file of floats, of this ftype, once it is quantised."""
    each = 4 if ftype == FTYPE_F32 else 2
    return source_bytes * _TYPES[target].bytes // (_TYPES[target].block * each)


def check(name: str, header: Header, target: Format) -> None:
    """Raises ModelError if the file `name` cannot be quantised so: it is already, or its rows are
    no whole number of blocks."""
    if header.ftype not in (FTYPE_F16, FTYPE_F32):
        raise ModelError(
            f"{name} is quantised already: quantise the float16 file that it was made from."
        )
    for row in (header.dims.n_audio_state, header.dims.n_text_state):
        _check_row(name, row, target)


def _check_row(name: str, row: int, target: Format) -> None:
    """whisper.cpp's tool cuts such rows off without a word; its engine then refuses the file."""
    block = _TYPES[target].block
    if row % block == 0:
        return
    others = ", ".join(formats_for(row))
    advice = f"choose one of {others}" if others else "it stays in float16"
    raise ModelError(
        f"{name} has rows of {row} values and {target} packs {block} at a time: {advice}."
    )


def _write_header(header: Header, target: Format, out: Sink) -> None:
    """With the new ftype; all else as it was."""
    ftype = _TYPES[target].file + 1000 * _QUANTISATION_VERSION
    out.write(struct.pack("<12i", MAGIC, *header.dims.numbers(), ftype) + header.filters)
    out.write(struct.pack("<i", len(header.vocabulary)))
    for token in header.vocabulary:
        out.write(struct.pack("<i", len(token)) + token)


def _copy_tensor(reader: GgmlReader, target: Format, quantizer: Quantizer, out: Sink) -> None:
    rank, name_length, ggml_type = reader.numbers(3)
    if not 1 <= rank <= 4 or ggml_type not in _DTYPES:
        raise reader.damaged()
    dimensions = reader.numbers(rank)
    if min(dimensions) < 1:
        raise reader.damaged()
    name = reader.read(name_length)
    written_type = _written_type(name, rank, ggml_type, target)
    out.write(struct.pack("<3i", rank, name_length, written_type))
    out.write(struct.pack(f"<{rank}i", *dimensions) + name)
    dtype = _DTYPES[ggml_type]
    if written_type == ggml_type:
        out.write(reader.read(prod(dimensions) * dtype.itemsize))
        return
    if written_type == TYPE_F16:
        kernel = np.frombuffer(reader.read(prod(dimensions) * dtype.itemsize), dtype)
        with np.errstate(over="ignore"):  # infinite then, and refused
            out.write(_finite(reader, name, kernel.astype("<f2")).tobytes())
        return
    columns, rows = dimensions
    _check_row(reader.name, columns, target)
    while rows > 0:
        count = min(rows, _ROWS_AT_ONCE)
        block = np.frombuffer(reader.read(count * columns * dtype.itemsize), dtype)
        values = _finite(reader, name, block.astype(np.float32))
        out.write(quantizer(values.reshape(count, columns)))
        rows -= count


def _finite(reader: GgmlReader, name: bytes, values: NDArray[Any]) -> NDArray[Any]:
    """ggml computes positions in tables from the values and does not look at them first, and its
    scales are float16."""
    if not (np.abs(values) <= _LARGEST).all():
        raise ModelError(
            f"{reader.name} has values in '{name.decode(errors='replace')}' that are no numbers or"
            " beyond float16: make or pull it again."
        )
    return values


def _written_type(name: bytes, rank: int, ggml_type: int, target: Format) -> int:
    """What whisper.cpp expects of this tensor in a quantised file.

    Its tool leaves the kernels of a float32 file as they are, and the engine then refuses it.
    """
    if rank == 2 and not name.endswith((b"positional_embedding", b".bias")):
        return _TYPES[target].tensor
    return TYPE_F16 if rank == 3 else ggml_type


def _quantizer(target: Format) -> Quantizer:
    library = _ggml_base()
    ggml_type = _TYPES[target].tensor

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
