"""A convolutional ONNX graph over a sliding window, rewritten to see each row of input only once.

openWakeWord's embedding looks at 76 rows (mel frames) and is asked again every 8: nine tenths of
what it computes it has computed before. All its convolutions go without padding over time, and its
poolings together step by just those 8 rows; so the outputs of every layer slide along unchanged.
The rewritten graph takes the 8 new rows, and each convolution over time keeps the last two rows of
its own input from one call to the next, as an input and an output of the graph:

    rows ──────────┐                       ┌─ Slice ─ keptN.next
    keptN (2 rows) ┴─ Concat ─ keptN.seen ─┴─ Conv ─ …

The weights and the arithmetic stay those of the file (the idea: "Streaming keyword spotting on
mobile devices", Rybakov et al. 2020).
"""

from dataclasses import dataclass, replace

from assistant.engines.onnx_graph import Graph, floats
from models.protobuf import field, fields, first, numbers, sized

_INT64 = 7  # TensorProto.DataType
_Shape = tuple[int, int, int, int]
_TIME = 2
"""The axis of time: tensors are (1, channels, rows, columns)."""
_FAR = 1 << 31
_KERNEL = 3
"""Rows under a kernel over time; all of this network's have three."""


@dataclass(frozen=True, slots=True)
class StreamingGraph:
    content: bytes
    """The rewritten ONNX file."""
    input: str
    """Takes the new rows: (1, 1, rows, columns)."""
    output: str
    """Gives (1, channels, 1, 1)."""
    kept: dict[str, _Shape]
    """Shape of each tensor to carry over: input `name`, output `name.next`."""


@dataclass(frozen=True, slots=True)
class _Node:
    op: str
    inputs: tuple[str, ...]
    output: str
    attributes: dict[str, tuple[int, ...]]
    """Those that are lists of numbers."""
    rest: bytes
    """Everything but the inputs, as it stands in the file."""

    def encoded(self) -> bytes:
        return b"".join(field(1, name) for name in self.inputs) + self.rest


def streaming(content: bytes, rows: int, columns: int) -> StreamingGraph:
    """Rewrite the ONNX file `content`, whose window moves by `rows` of `columns` numbers.

    Raises ValueError or LookupError if it is damaged, or not a chain of convolutions, poolings and
    functions of single numbers between two reshapes.
    """
    graph = Graph.read(content)
    shapes = {name: _shape(tensor) for name, tensor in graph.weights.items()}
    begin, *nodes, end = [_node(data) for data in graph.nodes]
    if (begin.op, end.op) != ("Reshape", "Reshape"):
        raise ValueError("the graph does not begin and end with a reshape")
    given, wanted = begin.output, end.inputs[0]
    chain, kept = _rewritten(nodes, given, wanted, shapes, (rows, columns))
    channels = shapes[nodes[-1].inputs[1]][0]
    before = {given: (1, 1, rows, columns)} | kept
    after = {wanted: (1, channels, 1, 1)} | {f"{name}.next": kept[name] for name in kept}
    rewritten = Graph(
        graph.around,
        tuple(chain),
        graph.weights | _constants(),
        {name: floats(name, shape) for name, shape in before.items()},
        {name: floats(name, shape) for name, shape in after.items()},
    )
    return StreamingGraph(rewritten.file("streaming"), given, wanted, kept)


def _rewritten(
    nodes: list[_Node],
    given: str,
    wanted: str,
    shapes: dict[str, tuple[int, ...]],
    step: tuple[int, int],
) -> tuple[list[bytes], dict[str, _Shape]]:
    """The chain of nodes from tensor `given` to `wanted`, with what they carry over put in. `step`:
    rows and columns at its beginning."""
    chain: list[bytes] = []
    kept: dict[str, _Shape] = {}
    height, width = step
    for node in nodes:
        if node.inputs[0] != given or node.op not in ("Conv", "LeakyRelu", "Max", "MaxPool"):
            raise ValueError("the graph is not a chain of convolutions")
        given = node.output
        if node.op == "MaxPool":
            down, across = node.attributes["strides"]
            if node.attributes["kernel_shape"] != (down, across) or height % down:
                raise ValueError("a pooling does not fit the step")
            height, width = height // down, width // across
        elif node.op == "Conv" and node.attributes["kernel_shape"][0] != 1:
            if node.attributes["kernel_shape"][0] != _KERNEL or _padded(node):
                raise ValueError("a convolution over time is of an unknown kind")
            name = f"kept{len(kept)}"
            kept[name] = (1, shapes[node.inputs[1]][1], _KERNEL - 1, width)
            chain += _carry(name, node.inputs[0])
            node = replace(node, inputs=(f"{name}.seen", *node.inputs[1:]))
        chain.append(node.encoded())
    if (height, width, given) != (1, 1, wanted):
        raise ValueError("the graph does not give one embedding a step")
    return chain, kept


def _carry(name: str, rows: str) -> list[bytes]:
    """Nodes that put the kept rows before the new ones, and keep the last."""
    axis = field(5, field(1, "axis") + field(3, _TIME) + field(20, 2))
    concat = field(1, name) + field(1, rows) + field(2, f"{name}.seen") + field(4, "Concat") + axis
    given = (f"{name}.seen", "slice.starts", "slice.ends", "slice.axes")
    cut = b"".join(field(1, each) for each in given) + field(2, f"{name}.next") + field(4, "Slice")
    return [concat, cut]


def _constants() -> dict[str, bytes]:
    """What every Slice is told: from the second last row to the end."""
    told = {"slice.starts": 1 - _KERNEL, "slice.ends": _FAR, "slice.axes": _TIME}
    return {
        name: field(1, 1) + field(2, _INT64) + field(7, value) + field(8, name)
        for name, value in told.items()
    }


def _node(data: bytes) -> _Node:
    parts = list(fields(data))
    names = [sized(value).decode() for number, value in parts if number == 1]
    attributes = dict(_attribute(sized(value)) for number, value in parts if number == 5)
    rest = b"".join(field(number, value) for number, value in parts if number != 1)
    output, op = first(parts, 2).decode(), first(parts, 4).decode()
    return _Node(op, tuple(names), output, attributes, rest)


def _attribute(data: bytes) -> tuple[str, tuple[int, ...]]:
    parts = list(fields(data))
    listed = [each for number, value in parts if number == 8 for each in numbers(value)]
    return first(parts, 1).decode(), tuple(listed)


def _shape(tensor: bytes) -> tuple[int, ...]:
    """A weight's dimensions."""
    listed = [numbers(value) for number, value in fields(tensor) if number == 1]
    return tuple(each for group in listed for each in group)


def _padded(node: _Node) -> bool:
    """Whether a convolution adds rows of nothing, or skips any."""
    pads, strides = node.attributes.get("pads", (0,) * 4), node.attributes.get("strides", (1, 1))
    return pads[0] != 0 or pads[2] != 0 or strides[0] != 1
