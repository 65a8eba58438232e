"""Networks of a few operators, each sound but for a number or two, or put together at random."""

import random
import struct
from math import prod

from models.protobuf import field
from tools.quantize.fuzz.numbers import number
from tools.quantize.fuzz.sound_onnx import OPERATORS, Operator, Value, Weights
from tools.quantize.fuzz.tiny import OnnxTensor, onnx, onnx_node, onnx_port

_OTHERS = (
    "Relu Sigmoid Tanh Softplus Exp Neg Ceil Identity Shape Flatten ReduceSum GlobalAveragePool"
    " LpNormalization Hardmax Size Where Range Mod Div Pow Greater Equal And ConstantOfShape Loop"
    " Scan If RandomNormalLike CenterCropPad STFT DFT MelWeightMatrix HannWindow GridSample"
    " RoiAlign Compress NonMaxSuppression MatMulInteger DequantizeLinear"
).split()
_NAMES = sorted({name for each in OPERATORS for name in each.attributes})
_SMALL = (-2, -1, 0, 1, 2, 3, 4, 100)
_SIZES = (0, 1, 1, 2, 3, 4, 17)
_TYPES = (1, 1, 1, 2, 3, 6, 7, 9, 10, 11)
_FORMS = {1: "f", 2: "B", 3: "b", 6: "i", 7: "q", 9: "?", 10: "e", 11: "d"}
_TEXTS = ("", "reflect", "edge", "cubic", "linear", "SAME_UPPER", "i...->", "ij,ij->", "nan")


def hostile(rng: random.Random) -> bytes:
    """A file of one to three nodes, the output of one being an input of the next."""
    first = rng.choice(OPERATORS)
    nodes, tensors = [], []
    count = rng.choice((1, 1, 1, 2, 3))
    name = "x"
    for index in range(count):
        of = first if not index else rng.choice(OPERATORS)
        if index and rng.random() < 0.3:
            of = of._replace(op=rng.choice(_OTHERS), attributes={})
        if rng.random() < 0.9:
            of = _changed(rng, of)
        inputs = [f"w{index}_{each}" for each in range(len(of.weights))]
        tensors += [_tensor(rng, *pair) for pair in zip(inputs, of.weights, strict=True)]
        result = "y" if index == count - 1 else f"h{index}"
        attributes = [_attribute(*pair) for pair in of.attributes.items()]
        node = onnx_node(of.op, [name, *inputs], [result], *attributes, domain=of.domain)
        nodes.append(node)
        name = result
    opset = rng.choice((11, 13, 13, 15, 17, 18, 21))
    shape: list[int | str] = [size if rng.random() < 0.9 else "n" for size in first.x]
    microsoft = field(8, field(1, "com.microsoft") + field(2, 1))
    # The output is of whatever type and shape comes out.
    ports = {"given": onnx_port("x", shape), "output": field(1, "y")}
    return onnx(nodes, tensors, opset, microsoft, **ports)


def _changed(rng: random.Random, of: Operator) -> Operator:
    """With one to three numbers, types or sizes that are none it should have."""
    weights, attributes = list(of.weights), dict(of.attributes)
    for _ in range(rng.randint(1, 3)):
        if weights and rng.random() < 0.5:
            at = rng.randrange(len(weights))
            weights[at] = _changed_weights(rng, weights[at])
        elif attributes and rng.random() < 0.8:
            name = rng.choice(list(attributes))
            attributes[name] = _changed_value(rng, attributes[name])
        else:
            attributes[rng.choice(_NAMES)] = _number(rng)
    if weights and rng.random() < 0.1:
        weights.pop(rng.randrange(len(weights)))
    return of._replace(weights=tuple(weights), attributes=attributes)


def _changed_weights(rng: random.Random, weights: Weights) -> Weights:
    if weights.values and rng.random() < 0.7:
        values = list(weights.values)
        values[rng.randrange(len(values))] = _number(rng)
        return weights._replace(values=tuple(values))
    shape = list(weights.shape)
    if shape and rng.random() < 0.7:
        shape[rng.randrange(len(shape))] = rng.choice(_SIZES)
    else:
        shape.insert(rng.randint(0, len(shape)), rng.choice(_SIZES))
    kind = weights.type if rng.random() < 0.7 else rng.choice(_TYPES)
    return Weights(tuple(shape), kind, weights.values and (_number(rng),))


def _changed_value(rng: random.Random, value: Value) -> Value:
    if isinstance(value, str):
        return rng.choice(_TEXTS)
    if isinstance(value, int):
        return _number(rng)
    values = list(value)
    if values and rng.random() < 0.8:
        values[rng.randrange(len(values))] = _number(rng)
    else:
        values.append(_number(rng))
    return tuple(values)


def _number(rng: random.Random) -> int:
    return rng.choice(_SMALL) if rng.random() < 0.7 else number(rng, 64)


def _attribute(name: str, value: Value) -> bytes:
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, 3)
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return field(1, name) + b"".join(field(8, each) for each in value) + field(20, 7)


def _tensor(rng: random.Random, name: str, weights: Weights) -> bytes:
    form = _FORMS[weights.type]
    count = prod(weights.shape)
    if form in "efd":
        numbers = [rng.uniform(-2, 2) for _ in range(count)]
        raw = struct.pack(f"<{count}{form}", *numbers)
    else:
        given = weights.values or (1,)
        raw = b"".join(_whole(form, given[index % len(given)]) for index in range(count))
    return OnnxTensor(name, weights.shape, weights.type, raw).message()


def _whole(form: str, value: int) -> bytes:
    """A whole number, of which the lowest bytes are kept."""
    return (value & (2**64 - 1)).to_bytes(8, "little")[: struct.calcsize(form)]
