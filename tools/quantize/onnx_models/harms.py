"""What is known to hurt a model: refused unless forced, or said beforehand.

Sources: an int8 ConvTranspose 10 to 100 times as slow (sherpa-onnx 575, piper-plus 236); a vocoder
in static int8 a quarter quicker, "quality heavily reduced" (onnxruntime 12854); float16 cast back
to float32 on the CPU (onnxruntime 2871, 10919).
"""

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from assistant.errors import InputError, ModelError
from tools.quantize.onnx_models import graph
from tools.quantize.onnx_models.families import Family
from tools.quantize.onnx_models.recipe import Recipe

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

DECODER = "decoder"
FLOW = "flow"
STAGES = {DECODER: "dec.", FLOW: "flow."}
"""Words that stand for all nodes of a voice's stage, and how the names of its weights begin."""
_WAY_OUT = f"leave it out with --exclude-node {DECODER}, or take int8-weights"
_HEAVY = ("Conv", "ConvTranspose", "MatMul", "Gemm")


def check_unquantized(model: "ModelProto", name: str) -> None:
    """Raises ModelError if any of it is in whole numbers already. Nothing can be forced there."""
    if graph.is_quantized(model):
        raise ModelError(
            f"{name} is quantized already, and what was rounded once cannot be rounded better: "
            "begin with its float32 version."
        )


def harms(model: "ModelProto", family: Family, recipe: Recipe) -> Iterator[str]:
    """Reasons not to do it, a part of a sentence each."""
    if family == "embedding":
        yield (
            "the assistant runs the speech embedding as a stream, rewritten, which takes nothing "
            "but the float32 file"
        )
    if family == "melspectrogram":
        yield (
            "the assistant takes the window and filters of the mel spectrogram from the float32 "
            "file"
        )
    if family == "voice" and recipe.to.startswith("int8"):
        rounded = decoder_nodes(model) - excluded_nodes(model, recipe.exclude_nodes)
        kinds = {
            node.op_type
            for node in model.graph.node
            if node.name in rounded and node.op_type not in recipe.exclude_ops
        }
        if recipe.to == "int8-static" and "ConvTranspose" in kinds:
            yield (
                "an int8 ConvTranspose is said to be up to 100 times as slow as one in float32, "
                f"and a decoder in int8 to sound much worse ({_WAY_OUT})"
            )
        elif recipe.to != "int8-weights" and kinds & set(_HEAVY):
            yield (
                "a decoder in int8 is reported to sound much worse, and computed dynamically it is "
                f"slower than in float32 ({_WAY_OUT})"
            )


def notices(model: "ModelProto", family: Family, recipe: Recipe) -> Iterator[str]:
    """What is worth knowing beforehand, a sentence each."""
    if recipe.to == "float16":
        yield (
            "float16 is computed in float32 on most processors: the file is half as large, and "
            "nothing is quicker."
        )
    if family == "voice" and recipe.to in ("int8-dynamic", "int8-static"):
        yield (
            "A voice in int8 gives its phonemes other durations and is no quicker where it was "
            "measured: only its file is smaller, as with int8-weights, which changes less."
        )


def excluded_nodes(model: "ModelProto", patterns: Collection[str]) -> set[str]:
    """Names of the nodes meant by names, patterns such as `/dec/*`, `decoder` and `flow`. Raises
    InputError if one means nothing."""
    found: set[str] = set()
    for pattern in patterns:
        if pattern in STAGES:
            meant = decoder_nodes(model) if pattern == DECODER else _users(model, STAGES[FLOW])
        else:
            names = (node.name for node in graph.nodes(model.graph))
            meant = {name for name in names if fnmatchcase(name, pattern)}
        if not meant:
            raise InputError(
                f"No node of the model is called {pattern!r}: --list-nodes shows what there is."
            )
        found |= meant
    return found


def decoder_nodes(model: "ModelProto") -> set[str]:
    """Names of the nodes from a voice's first convolution of the decoder to its samples; empty if
    it has none that is called like that."""
    reached: set[str] = set()
    names: set[str] = set()
    for node in model.graph.node:  # each after those that give what it takes
        if _takes_weight(node, STAGES[DECODER]) or reached & set(node.input):
            reached |= set(node.output)
            names.add(node.name)
    return names


def _users(model: "ModelProto", prefix: str) -> set[str]:
    return {node.name for node in model.graph.node if _takes_weight(node, prefix)}


def _takes_weight(node: "NodeProto", prefix: str) -> bool:
    return any(name.startswith(prefix) for name in node.input[1:])
