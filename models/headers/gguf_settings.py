"""The settings of a language model in a GGUF file: each in its bounds, and fitting each other.

Source: llama_model_base::load_hparams and src/models of llama.cpp, which stop the process
(GGML_ASSERT) or divide by what they find where settings contradict each other.
"""

from typing import NamedTuple

from models.cursor import Cursor
from models.headers.gguf import BOOL, FLOATS, I32, INTEGERS, STRING, Entry, Gguf

_ROPE_SCALINGS = (b"none", b"linear", b"yarn", b"longrope")

_INTEGERS = {
    "block_count": (1, 512),
    "context_length": (1, 1 << 24),
    "embedding_length": (1, 1 << 16),
    "feed_forward_length": (1, 1 << 20),
    "attention.head_count": (1, 512),
    "attention.head_count_kv": (1, 512),
    "attention.key_length": (2, 1024),
    "attention.value_length": (2, 1024),
    "attention.sliding_window": (0, 1 << 24),
    "rope.dimension_count": (2, 1024),
    "rope.scaling.original_context_length": (1, 1 << 24),
    "vocab_size": (1, 1 << 22),
    # Mixtures of experts and layers that look ahead are other networks.
    "expert_count": (0, 0),
    "expert_used_count": (0, 0),
    "nextn_predict_layers": (0, 0),
}
_FLOATS = {
    "attention.layer_norm_rms_epsilon": (0.0, 1.0),
    "attention.layer_norm_epsilon": (0.0, 1.0),
    "attention.scale": (0.0, 1e3),
    "attn_logit_softcapping": (0.0, 1e6),
    "final_logit_softcapping": (0.0, 1e6),
    "rope.freq_base": (1.0, 1e12),
    "rope.freq_base_swa": (1.0, 1e12),
    "rope.scale_linear": (0.0, 1e6),
    "rope.scaling.attn_factor": (0.0, 1e6),
    "rope.scaling.factor": (0.0, 1e6),
    "rope.scaling.yarn_attn_factor": (-1e6, 1e6),
    "rope.scaling.yarn_beta_fast": (0.0, 1e6),
    "rope.scaling.yarn_beta_slow": (0.0, 1e6),
    "rope.scaling.yarn_ext_factor": (-1e6, 1e6),
    "rope.scaling.yarn_log_multiplier": (-1e6, 1e6),
}
_REQUIRED = ("block_count", "context_length", "embedding_length", "feed_forward_length")
_PATTERN = "attention.sliding_window_pattern"
_LAYOUT = "tensor_data_layout"


class Settings(NamedTuple):
    """What decides the shapes."""

    architecture: str
    layers: int
    embedding: int
    feed_forward: int
    heads: int
    heads_kv: int
    key: int
    value: int
    rope: int
    tokens: int

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of each weight by its name within a block or the file; the fastest dimension first. A
        bias has the last dimension of its weight."""
        wide, ff = self.embedding, self.feed_forward
        q, k, v = self.key * self.heads, self.key * self.heads_kv, self.value * self.heads_kv
        norms = "output_norm attn_norm ffn_norm post_attention_norm post_ffw_norm".split()
        return {
            "token_embd": (wide, self.tokens),
            "output": (wide, self.tokens),
            **dict.fromkeys(norms, (wide,)),
            "attn_q": (wide, q),
            "attn_k": (wide, k),
            "attn_v": (wide, v),
            "attn_qkv": (wide, q + k + v),
            "attn_output": (self.value * self.heads, wide),
            **dict.fromkeys(("attn_q_norm", "attn_k_norm"), (self.key,)),
            "ffn_gate": (wide, ff),
            "ffn_up": (wide, 2 * ff if self.architecture == "phi3" else ff),
            "ffn_down": (ff, wide),
            **dict.fromkeys(
                ("rope_freqs", "rope_factors_long", "rope_factors_short"), (self.rope // 2,)
            ),
        }


def check_settings(cursor: Cursor, file: Gguf, architecture: str) -> None:
    """Every setting that is there is known and has its kind and bounds. Raises ModelError."""
    for key, entry in file.entries.items():
        if key.startswith(f"{architecture}."):
            _check_setting(cursor, file, key.removeprefix(f"{architecture}."), entry)


def _check_setting(cursor: Cursor, file: Gguf, name: str, entry: Entry) -> None:
    """A setting of the network has its kind and lies in its bounds."""
    value = entry.value
    if name in _INTEGERS:
        least, most = _INTEGERS[name]
        good = entry.type in INTEGERS and isinstance(value, int) and least <= value <= most
    elif name in _FLOATS:
        low, high = _FLOATS[name]
        # Not a number is in no bounds.
        good = entry.type in FLOATS and isinstance(value, float) and low <= value <= high
    elif name == "rope.scaling.type":
        good = value in _ROPE_SCALINGS
    elif name == "attention.causal":
        good = value is True
    elif name == _PATTERN:
        good = _is_pattern(file, entry)
    elif name in (_LAYOUT, "rope.scaling.finetuned"):
        good = entry.type in (STRING, BOOL)
    else:
        raise cursor.wrong(f"has the setting {name}, which is not one that is checked here")
    if not good:
        shown = value if isinstance(value, int | float) else "something else"
        raise cursor.wrong(f"has the setting {name} = {shown}, which no model has")


def _is_pattern(file: Gguf, entry: Entry) -> bool:
    """Which layers look at a window only: one number, or one for each layer."""
    if isinstance(entry.value, int):
        return entry.type in INTEGERS and 1 <= entry.value <= 512
    layers = file.entries.get(f"{file.text('general.architecture')}.block_count")
    pattern = file.array(f"{file.text('general.architecture')}.{_PATTERN}")
    kinds = (BOOL, 4, I32)
    return bool(pattern and layers and pattern.type in kinds and pattern.count == layers.value)


def read_settings(cursor: Cursor, file: Gguf, architecture: str, tokens: int) -> Settings:
    """Raises ModelError where one is missing or they contradict each other."""

    def number(name: str, default: int | None = None) -> int:
        entry = file.entries.get(f"{architecture}.{name}")
        value = default if entry is None else entry.value
        if not isinstance(value, int):
            raise cursor.wrong(f"lacks the setting {name}")
        return value

    layers, _, embedding, feed_forward = (number(name) for name in _REQUIRED)
    heads = number("attention.head_count")
    heads_kv = number("attention.head_count_kv", heads)
    own = embedding // heads
    key, value = number("attention.key_length", own), number("attention.value_length", own)
    rope = number("rope.dimension_count", key)
    if f"{architecture}.attention.layer_norm_rms_epsilon" not in file.entries:
        raise cursor.wrong("lacks the setting attention.layer_norm_rms_epsilon")
    if heads % heads_kv:
        raise cursor.wrong(f"has {heads} heads of attention on {heads_kv} of keys")
    partly = architecture == "phi3"
    if key < 2 or key % 2 or key != value or rope % 2 or rope > key or (rope != key and not partly):
        raise cursor.wrong(f"has heads of width {key}, {value} and {rope}, which do not fit")
    if partly and heads * key != embedding:
        raise cursor.wrong(f"has {heads} heads of width {key}, which do not fit {embedding}")
    if number("vocab_size", tokens) != tokens:
        raise cursor.wrong(f"has {tokens} tokens and speaks of {number('vocab_size')}")
    return Settings(
        architecture, layers, embedding, feed_forward, heads, heads_kv, key, value, rope, tokens
    )
