"""Models that are broken on purpose: their files are whole, and what they compute is wrong."""

import struct
from pathlib import Path

_GGML = 0x67676D6C
_BLOCK_BYTES = {2: 18, 6: 22, 7: 24, 8: 34}
"""Of 32 values, by ggml's type: q4_0, q5_0, q5_1, q8_0."""
_ITEM_BYTES = {0: 4, 1: 2}
"""Of one: float32, float16."""
_STRINGS = struct.pack("<II", 9, 8)
"""GGUF: an array, of strings."""
_FIRST_WORD = 300
"""Tokens before it are special ones, or single characters."""


def without_a_layer(model: Path, to: Path, layer: str = "decoder.blocks.0.") -> Path:
    """A ggml Whisper file in which all tensors of a layer are zero."""
    content = bytearray(model.read_bytes())
    zeroed = 0
    for name, start, size in _tensors(content):
        if name.startswith(layer):
            content[start : start + size] = bytes(size)
            zeroed += 1
    assert zeroed > 10
    to.write_bytes(content)
    return to


def _tensors(content: bytearray) -> list[tuple[str, int, int]]:
    """Name, offset and bytes of each."""
    magic, *fields = struct.unpack_from("<12i", content)
    assert magic == _GGML
    assert len(fields) == 11
    at = 48
    mels, bins = struct.unpack_from("<2i", content, at)
    at += 8 + 4 * mels * bins
    (words,) = struct.unpack_from("<i", content, at)
    at += 4
    for _ in range(words):
        at += 4 + struct.unpack_from("<I", content, at)[0]
    found = []
    while at < len(content):
        dimensions, length, kind = struct.unpack_from("<3i", content, at)
        at += 12
        values = 1
        for size in struct.unpack_from(f"<{dimensions}i", content, at):
            values *= size
        at += 4 * dimensions
        name = content[at : at + length].decode()
        at += length
        bytes_ = values // 32 * _BLOCK_BYTES[kind] if kind > 1 else values * _ITEM_BYTES[kind]
        found.append((name, at, bytes_))
        at += bytes_
    return found


def with_wrong_words(model: Path, to: Path) -> Path:
    """A GGUF file whose tokens mean other words: each is that of the token a thousand before it."""
    content = model.read_bytes()
    key = b"tokenizer.ggml.tokens"
    at = content.index(struct.pack("<Q", len(key)) + key + _STRINGS) + 8 + len(key) + 8
    (count,) = struct.unpack_from("<Q", content, at)
    start = at = at + 8
    words = []
    for _ in range(count):
        size = 8 + struct.unpack_from("<Q", content, at)[0]
        words.append(content[at : at + size])
        at += size
    kept, moved = words[:_FIRST_WORD], words[_FIRST_WORD:]
    turned = b"".join([*kept, *moved[1000:], *moved[:1000]])
    assert len(turned) == at - start
    to.write_bytes(content[:start] + turned + content[at:])
    return to


def clipped(voice: Path, to: Path) -> Path:
    """A voice that is far too loud, with its settings beside it."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(voice))
    [weights] = [each for each in graph.graph.initializer if each.name == "dec.conv_post.weight"]
    louder = numpy_helper.to_array(weights) * 40
    weights.CopyFrom(numpy_helper.from_array(louder, weights.name))
    onnx.save(graph, str(to))
    settings = voice.with_name(f"{voice.name}.json")
    to.with_name(f"{to.name}.json").write_bytes(settings.read_bytes())
    return to


def deaf(wake_word: Path, to: Path) -> Path:
    """A wake word that never hears anything."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(wake_word))
    last = graph.graph.node[-2]
    assert (last.op_type, graph.graph.node[-1].op_type) == ("Gemm", "Sigmoid")
    [bias] = [each for each in graph.graph.initializer if each.name == last.input[2]]
    bias.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(bias) - 30, bias.name))
    onnx.save(graph, str(to))
    return to
