"""A part of an ONNX graph, from some of its tensors to others.

    given ─ nodes ─ wanted

Weights and arithmetic stay those of the file.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from assistant.engines.onnx_graph import Graph
from models.protobuf import Value, fields, first, sized


@dataclass(frozen=True, slots=True)
class Node:
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    content: bytes
    """As it stands in the file."""

    @classmethod
    def read(cls, content: bytes) -> "Node":
        """ValueError if it is damaged."""
        parts = list(fields(content))
        return cls(first(parts, 4).decode(), _texts(parts, 1), _texts(parts, 2), content)


def between(
    graph: Graph,
    given: Mapping[str, bytes],
    wanted: Mapping[str, bytes],
    constants: Mapping[str, bytes] | None = None,
) -> Graph:
    """The part of `graph` that computes the tensors `wanted` from those `given`.

    `given`, `wanted`: names and declarations, which become its inputs and outputs. `constants`:
    weights that take the place of tensors which the graph computes.

    Raises ValueError if a node is damaged, or if anything else is needed.
    """
    weights = {**graph.weights, **(constants or {})}
    known = given.keys() | weights.keys()
    nodes, ends = _behind([Node.read(data) for data in graph.nodes], wanted, known)
    if strange := ends - known:
        raise ValueError(f"{min(strange)!r} is needed as well")
    return Graph(graph.around, tuple(nodes), _only(weights, ends), _only(given, ends), dict(wanted))


def _behind(
    nodes: list[Node], wanted: Iterable[str], known: Collection[str]
) -> tuple[list[bytes], set[str]]:
    """The nodes that compute `wanted`, in the file's order, and the tensors that they take and none
    of them gives. What is `known` is not computed again."""
    makers = {output: index for index, node in enumerate(nodes) for output in node.outputs}
    needed, ends, open_ = set[int](), set[str](), list(wanted)
    while open_:
        name = open_.pop()
        if not name:  # an optional input that is left out
            continue
        if name in known or name not in makers:
            ends.add(name)
        elif makers[name] not in needed:
            needed.add(makers[name])
            open_ += nodes[makers[name]].inputs
    return [nodes[index].content for index in sorted(needed)], ends


def _texts(parts: Iterable[tuple[int, Value]], wanted: int) -> tuple[str, ...]:
    return tuple(sized(value).decode() for number, value in parts if number == wanted)


def _only(parts: Mapping[str, bytes], wanted: set[str]) -> dict[str, bytes]:
    return {name: part for name, part in parts.items() if name in wanted}
