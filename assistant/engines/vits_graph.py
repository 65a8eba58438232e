"""A VITS voice's graph cut into its three stages, of which two only convolve.

    phonemes ─ front ─ latents ─ flow ─ spoken ─ decoder ─ samples
                  └─── durations

Source: Kim et al. 2021 (VITS). The names are those that Piper's trainer exports.
"""

import re
import struct
from dataclasses import dataclass

from assistant.engines.graph_cut import Node, between
from assistant.engines.onnx_graph import Graph, floats
from models.protobuf import field

_FLOW = re.compile(r"flow\.flows\.(\d+)\.pre\.weight")
_DECODER = "dec.conv_pre.weight"


@dataclass(frozen=True, slots=True)
class Stages:
    """An ONNX file each."""

    front: bytes
    """Takes what the voice takes; gives latents (1, channels, frames), and how many of these frames
    each phoneme lasts (1, 1, phonemes), both float32."""
    flow: bytes
    """Takes latents, gives as many frames of another kind."""
    decoder: bytes
    """Takes these, gives samples."""


def stages(content: bytes) -> Stages:
    """Cut the ONNX file `content`. Raises ValueError if it is damaged or not built like that."""
    graph = Graph.read(content)
    nodes = [Node.read(data) for data in graph.nodes]
    latents, mask = _into_flow(graph, nodes)
    spoken = _taker(nodes, _DECODER).inputs[0]
    durations = _only([node for node in nodes if node.op == "Ceil"], "round up").outputs[0]
    if not graph.outputs:
        raise ValueError("the graph has no output")
    samples, declared = next(iter(graph.outputs.items()))
    middle = {spoken: floats(spoken)}
    front = {latents: floats(latents), durations: floats(durations)}
    return Stages(
        between(graph, graph.inputs, front).file("front"),
        between(graph, {latents: floats(latents)}, middle, {mask: _one(mask)}).file("flow"),
        between(graph, middle, {samples: declared}).file("decoder"),
    )


def _into_flow(graph: Graph, nodes: list[Node]) -> tuple[str, str]:
    """The tensor that enters the flow, and the mask by which the flow multiplies again and again:
    it tells the sentences of a batch from what fills them up, and is 1 for a single sentence."""
    # A smaller file may compute the weights from others.
    weights = {*graph.weights, *(output for node in nodes for output in node.outputs)}
    numbers = [int(found[1]) for name in weights if (found := _FLOW.fullmatch(name))]
    if not numbers:
        raise ValueError("the graph has no flow")
    # It is run backwards: the last layer of the training comes first.
    convolution = _taker(nodes, f"flow.flows.{max(numbers)}.pre.weight")
    made = [node for node in nodes if convolution.inputs[0] in node.outputs]
    masked = [node for node in nodes if convolution.outputs[0] in node.inputs]
    half, product = _only(made, "give the flow its half"), _only(masked, "mask the flow")
    if product.op != "Mul" or not half.inputs:
        raise ValueError("the flow is of another kind")
    mask = next(name for name in product.inputs if name != convolution.outputs[0])
    return half.inputs[0], mask


def _taker(nodes: list[Node], weight: str) -> Node:
    return _only([node for node in nodes if weight in node.inputs[1:]], f"take {weight!r}")


def _only(nodes: list[Node], what: str) -> Node:
    if len(nodes) != 1:
        raise ValueError(f"{len(nodes)} nodes {what}")
    return nodes[0]


def _one(name: str) -> bytes:
    """The number 1 as a weight of shape (1, 1, 1)."""
    shape = b"".join(field(1, 1) for _ in range(3))
    return shape + field(2, 1) + field(8, name) + field(9, struct.pack("<f", 1.0))
