"""Which of the assistant's parts an ONNX model is for, told by what it takes and gives."""

from typing import TYPE_CHECKING, Literal

from tools.quantize.onnx_models.graph import inputs, shape

if TYPE_CHECKING:
    from onnx import ModelProto

Family = Literal["voice", "wake", "embedding", "melspectrogram", "vad", "turn", "unknown"]

NAMES: dict[Family, str] = {
    "voice": "a Piper voice",
    "wake": "an openWakeWord model",
    "embedding": "openWakeWord's speech embedding",
    "melspectrogram": "openWakeWord's mel spectrogram",
    "vad": "a Silero VAD",
    "turn": "a Smart Turn",
    "unknown": "none of the assistant's models",
}

_SIZE = 96
"""Numbers in an embedding."""


def family(model: "ModelProto") -> Family:
    """`unknown` if it is none of them."""
    given = {each.name: shape(each) for each in inputs(model)}
    names = given.keys()
    if names in ({"input", "input_lengths", "scales"}, {"input", "input_lengths", "scales", "sid"}):
        return "voice"
    if names == {"input", "state", "sr"}:
        return "vad"
    if len(given) != 1:
        return "unknown"
    match next(iter(given.values())):
        case (_, _, size) if size == _SIZE:
            return "wake"
        case (_, 76, 32, 1):
            return "embedding"
        case (_, 80, 800):
            return "turn"
        case (_, _) if _last_size(model) == 32:
            return "melspectrogram"
    return "unknown"


def _last_size(model: "ModelProto") -> int | str | None:
    """Of the first output's dimensions."""
    sizes = shape(model.graph.output[0]) if model.graph.output else ()
    return sizes[-1] if sizes else None
