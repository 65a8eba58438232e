"""A voice of a few nodes, built like those of Piper's trainer: real ONNX, no weights worth it.

Each phoneme id lasts two frames of four samples.
"""

import json
import struct
from pathlib import Path

from assistant.engines.onnx_graph import Graph, floats
from models.protobuf import field

_AROUND = field(1, 8) + field(8, field(2, 17))  # versions of the format and of its operators


def toy_voice(folder: Path, loudness: float = 0.01, far: bool = False) -> Path:
    """Write `voice.onnx` and its settings. `far`: its decoder hears the whole sentence at once,
    which no piece of it does."""
    path = folder / "voice.onnx"
    path.write_bytes(_graph(loudness, far).file("toy"))
    settings = {"phoneme_id_map": {"_": [0], "a": [1], "b": [2], " ": [3]}, "num_speakers": 1}
    path.with_name("voice.onnx.json").write_text(json.dumps(settings))
    return path


def _graph(loudness: float, far: bool) -> Graph:
    nodes = (
        # What is before the flow: two channels, the ids and their halves, each frame twice.
        _node("Cast", "input", "id", to=1),
        _node("Cast", "input_lengths", "length", to=1),
        _node("Mul", "id half", "low"),
        _node("Concat", "id low", "both", axis=0),
        _node("Unsqueeze", "both last", "once"),
        _node("Concat", "once once", "twice", axis=2),
        _node("Reshape", "twice frames", "latents"),
        _node("Gather", "scales first", "noise"),
        _node("Mul", "noise none", "quiet"),
        _node("Mul", "quiet length", "still"),
        _node("Mul", "id still", "nothing"),
        _node("Add", "nothing two", "long"),
        _node("Ceil", "long", "durations"),
        _node("Div", "length length", "mask"),
        # The flow.
        _node("Split", "latents", "kept moved", axis=1),
        _node("Conv", "kept flow.flows.0.pre.weight", "shift", pads=(2, 2)),
        _node("Mul", "shift mask", "masked"),
        _node("Sub", "moved masked", "unmoved"),
        _node("Concat", "kept unmoved", "spoken", axis=1),
        # The decoder.
        _node("Conv", "spoken dec.conv_pre.weight", "wide", pads=(1, 1)),
        _node("Transpose", "wide", "turned", perm=(0, 2, 1)),
        _node("Reshape", "turned flat", "near"),
        _node("ReduceMean" if far else "Identity", "near", "rest"),
        _node("Add", "near rest", "output"),
    )
    inputs = {name: _integers(name) for name in ("input", "input_lengths")}
    inputs["scales"] = floats("scales")
    return Graph(_AROUND, nodes, _weights(loudness), inputs, {"output": floats("output")})


def _weights(loudness: float) -> dict[str, bytes]:
    return {
        "half": _floats("half", (1,), 0.5),
        "none": _floats("none", (1,), 0.0),
        "two": _floats("two", (1,), 2.0),
        "first": _numbers("first", 0),
        "last": _numbers("last", 2),
        "frames": _numbers("frames", 1, 2, -1),
        "flat": _numbers("flat", 1, 1, -1),
        "flow.flows.0.pre.weight": _floats("flow.flows.0.pre.weight", (1, 1, 5), 0.1),
        "dec.conv_pre.weight": _floats("dec.conv_pre.weight", (4, 2, 3), loudness),
    }


def _node(op: str, inputs: str, outputs: str, **attributes: int | tuple[int, ...]) -> bytes:
    content = b"".join(field(1, name) for name in inputs.split())
    content += b"".join(field(2, name) for name in outputs.split()) + field(4, op)
    return content + b"".join(field(5, _attribute(*each)) for each in attributes.items())


def _attribute(name: str, value: int | tuple[int, ...]) -> bytes:
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return field(1, name) + b"".join(field(8, each) for each in value) + field(20, 7)


def _floats(name: str, shape: tuple[int, ...], value: float) -> bytes:
    count = 1
    for size in shape:
        count *= size
    dims = b"".join(field(1, size) for size in shape)
    return dims + field(2, 1) + field(8, name) + field(9, struct.pack("<f", value) * count)


def _numbers(name: str, *values: int) -> bytes:
    data = struct.pack(f"<{len(values)}q", *values)
    return field(1, len(values)) + field(2, 7) + field(8, name) + field(9, data)


def _integers(name: str) -> bytes:
    """An input of 64-bit integers of any shape."""
    return field(1, name) + field(2, field(1, field(1, 7)))
