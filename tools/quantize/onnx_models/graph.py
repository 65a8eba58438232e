"""An ONNX file as a graph: read safely, counted, named."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InputError, ModelError
from assistant.evaluate.extras import need
from models.headers.identify import identify

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

LARGEST = 2_000_000_000
"""Bytes; Protocol Buffers end there, and what is larger keeps its weights outside."""
_QUANTIZED = frozenset(
    ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "DynamicQuantizeLSTM")
) | frozenset(("ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul", "QGemm"))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a graph is made of, to be compared with another."""

    bytes: int
    """Of the file."""
    operators: dict[str, int]
    """How many nodes of each kind, the most frequent first."""
    weights: dict[str, int]
    """Bytes of the weights of each type, the most first."""


def read(path: Path) -> "ModelProto":
    """Parse an ONNX file. Raises InputError if it cannot be read, ModelError if it is damaged, is
    something else, or keeps a part of itself in other files."""
    onnx = need("onnx", "quantize")
    decode_error = need("google.protobuf.message", "quantize").DecodeError
    try:
        if path.stat().st_size > LARGEST:
            raise ModelError(f"{path} is larger than an ONNX file can be: take another.")
        if (found := identify(path).format) != "onnx":
            raise ModelError(f"{path} is a file of {found}, and no ONNX file: take another.")
        model: ModelProto = onnx.load_model_from_string(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    except decode_error as error:
        raise ModelError(f"{path} is no ONNX file, or is damaged: fetch it again.") from error
    if not model.graph.node:
        raise ModelError(f"{path} is no ONNX file, or is damaged: it holds no graph.")
    return model


def summary(model: "ModelProto", size: int) -> Summary:
    """`size`: bytes of its file."""
    onnx = need("onnx", "quantize")
    weights: Counter[str] = Counter()
    for tensor in _tensors(model.graph):
        kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
        weights[str(kind)] += prod(tensor.dims) * kind.itemsize
    operators = Counter(node.op_type for node in nodes(model.graph))
    return Summary(size, dict(operators.most_common()), dict(weights.most_common()))


def opset(model: "ModelProto") -> int:
    """The version of ONNX's own operators; 0 if the file does not say."""
    return max(
        (each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), default=0
    )


def is_quantized(model: "ModelProto") -> bool:
    """Whether any of it is computed or kept in whole numbers of 8 bits."""
    onnx = need("onnx", "quantize")
    short = (onnx.TensorProto.INT8, onnx.TensorProto.UINT8)
    return any(node.op_type in _QUANTIZED for node in nodes(model.graph)) or any(
        tensor.data_type in short for tensor in _tensors(model.graph)
    )


def nodes(graph: "GraphProto") -> "Iterator[NodeProto]":
    """All nodes, those inside of others included."""
    for node in graph.node:
        yield node
        for inner in subgraphs(node):
            yield from nodes(inner)


def subgraphs(node: "NodeProto") -> "Iterator[GraphProto]":
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def named(model: "ModelProto") -> None:
    """Give every node a name of its own, by which it can be left out."""
    taken = {node.name for node in nodes(model.graph)}
    for number, node in enumerate(nodes(model.graph)):
        if not node.name:
            node.name = next(
                name for name in _candidates(f"{node.op_type}_{number}") if name not in taken
            )
            taken.add(node.name)


def inputs(model: "ModelProto") -> "list[ValueInfoProto]":
    """Those that are asked for: old files list their weights as inputs, too."""
    weights = {tensor.name for tensor in model.graph.initializer}
    return [each for each in model.graph.input if each.name not in weights]


def shape(value: "ValueInfoProto") -> tuple[int | str, ...]:
    """A size, or the name of one that is free (perhaps empty), for each dimension."""
    return tuple(
        each.dim_value if each.HasField("dim_value") else each.dim_param
        for each in value.type.tensor_type.shape.dim
    )


def dtype(value: "ValueInfoProto") -> str:
    """ "float32", "int64", ...; empty if it is no tensor."""
    onnx = need("onnx", "quantize")
    kind = value.type.tensor_type.elem_type
    if kind == onnx.TensorProto.UNDEFINED or kind not in onnx.TensorProto.DataType.values():
        return ""
    return str(onnx.helper.tensor_dtype_to_np_dtype(kind))


def _candidates(name: str) -> Iterator[str]:
    while True:
        yield name
        name += "_"


def _tensors(graph: "GraphProto") -> "Iterator[TensorProto]":
    """Weights and constants, wherever they stand."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
        for inner in subgraphs(node):
            yield from _tensors(inner)
