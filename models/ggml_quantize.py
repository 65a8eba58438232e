"""Quantise a ggml Whisper file of floats as whisper.cpp's own `quantize` tool does, byte for byte.

The arithmetic is ggml's: `ggml_quantize_chunk` of the libggml-base inside the pywhispercpp wheel,
called on blocks of rows so that no whole matrix is ever held as float32. Matrices are quantised;
positional embeddings, convolutions, norms and biases stay as they are, as in that tool.

whisper.cpp gives every matrix the one type that the header names, so all are quantised or none:
a file that keeps the encoder in float16 does not load. Its tool leaves the kernels of a float32
file as they are, and the engine then refuses it: here they become float16.
"""

import ctypes
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.catalog import Format
from models.cursor import Cursor
from models.ggml_file import (
    FTYPE_F16,
    FTYPE_F32,
    Header,
    Shape,
    Stored,
    expected_tensors,
    open_ggml,
    quantised_ftype,
    tensor_header,
)
from models.headers.ggml_types import F16, F32, TYPES
from models.progress import Sink

_TYPES: dict[Format, int] = {
    **{"q4_0": 2, "q4_1": 3, "q5_0": 6, "q5_1": 7, "q8_0": 8},
    **{"q2_k": 10, "q3_k": 11, "q4_k": 12, "q5_k": 13, "q6_k": 14},
}
"""ggml's number of each."""
_ROWS_AT_ONCE = 256
_LARGEST = float(np.finfo(np.float16).max)
_DTYPES: dict[int, np.dtype[Any]] = {F32: np.dtype("<f4"), F16: np.dtype("<f2")}

Quantizer = Callable[[NDArray[np.float32]], bytes]


def quantize(source: Path, target: Format, out: Sink) -> None:
    """Write the file `source` (float16 or float32) in the format `target` to `out`.

    Raises ModelError if `source` is not a ggml Whisper file of floats, its rows are no whole
    number of the format's blocks, or pywhispercpp is missing.
    """
    with open_ggml(source) as reader:
        header = reader.header()
        check(source.name, header, target)
        rows_to_blocks = _quantizer(target)
        matrix = _TYPES[target]
        out.write(replace(header, ftype=quantised_ftype(matrix)).written())
        wanted = expected_tensors(header.dims, matrix)
        for tensor in reader.tensors(header):
            _write_tensor(reader.cursor, tensor, wanted[tensor.name], rows_to_blocks, out)


def formats_for(row: int) -> list[Format]:
    """The formats that rows of so many values can have."""
    return [target for target, kind in _TYPES.items() if row % TYPES[kind].block == 0]


def expected_bytes(source_bytes: int, ftype: int, target: Format) -> int:
    """About the size of a file of floats, of this ftype, once it is quantised."""
    each = 4 if ftype == FTYPE_F32 else 2
    kind = TYPES[_TYPES[target]]
    return source_bytes * kind.bytes // (kind.block * each)


def check(name: str, header: Header, target: Format) -> None:
    """Raises ModelError if the file `name` cannot be quantised so: it is already, or its rows are
    no whole number of blocks."""
    if header.ftype not in (FTYPE_F16, FTYPE_F32):
        raise ModelError(
            f"{name} is quantised already: quantise the float16 file that it was made from."
        )
    # whisper.cpp's tool cuts such rows off without a word; its engine then refuses the file.
    row, block = header.dims.n_audio_state, TYPES[_TYPES[target]].block
    if row % block == 0:
        return
    others = ", ".join(formats_for(row))
    advice = f"choose one of {others}" if others else "it stays in float16"
    raise ModelError(
        f"{name} has rows of {row} values and {target} packs {block} at a time: {advice}."
    )


def _write_tensor(
    source: Cursor, tensor: Stored, wanted: Shape, quantizer: Quantizer, out: Sink
) -> None:
    """`tensor`, of floats, as it is `wanted`."""
    out.write(tensor_header(tensor.name, wanted))
    kind, end = tensor.shape.type, tensor.start + tensor.bytes
    if wanted.type == kind:
        out.write(source.data[tensor.start : end])
        return
    columns = wanted.dimensions[0]
    step = _ROWS_AT_ONCE * columns * _DTYPES[kind].itemsize
    for start in range(tensor.start, end, step):
        block = np.frombuffer(source.data[start : min(start + step, end)], _DTYPES[kind])
        rows = _finite(source, tensor.name, block.astype(np.float32)).reshape(-1, columns)
        out.write(rows.astype("<f2").tobytes() if wanted.type == F16 else quantizer(rows))


def _finite(source: Cursor, name: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """ggml computes positions in tables from the values and does not look at them first, and its
    scales are float16."""
    if not (np.abs(values) <= _LARGEST).all():
        raise ModelError(
            f"{source.name} has values in '{name}' that are no numbers or beyond float16: make or"
            " pull it again."
        )
    return values


def _quantizer(target: Format) -> Quantizer:
    library = _ggml_base()
    ggml_type = _TYPES[target]

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
