"""The smallest language model in a GGUF file of each architecture that is let through."""

import struct
from collections.abc import Mapping, Sequence
from math import prod
from typing import NamedTuple

from models.headers.ggml_types import TYPES
from models.headers.gguf_settings import Settings
from tools.quantize.fuzz.tiny import weights

U32, I32, F32, BOOL, STRING, ARRAY, U64, F64 = 4, 5, 6, 7, 8, 9, 10, 12
_FORMS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "B", 10: "Q", 11: "q", 12: "d"}

Plain = int | float | str | bytes | Sequence[int] | Sequence[float] | Sequence[str]


class Typed(NamedTuple):
    """A value under a key; `items` is the type of each where `type` is that of arrays."""

    type: int
    value: Plain
    items: int = STRING


class Weight(NamedTuple):
    """A tensor; the fastest dimension first. `offset`: where it says it is, if not where it is."""

    dimensions: tuple[int, ...]
    type: int = 0
    offset: int | None = None


_BLOCK = "attn_norm attn_output ffn_norm ffn_down ffn_up"
_SEPARATE = f"{_BLOCK} attn_q attn_k attn_v ffn_gate"
_QK_NORMS = "attn_q_norm attn_k_norm"
_POST_NORMS = "post_attention_norm post_ffw_norm"
ARCHITECTURES = {
    "llama": _SEPARATE,
    "qwen2": _SEPARATE,
    "qwen3": f"{_SEPARATE} {_QK_NORMS}",
    "gemma": _SEPARATE,
    "gemma2": f"{_SEPARATE} {_POST_NORMS}",
    "gemma3": f"{_SEPARATE} {_POST_NORMS} {_QK_NORMS}",
    "phi3": f"{_BLOCK} attn_qkv",
    "smollm3": _SEPARATE,
}
_BIASES = {"qwen2": "attn_q attn_k attn_v"}


def settings(architecture: str = "llama", tokens: int = 0) -> Settings:
    """Those of a tiny model."""
    return Settings(
        architecture,
        layers=2,
        embedding=64,
        feed_forward=96,
        heads=4,
        heads_kv=2,
        key=16,
        value=16,
        rope=16,
        tokens=tokens,
    )


def entries(of: Settings, tokenizer: str = "gpt2") -> dict[str, Typed]:
    """All keys of a model with these settings."""
    architecture = of.architecture
    numbers = {
        "block_count": of.layers,
        "context_length": 128,
        "embedding_length": of.embedding,
        "feed_forward_length": of.feed_forward,
        "attention.head_count": of.heads,
        "attention.head_count_kv": of.heads_kv,
        "attention.key_length": of.key,
        "attention.value_length": of.value,
        "rope.dimension_count": of.rope,
    }
    if architecture in ("gemma2", "gemma3"):
        numbers["attention.sliding_window"] = 32
    return {
        "general.architecture": Typed(STRING, architecture),
        "general.name": Typed(STRING, "tiny"),
        **{f"{architecture}.{name}": Typed(U32, value) for name, value in numbers.items()},
        f"{architecture}.attention.layer_norm_rms_epsilon": Typed(F32, 1e-5),
        f"{architecture}.rope.freq_base": Typed(F32, 1e4),
        **(_byte_pairs() if tokenizer == "gpt2" else _sentence_pieces()),
    }


def _byte_pairs() -> dict[str, Typed]:
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = 256 - len(printable)
    letters = [chr(code) for code in (*printable, *range(0x100, 0x100 + hidden))]
    tokens = [*letters, "he", "ll", "hell", "hello", "<|endoftext|>"]
    return {
        "tokenizer.ggml.model": Typed(STRING, "gpt2"),
        "tokenizer.ggml.pre": Typed(STRING, "smollm"),
        "tokenizer.ggml.tokens": Typed(ARRAY, tokens),
        "tokenizer.ggml.token_type": Typed(ARRAY, [1] * (len(tokens) - 1) + [3], I32),
        "tokenizer.ggml.merges": Typed(ARRAY, ["h e", "l l", "he ll", "hell o"]),
        "tokenizer.ggml.bos_token_id": Typed(U32, len(tokens) - 1),
        "tokenizer.ggml.eos_token_id": Typed(U32, len(tokens) - 1),
    }


def _sentence_pieces() -> dict[str, Typed]:
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokens += ["▁", "h", "e", "l", "o", "he", "▁hello"]
    kinds = [2, 3, 3] + [6] * 256 + [1] * 7
    return {
        "tokenizer.ggml.model": Typed(STRING, "llama"),
        "tokenizer.ggml.tokens": Typed(ARRAY, tokens),
        "tokenizer.ggml.scores": Typed(ARRAY, [-float(index) for index in range(len(tokens))], F32),
        "tokenizer.ggml.token_type": Typed(ARRAY, kinds, I32),
        "tokenizer.ggml.bos_token_id": Typed(U32, 1),
        "tokenizer.ggml.eos_token_id": Typed(U32, 2),
    }


def tensors(of: Settings, kind: int = 1) -> dict[str, Weight]:
    """All tensors of a model with these settings, its matrices of this type."""
    shapes = of.shapes()

    def weight(name: str) -> Weight:
        return Weight(shapes[name], kind if len(shapes[name]) > 1 else 0)

    found = {f"{name}.weight": weight(name) for name in ("token_embd", "output_norm")}
    for layer in range(of.layers):
        for name in ARCHITECTURES[of.architecture].split():
            found[f"blk.{layer}.{name}.weight"] = weight(name)
        for name in _BIASES.get(of.architecture, "").split():
            found[f"blk.{layer}.{name}.bias"] = Weight(shapes[name][-1:])
    return found


def token_count(keys: Mapping[str, Typed]) -> int:
    """Of a model with these keys."""
    tokens = keys["tokenizer.ggml.tokens"].value
    assert isinstance(tokens, list)
    return len(tokens)


def gguf(architecture: str = "llama", tokenizer: str = "gpt2", kind: int = 1) -> bytes:
    """A whole model."""
    keys = entries(settings(architecture), tokenizer)
    return written(keys, tensors(settings(architecture, token_count(keys)), kind))


def written(
    keys: Mapping[str, Typed], found: Mapping[str, Weight], alignment: int = 32, version: int = 3
) -> bytes:
    """A GGUF file with these keys and tensors, which need not make sense."""
    head = [b"GGUF", struct.pack("<I2Q", version, len(found), len(keys))]
    head += [_text(key) + _typed(value) for key, value in keys.items()]
    data: list[bytes] = []
    at = 0
    for name, weight in found.items():
        rank = len(weight.dimensions)
        head.append(_text(name) + struct.pack(f"<I{rank}Q", rank, *weight.dimensions))
        head.append(struct.pack("<IQ", weight.type, at if weight.offset is None else weight.offset))
        size = _size(weight)
        numbers = weights(size, weight.type) if size else b""
        data.append(numbers + bytes(-size % alignment))
        at += len(data[-1])
    described = b"".join(head)
    return described + bytes(-len(described) % alignment) + b"".join(data)


def _size(weight: Weight) -> int:
    """Bytes of a tensor; none for one that cannot be."""
    if weight.type not in TYPES or not weight.dimensions or prod(weight.dimensions) > 1 << 20:
        return 0
    return TYPES[weight.type].size(weight.dimensions) or 0


def _text(text: str | bytes) -> bytes:
    raw = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _typed(typed: Typed) -> bytes:
    value = typed.value
    if isinstance(value, str | bytes):
        return struct.pack("<I", typed.type) + _text(value)
    if isinstance(value, int | float):
        return struct.pack(f"<I{_FORMS[typed.type]}", typed.type, value)
    head = struct.pack("<2IQ", typed.type, typed.items, len(value))
    if typed.items == STRING:
        return head + b"".join(_text(each) for each in value if isinstance(each, str))
    return head + struct.pack(f"<{len(value)}{_FORMS[typed.items]}", *value)
