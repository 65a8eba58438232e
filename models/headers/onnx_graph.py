"""The graph of an ONNX file: its nodes, its tensors, and the graphs within it.

Source: onnx.proto of the ONNX project.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

from models.cursor import Cursor
from models.headers.header import Tensor
from models.headers.onnx_message import Message, Wire

DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
_MOST_NODES = 200_000
_MOST_TENSORS = 200_000
_DEEPEST = 8
"""Graphs within graphs: of real models, hardly any have more than two."""
_MOST_DIMENSIONS = 16
_BOUNDS = {
    "axis": (-_MOST_DIMENSIONS, _MOST_DIMENSIONS),
    "axes": (-_MOST_DIMENSIONS, _MOST_DIMENSIONS),
    "perm": (0, _MOST_DIMENSIONS),
    "batch_dims": (0, _MOST_DIMENSIONS),
    "blocksize": (1, 1024),
    "group": (1, 1 << 20),
    "hidden_size": (1, 1 << 16),
    "kernel_shape": (1, 1 << 20),
    "strides": (1, 1 << 20),
    "dilations": (1, 1 << 20),
    "output_padding": (0, 1 << 20),
}
"""Of the numbers by which operators index and divide. onnxruntime checks most of them but not all:
GatherND reads outside its input where batch_dims is negative, DepthToSpace divides by the lower
bits of a huge blocksize (both found by fuzzing onnxruntime 1.31)."""
_ONE_NUMBER = {"OneHot": 1}
"""Operators that take the first number of this input without asking whether there is one."""
_MOST_ELEMENTS = 1 << 40


class Kind(NamedTuple):
    """A type of numbers: TensorProto.DataType."""

    name: str
    bits: int
    """In `raw_data`."""
    field: int
    """Of TensorProto, where there is no `raw_data`."""
    each: int
    """Bytes of one of that field's numbers; 0: of any length."""
    share: int = 1
    """How many of these one of that field's numbers holds (negative: how many it takes)."""


_FLOATS, _INT32S, _STRINGS, _INT64S, _DOUBLES, _UINT64S = 4, 5, 6, 7, 10, 11
_KINDS = {
    1: Kind("float32", 32, _FLOATS, 4),
    2: Kind("uint8", 8, _INT32S, 0),
    3: Kind("int8", 8, _INT32S, 0),
    4: Kind("uint16", 16, _INT32S, 0),
    5: Kind("int16", 16, _INT32S, 0),
    6: Kind("int32", 32, _INT32S, 0),
    7: Kind("int64", 64, _INT64S, 0),
    9: Kind("bool", 8, _INT32S, 0),
    10: Kind("float16", 16, _INT32S, 0),
    11: Kind("float64", 64, _DOUBLES, 8),
    12: Kind("uint32", 32, _UINT64S, 0),
    13: Kind("uint64", 64, _UINT64S, 0),
    14: Kind("complex64", 64, _FLOATS, 4, -2),
    15: Kind("complex128", 128, _DOUBLES, 8, -2),
    16: Kind("bfloat16", 16, _INT32S, 0),
    **{
        code: Kind(name, 8, _INT32S, 0)
        for code, name in ((17, "fp8"), (18, "fp8"), (19, "fp8"), (20, "fp8"), (24, "fp8"))
    },
    21: Kind("uint4", 4, _INT32S, 0, 2),
    22: Kind("int4", 4, _INT32S, 0, 2),
    23: Kind("fp4", 4, _INT32S, 0, 2),
}
_STRING = 8
_RAW, _EXTERNAL, _LOCATION = 9, 13, 14


@dataclass(slots=True)
class Found:
    """What a walk through a file has met so far."""

    wire: Wire
    domains: frozenset[str]
    """Of the operators that there may be: those of ONNX, and the file's own functions'."""
    tensors: list[Tensor] = field(default_factory=list)
    ops: Counter[str] = field(default_factory=Counter)
    nodes: int = 0
    one_number: set[str] = field(default_factory=set)
    """Names of tensors that must hold exactly one."""

    @property
    def cursor(self) -> Cursor:
        return self.wire.cursor

    def graph(self, where: slice, depth: int = 0) -> Message:
        """Walk a GraphProto and all that is in it."""
        if depth > _DEEPEST:
            raise self.cursor.wrong("has too many graphs within each other")
        graph = Message(self.wire, where, once=(2,), names=(2,))
        for node in graph.messages(1):
            self.node(node, depth)
        for tensor in graph.messages(5):
            self.tensor(tensor)
        for sparse in graph.messages(15):
            self.sparse(sparse)
        return graph

    def function(self, where: slice) -> None:
        """Walk a FunctionProto."""
        function = Message(self.wire, where, once=(1, 10), names=(1, 4, 5, 6, 10))
        for node in function.messages(7):
            self.node(node, 1)
        for attribute in function.messages(11):
            self.attribute(attribute, 1)

    def node(self, where: slice, depth: int) -> None:
        """Walk a NodeProto."""
        node = Message(self.wire, where, once=(3, 4, 7), names=(1, 2, 3, 4, 7))
        self.nodes += 1
        if self.nodes > _MOST_NODES:
            raise self.cursor.wrong(f"has more than {_MOST_NODES} nodes")
        domain = node.text(7)
        if domain not in self.domains:
            raise self.cursor.wrong(f"has operators of {domain[:100]!r}, which are not known here")
        op = node.text(4)
        self.ops[op] += 1
        if op in _ONE_NUMBER:
            self.one_number.update(node.texts(1)[_ONE_NUMBER[op] :][:1])
        for attribute in node.messages(5):
            self.attribute(attribute, depth)

    def attribute(self, where: slice, depth: int) -> None:
        """Walk an AttributeProto: it may hold tensors and graphs."""
        attribute = Message(self.wire, where, once=(1, 5, 6, 20, 22), names=(1, 21))
        name = attribute.text(1)
        if name in _BOUNDS:
            least, most = _BOUNDS[name]
            numbers = [attribute.integer(3)] if 3 in attribute else []
            numbers += attribute.integers(8, _MOST_DIMENSIONS * 2)
            if not all(least <= _signed(number) <= most for number in numbers):
                raise self.cursor.wrong(f"has an operator with an impossible {name}")
        for tensor in (*attribute.messages(5), *attribute.messages(10)):
            self.tensor(tensor)
        for graph in (*attribute.messages(6), *attribute.messages(11)):
            self.graph(graph, depth + 1)
        for sparse in (*attribute.messages(22), *attribute.messages(23)):
            self.sparse(sparse)

    def finish(self) -> None:
        """Check what is only known once everything was seen."""
        for tensor in self.tensors:
            if tensor.name in self.one_number and tensor.parameters != 1:
                raise self.cursor.wrong(f"has {tensor.name!r}, which must be one number")

    def sparse(self, where: slice) -> None:
        """Walk a SparseTensorProto."""
        sparse = Message(self.wire, where, once=(1, 2))
        self._shape(sparse, 3)
        for tensor in (*sparse.messages(1), *sparse.messages(2)):
            self.tensor(tensor)

    def tensor(self, where: slice) -> None:
        """Walk a TensorProto: its numbers are in this file, as many as its shape has."""
        tensor = Message(self.wire, where, once=(2, 8, _RAW, _LOCATION))
        name = tensor.text(8)[:100]
        if _EXTERNAL in tensor or tensor.enumeration(_LOCATION):
            raise self.cursor.wrong(
                f"keeps the tensor {name!r} in another file, which is refused",
                "save it as one file",
            )
        if 3 in tensor:
            raise self.cursor.wrong(f"has the tensor {name!r} in segments")
        shape = self._shape(tensor, 1)
        code = tensor.enumeration(2)
        if code == _STRING:
            count, size, kind = len(list(tensor.messages(6))), tensor.bytes(6), "text"
        elif code in _KINDS:
            kind = _KINDS[code].name
            count, size = _stored(tensor, _KINDS[code], prod(shape))
        else:
            raise self.cursor.wrong(f"has the tensor {name!r} of the unknown type {code}")
        if count != prod(shape):
            raise self.cursor.wrong(f"has the tensor {name!r}, whose data do not fit {shape}")
        self.tensors.append(Tensor(name, shape, kind, size))
        if len(self.tensors) > _MOST_TENSORS:
            raise self.cursor.wrong(f"has more than {_MOST_TENSORS} tensors")

    def _shape(self, message: Message, number: int) -> tuple[int, ...]:
        shape = tuple(message.integers(number, _MOST_DIMENSIONS))
        # Negative sizes are large ones here. Other readers multiply before they come to a nought.
        if prod(max(1, size) for size in shape) > _MOST_ELEMENTS:
            raise self.cursor.wrong(f"has a tensor of the impossible shape {shape}")
        return shape


def _stored(tensor: Message, kind: Kind, wanted: int) -> tuple[int, int]:
    """How many numbers a tensor has, and in how many bytes; `wanted` where its last byte or number
    may hold fewer than it could."""
    if _RAW in tensor:
        size = tensor.bytes(_RAW)
        full = -(-wanted * kind.bits // 8)
        return (wanted if size == full else -1), size
    held = tensor.elements(kind.field, kind.each)
    if kind.share < 0:
        count = held // -kind.share if held % -kind.share == 0 else -1
    else:
        count = wanted if held == -(-wanted // kind.share) else -1
    return count, -(-wanted * kind.bits // 8)


def _signed(number: int) -> int:
    """A number as ONNX means it: negative ones have the highest of 64 bits."""
    return number - (1 << 64) if number >> 63 else number
