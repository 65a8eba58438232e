"""Weights kept in fewer bits and turned back into float32 while the file is opened: what is
computed costs as much as before, in speed and in memory, but the file is half as large, or a
quarter.

    float16 weight ─ Cast ─ weight
    int8 weight ─ Cast ─ Mul (a scale for each channel) ─ weight

onnxruntime computes nodes of which all inputs are constant once, when it opens a file.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.evaluate.extras import need
from tools.quantize.onnx_models.graph import nodes, subgraphs

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto

_FEWEST = 256
"""Numbers of a weight for which it is worth two more nodes."""
_LARGEST = 65_504.0
"""Of float16."""


def keep_float16(model: "ModelProto", exclude: Collection[str]) -> None:
    """Keep the weights of `model` in float16, but those that the nodes called `exclude` take."""
    onnx = need("onnx", "quantize")
    for weight in _chosen(model, exclude, rank=1):
        name = weight.tensor.name
        clipped = np.clip(onnx.numpy_helper.to_array(weight.tensor), -_LARGEST, _LARGEST)
        stored = onnx.numpy_helper.from_array(clipped.astype(np.float16), f"{name}.float16")
        cast = onnx.helper.make_node(
            "Cast", [stored.name], [name], name=f"{name}.kept", to=onnx.TensorProto.FLOAT
        )
        weight.replace([stored], [cast])


def keep_int8(model: "ModelProto", exclude: Collection[str]) -> None:
    """The same in int8, of weights of at least two dimensions."""
    onnx = need("onnx", "quantize")
    for weight in _chosen(model, exclude, rank=2):
        name, array = weight.tensor.name, onnx.numpy_helper.to_array(weight.tensor)
        rounded, scale = rounded_by_channel(array, _channel(weight.user))
        stored = onnx.numpy_helper.from_array(rounded, f"{name}.int8")
        scales = onnx.numpy_helper.from_array(scale, f"{name}.scale")
        kept = f"{name}.kept"
        cast = onnx.helper.make_node(
            "Cast", [stored.name], [kept], name=kept, to=onnx.TensorProto.FLOAT
        )
        scaled = onnx.helper.make_node("Mul", [kept, scales.name], [name], name=f"{name}.scaled")
        weight.replace([stored, scales], [cast, scaled])


@dataclass(frozen=True, slots=True)
class _Weight:
    graph: "GraphProto"
    tensor: "TensorProto"
    user: "NodeProto"
    """The first that takes it."""

    def replace(self, tensors: "list[TensorProto]", nodes: "list[NodeProto]") -> None:
        """Put `tensors` and `nodes`, which give it, in its place."""
        name = self.tensor.name
        [found] = [at for at, each in enumerate(self.graph.initializer) if each.name == name]
        del self.graph.initializer[found]
        self.graph.initializer.extend(tensors)
        # Old files list their weights as inputs, too.
        for at in [at for at, each in enumerate(self.graph.input) if each.name == name]:
            del self.graph.input[at]
        for node in reversed(nodes):
            self.graph.node.insert(0, node)


def rounded_by_channel(
    weight: NDArray[np.float32], axis: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Numbers from -127 to 127, and what each channel along `axis` is to be multiplied by: of as
    many dimensions as the weight."""
    others = tuple(each for each in range(weight.ndim) if each != axis % weight.ndim)
    loudest = np.abs(weight).max(axis=others, keepdims=True)
    scale = np.maximum(loudest / 127, np.finfo(np.float32).tiny).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


def _chosen(model: "ModelProto", exclude: Collection[str], rank: int) -> list[_Weight]:
    """The weights that may be rounded."""
    onnx = need("onnx", "quantize")
    users: dict[str, list[NodeProto]] = {}
    for node in nodes(model.graph):
        for name in node.input:
            users.setdefault(name, []).append(node)
    return [
        _Weight(graph, tensor, users[tensor.name][0])
        for graph in _graphs(model.graph)
        for tensor in graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT
        and prod(tensor.dims) >= _FEWEST
        and len(tensor.dims) >= rank
        and tensor.name in users
        and not any(node.name in exclude for node in users[tensor.name])
    ]


def _graphs(graph: "GraphProto") -> "list[GraphProto]":
    """The graph and those inside of its nodes."""
    inner = [found for node in graph.node for found in subgraphs(node)]
    return [graph, *(found for each in inner for found in _graphs(each))]


def _channel(user: "NodeProto") -> int:
    """The axis of a weight along which the outputs of its node lie: each has a range of its own."""
    match user.op_type:
        case "ConvTranspose" | "LSTM" | "GRU":
            return 1
        case "MatMul":
            return -1
        case "Gemm":
            turned = any(each.name == "transB" and each.i for each in user.attribute)
            return 0 if turned else 1
    return 0
