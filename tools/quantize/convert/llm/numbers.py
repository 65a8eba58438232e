"""Weights in the types a GGUF file holds them in, a few rows at a time."""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from tools.quantize.convert.llm.tensors import Planned
from tools.quantize.convert.safetensors import Floats

Type = Literal["f16", "bf16", "f32", "q8_0"]
_BLOCK = 32
"""Weights that share a scale in q8_0."""
_AT_ONCE = 1 << 22
"""Weights converted at a time: 16 MB as float32."""


def kind(planned: Planned, type_: Type) -> Type:
    """What a tensor becomes in a file of `type_`: as llama.cpp's converter decides.

    Norms and biases stay float32; rows that q8_0 cannot cut into blocks become f16.
    """
    wanted = planned.wanted
    if len(wanted.shape) == 1 or wanted.target.endswith("_norm.weight"):
        return "f32"
    if type_ == "q8_0" and wanted.shape[-1] % _BLOCK:
        return "f16"
    return type_


def row_bytes(columns: int, type_: Type) -> int:
    """Bytes that a row takes."""
    return {
        "f32": 4 * columns,
        "f16": 2 * columns,
        "bf16": 2 * columns,
        "q8_0": columns // _BLOCK * (_BLOCK + 2),
    }[type_]


def encoded(planned: Planned, type_: Type) -> Iterator[NDArray[Any]]:
    """The tensor's bytes in order, in pieces. Raises ModelError for NaN, infinity or overflow."""
    wanted, stored = planned.wanted, planned.stored
    count = stored.shape[0]
    # What is turned is small, and its rows are taken from all over the tensor.
    step = count if wanted.heads else max(_AT_ONCE // max(stored.shape[-1], 1), 1)
    order = wanted.order()
    for start in range(0, count, step):
        rows = stored.rows(start, min(start + step, count))
        if not np.isfinite(rows).all():
            raise ModelError(
                f"'{stored.name}' has weights that are no numbers (NaN or infinity): "
                "the file is damaged or its training went wrong; choose another."
            )
        if order is not None:
            rows = rows[order]
        yield _cast(rows + np.float32(wanted.add) if wanted.add else rows, type_, stored.name)


def _cast(rows: Floats, type_: Type, name: str) -> NDArray[Any]:
    if type_ == "f32":
        return rows
    if type_ == "f16":
        with np.errstate(over="ignore"):
            half = rows.astype(np.float16)
        if not np.isfinite(half).all():
            raise ModelError(
                f"'{name}' has weights beyond what f16 can hold (65504): use --type bf16."
            )
        return half
    import gguf

    known = {"bf16": gguf.GGMLQuantizationType.BF16, "q8_0": gguf.GGMLQuantizationType.Q8_0}
    quantized: NDArray[Any] = gguf.quants.quantize(rows, known[type_])
    return quantized
