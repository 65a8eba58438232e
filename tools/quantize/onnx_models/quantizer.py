"""Smaller versions of an ONNX model, by onnxruntime's own tools where they have what is asked for.

float32 model ─ simplified, shapes inferred ─ int8-dynamic / int8-static (QDQ)
              └ float16 / float16-weights / int8-weights
"""

import io
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnxruntime
from onnxruntime import quantization
from onnxruntime.quantization.registry import QDQRegistry
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers import float16

from assistant.engines.onnx import REFUSED
from assistant.errors import ModelError
from assistant.evaluate.extras import need
from tools.quantize.onnx_models import graph
from tools.quantize.onnx_models.harms import excluded_nodes
from tools.quantize.onnx_models.recipe import Recipe
from tools.quantize.onnx_models.stored import keep_float16, keep_int8
from tools.quantize.onnx_models.voices import Inputs

if TYPE_CHECKING:
    from onnx import ModelProto

_METHODS = {
    "minmax": quantization.CalibrationMethod.MinMax,
    "entropy": quantization.CalibrationMethod.Entropy,
    "percentile": quantization.CalibrationMethod.Percentile,
}
_DYNAMIC = ("Conv", "MatMul", "Gemm", "LSTM", "Attention", "Gather", "EmbedLayerNormalization")
"""Kinds of nodes that have a dynamic version."""


def quantized(
    model: "ModelProto", recipe: Recipe, name: str, examples: Iterator[Inputs] = iter(())
) -> "ModelProto":
    """The version that `recipe` asks for; `model` is left as it is. `examples`: what it takes, for
    int8-static; `name`: of its file, for errors.

    Raises ModelError if nothing in it can be quantized that way, or onnxruntime cannot do it.
    """
    begun = need("onnx", "quantize").ModelProto()
    begun.CopyFrom(model)
    graph.named(begun)
    with _quietly():
        try:
            made = _made(begun, recipe, examples)
        except (*REFUSED, ValueError, KeyError, AttributeError, RuntimeError) as error:
            # What onnxruntime's tools raise for a graph that they were not written for.
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"onnxruntime cannot quantize {name} to {recipe.to} ({reason[:200]}): choose "
                "another --to or --method, or leave nodes out with --exclude-node."
            ) from error
    wanted = "float16" if recipe.to.startswith("float16") else "int8"
    if wanted not in graph.summary(made, 0).weights:
        raise ModelError(
            f"Nothing in {name} can be quantized to {recipe.to}: choose another --to, or leave "
            "less out."
        )
    return made


def _made(model: "ModelProto", recipe: Recipe, examples: Iterator[Inputs]) -> "ModelProto":
    match recipe.to:
        case "int8-dynamic" | "int8-static":
            with tempfile.TemporaryDirectory() as folder:
                return _integers(_simplified(model, Path(folder)), recipe, examples, Path(folder))
        case "float16":
            return _float16(model, recipe)
    left_out = _left_out(model, recipe)
    (keep_float16 if recipe.to == "float16-weights" else keep_int8)(model, left_out)
    return model


def _simplified(model: "ModelProto", folder: Path) -> "ModelProto":
    """Constants computed, batch normalisations folded, shapes inferred: what quantizes best."""
    begun, path = folder / "begun.onnx", folder / "simplified.onnx"
    begun.write_bytes(model.SerializeToString())
    quant_pre_process(begun, path, skip_symbolic_shape=True)
    simplified = graph.read(path)
    graph.named(simplified)
    return simplified


def _integers(
    model: "ModelProto", recipe: Recipe, examples: Iterator[Inputs], folder: Path
) -> "ModelProto":
    path = folder / "quantized.onnx"
    kinds = _kinds(model, recipe)
    if not kinds:  # onnxruntime takes that for all
        return model
    left_out = _left_out(model, recipe)
    # A Gemm is first made into a MatMul of another name.
    excluded = sorted(left_out | {f"{name}_MatMul" for name in left_out})
    shared: dict[str, Any] = {
        "per_channel": recipe.per_channel,
        "weight_type": quantization.QuantType.QInt8,
        "nodes_to_exclude": excluded,
    }
    if recipe.to == "int8-dynamic":
        quantization.quantize_dynamic(
            model,
            path,
            op_types_to_quantize=kinds,
            extra_options={"EnableSubgraph": True},
            **shared,
        )
    else:
        quantization.quantize_static(
            model,
            path,
            _Examples(examples),
            # Signed numbers on both sides: what processors of ARM multiply quickest.
            activation_type=quantization.QuantType.QInt8,
            op_types_to_quantize=kinds,
            calibrate_method=_METHODS[recipe.method],
            # A histogram of one example after the other: all that is computed for one is kept until
            # then, and sentences are of different lengths.
            extra_options={} if recipe.method == "minmax" else {"CalibStridedMinMax": 1},
            **shared,
        )
    return graph.read(path)


def _kinds(model: "ModelProto", recipe: Recipe) -> list[str]:
    """The operators to quantize."""
    # Not Add and Mul, of which onnxruntime has static versions as well: they hold no weights, so
    # nothing gets smaller by them.
    known = _DYNAMIC if recipe.to == "int8-dynamic" else QDQRegistry
    there = {node.op_type for node in graph.nodes(model.graph)}
    kinds = there & set(known) - set(recipe.exclude_ops)
    return sorted(kinds | {"MatMul"} if recipe.to == "int8-dynamic" and "Gemm" in kinds else kinds)


def _float16(model: "ModelProto", recipe: Recipe) -> "ModelProto":
    made: ModelProto = float16.convert_float_to_float16(
        model,
        keep_io_types=True,
        op_block_list=[*float16.DEFAULT_OP_BLOCK_LIST, *recipe.exclude_ops],
        node_block_list=sorted(excluded_nodes(model, recipe.exclude_nodes)),
    )
    return made


def _left_out(model: "ModelProto", recipe: Recipe) -> set[str]:
    of_kind = {node.name for node in graph.nodes(model.graph) if node.op_type in recipe.exclude_ops}
    return of_kind | excluded_nodes(model, recipe.exclude_nodes)


class _Examples:
    """As onnxruntime's calibration asks for them: all, or those of a range."""

    def __init__(self, examples: Iterator[Inputs]) -> None:
        self._examples = list(examples)
        self._left = iter(self._examples)

    def __len__(self) -> int:
        return len(self._examples)

    def set_range(self, start_index: int, end_index: int) -> None:
        self._left = iter(self._examples[start_index:end_index])

    def get_next(self) -> Inputs | None:
        return next(self._left, None)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the remarks that onnxruntime's tools make to the root logger about every tensor of
    whole numbers, and print about their progress: nobody can do anything about them."""

    def is_ours(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR

    onnxruntime.set_default_logger_severity(3)  # errors only
    root = logging.getLogger()
    root.addFilter(is_ours)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        root.removeFilter(is_ours)
        onnxruntime.set_default_logger_severity(2)
