"""An ONNX graph cut in two at one tensor: what computes it, and what is computed from it.

    inputs ─ head ─ tensor ─ tail ─ output

Weights and arithmetic stay those of the file. The format: onnx.proto of the ONNX project.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.engines.protobuf import Value, field, fields, first, sized

_NODE, _NAME, _WEIGHT, _INPUT, _OUTPUT = 1, 2, 5, 11, 12  # fields of GraphProto
_GRAPH = 7  # of ModelProto
_FLOAT = 1  # of TensorProto.DataType


@dataclass(frozen=True, slots=True)
class Halves:
    head: bytes
    """An ONNX file with the graph's inputs; its only output is `tensor`."""
    tail: bytes
    """An ONNX file whose only input is `tensor`; its output is the graph's first."""
    tensor: str


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
    model = list(fields(content))
    graph = list(fields(first(model, _GRAPH)))
    nodes = [_node(sized(value)) for number, value in graph if number == _NODE]
    takers = [node for node in nodes if weight in node.inputs[1:]]
    if len(takers) != 1:
        raise ValueError(f"{len(takers)} nodes take the weight {weight!r}")
    tensor = takers[0].inputs[0]
    output = first(graph, _OUTPUT)
    given = {_name(sized(value)): sized(value) for number, value in graph if number == _INPUT}
    weights = {
        first(fields(sized(value)), 8).decode(): sized(value)
        for number, value in graph
        if number == _WEIGHT
    }
    head, head_ends = _behind(nodes, tensor, None)
    tail, tail_ends = _behind(nodes, _name(output), tensor)
    if not tail_ends <= weights.keys() or not head_ends <= weights.keys() | given.keys():
        raise ValueError("more than one tensor joins the halves")
    joint = field(1, tensor) + field(2, field(1, field(1, _FLOAT)))

    def half(kept: list[_Node], ends: set[str], inputs: Iterable[bytes], result: bytes) -> bytes:
        body = b"".join(field(_NODE, node.content) for node in kept) + field(_NAME, "half")
        body += b"".join(field(_WEIGHT, weights[name]) for name in weights if name in ends)
        body += b"".join(field(_INPUT, each) for each in inputs) + field(_OUTPUT, result)
        rest = b"".join(field(number, value) for number, value in model if number != _GRAPH)
        return rest + field(_GRAPH, body)

    inputs = [value for name, value in given.items() if name in head_ends]
    return Halves(
        half(head, head_ends, inputs, joint), half(tail, tail_ends, [joint], output), tensor
    )


def _behind(nodes: list[_Node], wanted: str, known: str | None) -> tuple[list[_Node], set[str]]:
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
    return [nodes[index] for index in sorted(needed)], ends


def _node(data: bytes) -> _Node:
    parts = list(fields(data))
    return _Node(_texts(parts, 1), _texts(parts, 2), data)


def _texts(parts: list[tuple[int, Value]], wanted: int) -> tuple[str, ...]:
    return tuple(sized(value).decode() for number, value in parts if number == wanted)


def _name(value: bytes) -> str:
    return first(fields(value), 1).decode()
