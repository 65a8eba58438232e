"""The smallest files that the engines load, one of each format, put together from plain values.

For tests, too: a builder writes what it is told, whether or not it makes sense.
"""

import json
import random
import struct
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models.ggml_file import FTYPE_F16, MAGIC, Shape, expected_tensors, matrix_type
from models.headers.ggml_types import TYPES
from models.protobuf import field
from models.whisper_network import Dimensions

WHISPER = Dimensions(
    n_vocab=51_864,
    n_audio_ctx=1500,
    n_audio_state=4,
    n_audio_head=2,
    n_audio_layer=1,
    n_text_ctx=448,
    n_text_state=4,
    n_text_head=2,
    n_text_layer=1,
    n_mels=80,
)
_TEXT_TOKENS = 50_257
_TOKENS = b"".join(
    struct.pack("<I", len(word)) + word
    for word in (b" ", *(b"%d" % index for index in range(_TEXT_TOKENS - 1)))
)


def ggml(
    dims: Dimensions = WHISPER,
    ftype: int = FTYPE_F16,
    tensors: Mapping[str, Shape] | None = None,
    tokens: int = _TEXT_TOKENS,
    seed: int = 0,
) -> bytes:
    """A Whisper model; of `tensors` if given, else of those that fit the sizes and type."""
    parts = [MAGIC, struct.pack("<11i", *dims.numbers(), ftype)]
    filters = bytes(4 * max(0, min(dims.n_mels, 1000)) * 201)
    parts.append(struct.pack("<2i", dims.n_mels, 201) + filters)
    parts += [struct.pack("<i", tokens), _TOKENS]
    if tensors is None:
        matrix = matrix_type(ftype)
        tensors = {} if matrix is None else expected_tensors(dims, matrix)
    for name, shape in tensors.items():
        size = TYPES[shape.type].size(shape.dimensions) or 0
        parts.append(struct.pack("<3i", len(shape.dimensions), len(name), shape.type))
        parts.append(struct.pack(f"<{len(shape.dimensions)}i", *shape.dimensions) + name.encode())
        parts.append(weights(size, shape.type, seed))
    return b"".join(parts)


def weights(size: int, kind: int, seed: int = 0) -> bytes:
    """Bytes that are small numbers where the type has one number at a time, any otherwise."""
    block = random.Random(seed).randbytes(min(size, 4096) + 8)
    if TYPES[kind].block == 1:
        block = bytes(0 if index % TYPES[kind].bytes else byte for index, byte in enumerate(block))
    return (block * (size // len(block) + 1))[:size]


def safetensors(table: Mapping[str, object] | None = None, data: bytes = bytes(24)) -> bytes:
    """Two tensors in 24 bytes."""
    if table is None:
        table = {
            "__metadata__": {"format": "pt"},
            "a": {"dtype": "F16", "shape": [2, 4], "data_offsets": [0, 16]},
            "b": {"dtype": "F32", "shape": [2], "data_offsets": [16, 24]},
        }
    text = json.dumps(table).encode()
    return struct.pack("<Q", len(text)) + text + data


class OnnxTensor(NamedTuple):
    """A TensorProto of raw bytes."""

    name: str
    shape: tuple[int, ...]
    type: int
    raw: bytes

    def message(self) -> bytes:
        dims = b"".join(field(1, size) for size in self.shape)
        return dims + field(2, self.type) + field(8, self.name) + field(9, self.raw)


def onnx_node(
    op: str, inputs: Iterable[str], outputs: Iterable[str], *attributes: bytes, domain: str = ""
) -> bytes:
    """A NodeProto."""
    ends = b"".join(field(1, name) for name in inputs) + b"".join(field(2, n) for n in outputs)
    named = field(4, op) + (field(7, domain) if domain else b"")
    return ends + named + b"".join(field(5, each) for each in attributes)


def onnx_port(name: str, shape: Iterable[int | str], kind: int = 1) -> bytes:
    """A ValueInfoProto of numbers."""
    dims = b"".join(
        field(1, field(1, size) if isinstance(size, int) else field(2, size)) for size in shape
    )
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def onnx(
    nodes: Iterable[bytes] | None = None,
    tensors: Iterable[bytes] | None = None,
    opset: int = 13,
    around: bytes = b"",
    given: bytes = b"",
    output: bytes = b"",
) -> bytes:
    """A network of one input and one output of [1, 4], unless others are given; `around` is put
    before its graph."""
    if nodes is None:
        nodes = [
            onnx_node("MatMul", ["x", "w"], ["h"]),
            onnx_node("Constant", [], ["b"], onnx_tensor_attribute("value")),
            onnx_node("Add", ["h", "b"], ["a"]),
            onnx_node("If", ["c"], ["y"], _branch("then_branch"), _branch("else_branch")),
        ]
    if tensors is None:
        tensors = [
            OnnxTensor("w", (4, 4), 1, struct.pack("<16f", *range(16))).message(),
            OnnxTensor("c", (), 9, b"\1").message(),
        ]
    graph = b"".join(field(1, node) for node in nodes) + field(2, "tiny")
    graph += b"".join(field(5, tensor) for tensor in tensors)
    graph += field(11, given or onnx_port("x", (1, 4))) + field(
        12, output or onnx_port("y", (1, 4))
    )
    start = field(1, 8) + field(2, "tiny") + field(8, field(1, "") + field(2, opset))
    return start + around + field(7, graph)


def onnx_tensor_attribute(name: str, tensor: bytes = b"") -> bytes:
    """An AttributeProto that holds a tensor."""
    tensor = tensor or OnnxTensor("", (4,), 1, struct.pack("<4f", 1, 2, 3, 4)).message()
    return field(1, name) + field(5, tensor) + field(20, 4)


def onnx_graph_attribute(name: str, graph: bytes) -> bytes:
    """An AttributeProto that holds a graph."""
    return field(1, name) + field(6, graph) + field(20, 5)


def _branch(name: str) -> bytes:
    graph = field(1, onnx_node("Relu", ["a"], [f"{name}_y"])) + field(2, name)
    return onnx_graph_attribute(name, graph + field(12, onnx_port(f"{name}_y", (1, 4))))
