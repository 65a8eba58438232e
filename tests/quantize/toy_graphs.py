"""Models of a few nodes for the tools that bring new ones: real ONNX, weights by chance."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

SYMBOLS = 40
_LETTERS = "_^$ .,Tabcdefghijklmnopqrstuvwxyz"
_WIDTH = 16


def toy_voice_settings(**changed: Any) -> dict[str, Any]:
    """As a trainer writes them, letters spoken as they are."""
    return {
        "audio": {"sample_rate": 8_000, "quality": "toy"},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "text",
        "phoneme_id_map": {letter: [number] for number, letter in enumerate(_LETTERS)},
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
    } | changed


def write_voice(folder: Path, model: ModelProto | None = None, **settings: Any) -> Path:
    path = folder / "toy.onnx"
    path.write_bytes((model or voice()).SerializeToString())
    beside = path.with_name("toy.onnx.json")
    beside.write_text(json.dumps(toy_voice_settings(**settings)), "utf-8")
    return path


def voice(loudness: float = 0.01, speaker: bool = False, symbols: int = SYMBOLS) -> ModelProto:
    """Like Piper's: front, flow, and a decoder with a transposed convolution. Each phoneme id lasts
    two frames of 64 samples."""
    nodes = [*_front(speaker), *_FLOW, *_DECODER]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speaker:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, ["batch"]))
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "time"])
    weights = _weights(loudness, symbols)
    return _model(helper.make_graph(nodes, "toy", inputs, [output], weights))


_node = helper.make_node
_FLOW = (
    _node("Split", ["latents"], ["kept", "moved"], axis=1),
    _node("Conv", ["kept", "flow.flows.0.pre.weight"], ["shift"], pads=[2, 2]),
    _node("Mul", ["shift", "mask"], ["masked"]),
    _node("Sub", ["moved", "masked"], ["unmoved"]),
    _node("Concat", ["kept", "unmoved"], ["spoken"], axis=1),
)
_DECODER = (
    _node("Conv", ["spoken", "dec.conv_pre.weight"], ["wide"], pads=[3, 3]),
    _node("LeakyRelu", ["wide"], ["bent"]),
    _node("ConvTranspose", ["bent", "dec.ups.0.weight"], ["long wave"], strides=[64]),
    _node("Conv", ["long wave", "dec.conv_post.weight"], ["wave"], pads=[3, 3], name="/dec/post"),
    _node("Tanh", ["wave"], ["output"]),
)


def _front(speaker: bool) -> list[Any]:
    return [
        _node("Gather", ["emb.weight", "input"], ["once"]),
        _node("Unsqueeze", ["once", "two"], ["apart"]),
        _node("Concat", ["apart", "apart"], ["doubled"], axis=2),
        _node("Reshape", ["doubled", "frames"], ["turned"]),
        _node("Transpose", ["turned"], ["steady"], perm=[0, 2, 1]),
        # Nothing of them is heard, but all of them are asked for.
        _node("Gather", ["scales", "zero"], ["noise"]),
        _node("Cast", ["input_lengths"], ["length"], to=TensorProto.FLOAT),
        _node("Mul", ["noise", "length"], ["some"]),
        _node("Mul", ["some", "none"], ["nothing"]),
        _node("Add", ["steady", "nothing"], ["quiet"]),
        _node("Cast", ["sid" if speaker else "zero"], ["who"], to=TensorProto.FLOAT),
        _node("Add", ["quiet", "who"], ["latents"]),
        _node("ReduceMean", ["once"], ["mean"], axes=[2], keepdims=1),
        _node("Mul", ["mean", "none"], ["no time"]),
        _node("Add", ["no time", "two frames"], ["long"]),
        _node("Transpose", ["long"], ["long turned"], perm=[0, 2, 1]),
        _node("Ceil", ["long turned"], ["durations"]),
        _node("Div", ["length", "length"], ["mask"]),
    ]


def _weights(loudness: float, symbols: int) -> list[TensorProto]:
    some = np.random.default_rng(7)

    def weight(name: str, *shape: int, scale: float = 0.3) -> TensorProto:
        values = some.normal(0, scale, shape).astype(np.float32)
        return numpy_helper.from_array(values, name)

    return [
        weight("emb.weight", symbols, _WIDTH, scale=1),
        weight("flow.flows.0.pre.weight", _WIDTH // 2, _WIDTH // 2, 5),
        weight("dec.conv_pre.weight", _WIDTH, _WIDTH, 7),
        weight("dec.ups.0.weight", _WIDTH, 4, 64),
        weight("dec.conv_post.weight", 1, 4, 7, scale=loudness),
        numpy_helper.from_array(np.array([2]), "two"),
        numpy_helper.from_array(np.array(0), "zero"),
        numpy_helper.from_array(np.array([1, -1, _WIDTH]), "frames"),
        numpy_helper.from_array(np.zeros(1, np.float32), "none"),
        numpy_helper.from_array(np.array([2], np.float32), "two frames"),
    ]


def head(
    window: int = 16,
    classes: int = 1,
    bias: float = -6.0,
    last: str = "Sigmoid",
    batch: int | str = 1,
    size: int = 96,
) -> ModelProto:
    """A wake word's classifier; `bias` decides what it scores where it hears nothing."""
    some = np.random.default_rng(9)
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w1", "b1"], ["wide"], transB=1),
        helper.make_node("Relu", ["wide"], ["kept"]),
        helper.make_node("Gemm", ["kept", "w2", "b2"], ["sum"], transB=1),
        helper.make_node(last, ["sum"], ["score"]),
    ]
    weights = [
        ("w1", some.normal(0, 0.002, (16, window * size))),
        ("b1", np.zeros(16)),
        ("w2", some.normal(0, 0.1, (classes, 16))),
        ("b2", np.full(classes, bias)),
    ]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, window, size])
    gives = helper.make_tensor_value_info("score", TensorProto.FLOAT, [batch, classes])
    tensors = [numpy_helper.from_array(each.astype(np.float32), name) for name, each in weights]
    return _model(helper.make_graph(nodes, "toy", [given], [gives], tensors))


def _model(graph: Any) -> ModelProto:
    opset = helper.make_opsetid("", 13)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8, producer_name="test")
