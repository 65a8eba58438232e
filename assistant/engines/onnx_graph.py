"""The graph inside an ONNX file, as far as it is rewritten here: taken apart and put together.

Source: onnx.proto of the ONNX project (its ModelProto and GraphProto).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from models.protobuf import Value, field, fields, first, sized

_GRAPH = 7  # field of ModelProto
_NODE, _NAME, _WEIGHT, _INPUT, _OUTPUT = 1, 2, 5, 11, 12  # fields of GraphProto
_WEIGHT_NAME = 8  # field of TensorProto
_FLOAT = 1  # of TensorProto.DataType


@dataclass(frozen=True, slots=True)
class Graph:
    """Each part as it stands in the file, in its order."""

    around: bytes
    """The file without the graph: versions, who made it."""
    nodes: tuple[bytes, ...]
    weights: dict[str, bytes]
    inputs: dict[str, bytes]
    outputs: dict[str, bytes]

    @classmethod
    def read(cls, content: bytes) -> "Graph":
        """ValueError if the file is damaged."""
        model = list(fields(content))
        graph = list(fields(first(model, _GRAPH)))
        return cls(
            b"".join(field(number, value) for number, value in model if number != _GRAPH),
            tuple(_all(graph, _NODE)),
            _named(graph, _WEIGHT, _WEIGHT_NAME),
            _named(graph, _INPUT, 1),
            _named(graph, _OUTPUT, 1),
        )

    def file(self, name: str) -> bytes:
        """An ONNX file of it. `name`: what the graph is called."""
        body = [field(_NODE, node) for node in self.nodes]
        body.append(field(_NAME, name))
        body += [field(_WEIGHT, weight) for weight in self.weights.values()]
        body += [field(_INPUT, each) for each in self.inputs.values()]
        body += [field(_OUTPUT, each) for each in self.outputs.values()]
        return self.around + field(_GRAPH, b"".join(body))


def floats(name: str, shape: tuple[int, ...] | None = None) -> bytes:
    """An input or output of 32-bit floats; of any shape unless one is given."""
    kind = field(1, _FLOAT)
    if shape is not None:
        kind += field(2, b"".join(field(1, field(1, size)) for size in shape))
    return field(1, name) + field(2, field(1, kind))


def _all(message: list[tuple[int, Value]], number: int) -> Iterator[bytes]:
    return (sized(value) for found, value in message if found == number)


def _named(graph: list[tuple[int, Value]], number: int, name: int) -> dict[str, bytes]:
    """Parts of one kind by their names, which stand in their field `name`."""
    return {first(fields(part), name).decode(): part for part in _all(graph, number)}
