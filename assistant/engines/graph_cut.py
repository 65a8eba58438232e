"""An ONNX graph cut in two at one tensor: what computes it, and what is computed from it.

    inputs ─ head ─ tensor ─ tail ─ output

Weights and arithmetic stay those of the file.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.engines.onnx_graph import Graph, floats
from assistant.engines.protobuf import Value, fields, sized


@dataclass(frozen=True, slots=True)
class Halves:
    head: bytes
    """An ONNX file with the graph's inputs; its only output is the tensor."""
    tail: bytes
    """An ONNX file whose only input is the tensor; its output is the graph's first."""


@dataclass(frozen=True, slots=True)
class _Node:
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    content: bytes


def cut_before(content: bytes, weight: str) -> Halves:
    """Cut the ONNX file `content` at what the node with this weight takes first.

    Raises ValueError if it is damaged, has no such node, or if anything but that tensor joins the
    two halves.
    """
    graph = Graph.read(content)
    nodes = [_node(data) for data in graph.nodes]
    takers = [node for node in nodes if weight in node.inputs[1:]]
    if len(takers) != 1:
        raise ValueError(f"{len(takers)} nodes take the weight {weight!r}")
    if not graph.outputs:
        raise ValueError("the graph has no output")
    tensor, output = takers[0].inputs[0], next(iter(graph.outputs))
    head, head_ends = _behind(nodes, tensor, None)
    tail, tail_ends = _behind(nodes, output, tensor)
    if not tail_ends <= graph.weights.keys():
        raise ValueError("more than one tensor joins the halves")
    if not head_ends <= graph.weights.keys() | graph.inputs.keys():
        raise ValueError("a node takes what nothing gives")
    joint = {tensor: floats(tensor)}
    first = Graph(
        graph.around,
        tuple(head),
        _only(graph.weights, head_ends),
        _only(graph.inputs, head_ends),
        joint,
    )
    second = Graph(
        graph.around,
        tuple(tail),
        _only(graph.weights, tail_ends),
        joint,
        {output: graph.outputs[output]},
    )
    return Halves(first.file("head"), second.file("tail"))


def _behind(nodes: list[_Node], wanted: str, known: str | None) -> tuple[list[bytes], set[str]]:
    """The nodes that compute `wanted`, in the file's order, and the tensors that they take and no
    node gives. `known` is not computed again."""
    makers = {output: index for index, node in enumerate(nodes) for output in node.outputs}
    needed, ends, open_ = set[int](), set[str](), [wanted]
    while open_:
        name = open_.pop()
        if name == known or not name:
            continue
        if name not in makers:
            ends.add(name)
        elif makers[name] not in needed:
            needed.add(makers[name])
            open_ += nodes[makers[name]].inputs
    return [nodes[index].content for index in sorted(needed)], ends


def _node(data: bytes) -> _Node:
    parts = list(fields(data))
    return _Node(_texts(parts, 1), _texts(parts, 2), data)


def _texts(parts: Iterable[tuple[int, Value]], wanted: int) -> tuple[str, ...]:
    return tuple(sized(value).decode() for number, value in parts if number == wanted)


def _only(parts: dict[str, bytes], wanted: set[str]) -> dict[str, bytes]:
    return {name: part for name, part in parts.items() if name in wanted}
