"""An ONNX file, walked without the onnx package: nothing in it points outside the file.

What is checked is what onnxruntime's own parser leaves to luck or to the caller: tensors whose data
lie in other files, sizes that do not fit shapes, operators of unknown origin, graphs within graphs
without end. Source: onnx.proto of the ONNX project.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from models.cursor import Cursor
from models.headers.header import Detail, Header, Tensor, quantisation_of
from models.headers.onnx_graph import DOMAINS, Found
from models.headers.onnx_message import Message, Wire

_IR_VERSION, _PRODUCER, _GRAPH, _OPSET, _TRAINING, _FUNCTION = 1, 2, 7, 8, 20, 25
_IR_VERSIONS = range(3, 14)
_OPSETS = range(6, 29)
"""Of the standard operators: onnxruntime knows those from 7 on, and converts a few older ones."""
_INPUT, _OUTPUT, _WEIGHT = 11, 12, 5  # fields of GraphProto
_MOST_DIMENSIONS = 16
_ELEMENT_TYPES = {1: "float32", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}
_DYNAMIC = {"DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM"}
_STATIC = {"QuantizeLinear", "QLinearConv", "QLinearMatMul"}


class Port(NamedTuple):
    """An input or output of the network."""

    name: str
    type: str
    shape: tuple[int | str, ...] | None
    """A number, or the name of what may vary, or "?". None: not said."""

    def __str__(self) -> str:
        if self.shape is None:
            return f"{self.name} {self.type}"
        return f"{self.name} {self.type} [{', '.join(map(str, self.shape))}]"


_BY_NAME = {
    ("input", "input_lengths", "scales"): "voice (Piper)",
    ("input", "input_lengths", "scales", "sid"): "voice (Piper, many speakers)",
    ("input", "state", "sr"): "voice activity (Silero)",
}
_BY_SHAPE = {
    ((16, 96), (1,)): "wake word (openWakeWord)",
    ((76, 32, 1), (1, 1, 96)): "speech embedding (openWakeWord)",
    (("samples",), (1, "*", 32)): "mel spectrogram (openWakeWord)",
    ((80, 800), (1,)): "end of turn (Smart Turn)",
}
"""By the dimensions of the only input and output after the first, which counts clips."""


def onnx_header(cursor: Cursor) -> Header:
    """Check an ONNX file, from its start. Raises ModelError naming what is wrong."""
    wire = Wire(cursor)
    once = (_IR_VERSION, _PRODUCER, _GRAPH)
    model = Message(wire, slice(0, len(cursor.data)), once)
    version = model.integer(_IR_VERSION)
    if version not in _IR_VERSIONS or _GRAPH not in model:
        raise cursor.wrong("is not an ONNX model, or of a version that is not known here")
    if _TRAINING in model:
        raise cursor.wrong("is a model in training: export it for inference")
    opset = _opset(wire, model)
    found = Found(wire, frozenset(DOMAINS) | set(_own_domains(wire, model)))
    for function in model.messages(_FUNCTION):
        found.function(function)
    (where,) = model.messages(_GRAPH)
    graph = found.graph(where)
    found.finish()
    weights = {Message(wire, each).text(8) for each in graph.messages(_WEIGHT)}
    inputs = [port for port in _ports(wire, graph, _INPUT) if port.name not in weights]
    outputs = list(_ports(wire, graph, _OUTPUT))
    if not outputs:
        raise cursor.wrong("has no output")
    details: dict[str, Detail] = {
        "inputs": tuple(map(str, inputs)),
        "outputs": tuple(map(str, outputs)),
        "nodes": found.nodes,
        "opset": opset,
        "IR version": version,
        "made by": model.text(_PRODUCER) or "unknown",
    }
    tensors = tuple(found.tensors)
    return Header(
        format="onnx",
        architecture=_family(inputs, outputs),
        quantisation=_quantisation(found.ops, tensors),
        bytes=len(cursor.data),
        tensors=tensors,
        details=details,
    )


def _opset(wire: Wire, model: Message) -> int:
    """The version of the standard operators."""
    versions = {}
    for where in model.messages(_OPSET):
        opset = Message(wire, where, once=(1, 2))
        versions[opset.text(1)] = opset.integer(2)
    version = versions.get("", versions.get("ai.onnx", 0))
    if version not in _OPSETS:
        raise wire.cursor.wrong(
            f"has version {version} of the standard operators, not one of 6 to 28"
        )
    return version


def _own_domains(wire: Wire, model: Message) -> Iterator[str]:
    """Where the file's own functions lie."""
    for where in model.messages(_FUNCTION):
        yield Message(wire, where, once=(1, 10)).text(10)


def _ports(wire: Wire, graph: Message, number: int) -> Iterator[Port]:
    for where in graph.messages(number):
        port = Message(wire, where, once=(1, 2), names=(1,))
        kinds = [Message(wire, kind, once=(1,)) for kind in port.messages(2)]
        tensors = [tensor for kind in kinds for tensor in kind.messages(1)]
        if tensors:
            yield _port(wire, port.text(1), Message(wire, tensors[0], once=(1, 2)))
        else:
            yield Port(port.text(1), "of any type", None)


def _port(wire: Wire, name: str, tensor: Message) -> Port:
    """`tensor`: a TypeProto.Tensor."""
    shape: list[int | str] = []
    for where in tensor.messages(2):
        for each in Message(wire, where).messages(1):
            dimension = Message(wire, each, names=(2,))
            shape.append(dimension.integer(1) if 1 in dimension else dimension.text(2) or "?")
            if len(shape) > _MOST_DIMENSIONS:
                raise wire.cursor.wrong(f"has more than {_MOST_DIMENSIONS} dimensions at {name!r}")
    code = tensor.enumeration(1)
    known = tuple(shape) if 2 in tensor else None
    return Port(name, _ELEMENT_TYPES.get(code, f"type {code}"), known)


def _family(inputs: list[Port], outputs: list[Port]) -> str:
    named = _BY_NAME.get(tuple(port.name for port in inputs))
    if named or len(inputs) != 1 or len(outputs) != 1:
        return named or "network"
    ours, theirs = (port.shape[1:] if port.shape else () for port in (inputs[0], outputs[0]))
    for (first, last), family in _BY_SHAPE.items():
        if _fits(ours, first) and _fits(theirs, last):
            return family
    return "network"


def _fits(shape: tuple[int | str, ...], wanted: tuple[int | str, ...]) -> bool:
    return len(shape) == len(wanted) and all(
        want in ("*", have) for have, want in zip(shape, wanted, strict=True)
    )


def _quantisation(ops: Counter[str], tensors: tuple[Tensor, ...]) -> str:
    if ops.keys() & _DYNAMIC:
        how = "int8, dynamic: "
    elif ops.keys() & _STATIC:
        how = "int8, static: "
    else:
        how = "int8 weights: " if "DequantizeLinear" in ops else ""
    return how + quantisation_of(tensors)
