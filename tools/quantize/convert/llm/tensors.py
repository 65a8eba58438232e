"""Which tensors a network of one family has, and what becomes of each.

Names are those of Hugging Face's modelling code and of llama.cpp; shapes are [rows, columns], as
they are stored (GGUF writes them the other way round).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from tools.quantize.convert.llm.config import Config
from tools.quantize.convert.safetensors import Floats, Stored

EMBEDDING = "model.embed_tokens.weight"
OUTPUT = "lm_head.weight"
_COMPUTED = ".rotary_emb.inv_freq"
"""A buffer that old checkpoints hold; it follows from the config."""


@dataclass(frozen=True, slots=True)
class Wanted:
    source: str
    target: str
    shape: tuple[int, ...]
    heads: int = 0
    """Of which each one's rows are interleaved: first half and second half, in turn; 0: none."""
    add: float = 0.0

    def order(self) -> NDArray[np.intp] | None:
        """The row to take for each row, where they move.

        Hugging Face turns row i with row i + d/2 of a head; llama.cpp row 2i with row 2i + 1.
        """
        if not self.heads:
            return None
        rows = np.arange(self.shape[0]).reshape(self.heads, 2, -1)
        return rows.swapaxes(1, 2).reshape(-1)


@dataclass(frozen=True, slots=True)
class Planned:
    """A tensor of the file to be written, and where its numbers lie."""

    wanted: Wanted
    stored: Stored


def plan(config: Config, stored: Mapping[str, Stored]) -> list[Planned]:
    """Every tensor of the network, in the order of the file.

    Raises ModelError naming tensors that are missing, of no use, or of another shape or type.
    """
    wanted = list(_wanted(config))
    spare = {name for name in stored if name.endswith(_COMPUTED)}
    if config.tied and OUTPUT in stored:
        _check_tied(stored)
        spare.add(OUTPUT)
    names = {each.source for each in wanted}
    _refuse_names("lacks", names - stored.keys())
    _refuse_names("has unknown", stored.keys() - names - spare)
    planned = [Planned(each, stored[each.source]) for each in wanted]
    for each in planned:
        _check(each)
    return planned


def rope_factors(config: Config) -> Floats | None:
    """[head_dim / 2]: by how much the network of Llama 3.1 and later slows each frequency down.

    Source: "rope_type": "llama3" of Hugging Face's transformers. None for other networks.
    """
    rope = config.rope
    if rope.rope_type != "llama3" or rope.factor is None:
        return None
    half = np.arange(0, config.head_dim, 2, dtype=np.float64) / config.head_dim
    turns = (rope.original_max_position_embeddings or 8192) / (2 * math.pi * config.theta**half)
    span = rope.high_freq_factor - rope.low_freq_factor
    if span <= 0:
        raise ModelError(
            "config.json gives a high_freq_factor that is not above low_freq_factor: "
            "fetch the model's folder again."
        )
    smooth = (turns - rope.low_freq_factor) / span
    between = 1 / ((1 - smooth) / rope.factor + smooth)
    slowed = np.where(turns < rope.low_freq_factor, rope.factor, between)
    return np.where(turns > rope.high_freq_factor, 1.0, slowed).astype(np.float32)


def _wanted(config: Config) -> Iterator[Wanted]:
    given = config.given
    hidden = given.hidden_size
    one = 1.0 if config.family.norms_from_one else 0.0
    yield Wanted(EMBEDDING, "token_embd.weight", (given.vocab_size, hidden))
    for layer in range(given.num_hidden_layers):
        yield from _layer(config, f"model.layers.{layer}", f"blk.{layer}", one)
    yield Wanted("model.norm.weight", "output_norm.weight", (hidden,), add=one)
    if not config.tied:
        yield Wanted(OUTPUT, "output.weight", (given.vocab_size, hidden))


def _layer(config: Config, old: str, new: str, one: float) -> Iterator[Wanted]:
    yield from _norms(config, old, new, one)
    yield from _attention(config, f"{old}.self_attn", f"{new}.attn", one)
    given = config.given
    up, down = (given.intermediate_size, given.hidden_size), (given.hidden_size,)
    for name, shape in (("gate", up), ("up", up), ("down", (*down, given.intermediate_size))):
        yield Wanted(f"{old}.mlp.{name}_proj.weight", f"{new}.ffn_{name}.weight", shape)
        if given.mlp_bias and config.family.interleaved:
            yield Wanted(f"{old}.mlp.{name}_proj.bias", f"{new}.ffn_{name}.bias", shape[:1])


def _norms(config: Config, old: str, new: str, one: float) -> Iterator[Wanted]:
    names = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
    if config.family.sandwich:
        names |= {
            "post_attention_layernorm": "post_attention_norm",
            "pre_feedforward_layernorm": "ffn_norm",
            "post_feedforward_layernorm": "post_ffw_norm",
        }
    for source, target in names.items():
        shape = (config.given.hidden_size,)
        yield Wanted(f"{old}.{source}.weight", f"{new}.{target}.weight", shape, add=one)


def _attention(config: Config, old: str, new: str, one: float) -> Iterator[Wanted]:
    given, kind = config.given, config.family
    wide, narrow = given.num_attention_heads, config.kv_heads
    for name, heads in (("q", wide), ("k", narrow), ("v", narrow)):
        turned = heads if kind.interleaved and name != "v" else 0
        rows = heads * config.head_dim
        source, target = f"{old}.{name}_proj", f"{new}_{name}"
        yield Wanted(f"{source}.weight", f"{target}.weight", (rows, given.hidden_size), turned)
        if kind.query_bias or (given.attention_bias and kind.interleaved):
            yield Wanted(f"{source}.bias", f"{target}.bias", (rows,), turned)
    out = (given.hidden_size, wide * config.head_dim)
    yield Wanted(f"{old}.o_proj.weight", f"{new}_output.weight", out)
    if given.attention_bias and kind.interleaved:
        yield Wanted(f"{old}.o_proj.bias", f"{new}_output.bias", out[:1])
    if kind.head_norms:
        for name in ("q", "k"):
            shape = (config.head_dim,)
            yield Wanted(f"{old}.{name}_norm.weight", f"{new}_{name}_norm.weight", shape, add=one)


def _check(planned: Planned) -> None:
    stored = planned.stored
    if stored.shape != planned.wanted.shape:
        raise ModelError(
            f"'{stored.name}' has the shape {list(stored.shape)} where config.json asks for "
            f"{list(planned.wanted.shape)}: the two are not of one model."
        )
    stored.check_floats()


def _check_tied(stored: Mapping[str, Stored]) -> None:
    """An output that the config calls the embedding has to be just that."""
    embedding = stored.get(EMBEDDING)
    if embedding is None or not stored[OUTPUT].same(embedding):
        raise ModelError(
            f"config.json ties the output to the embedding, but '{OUTPUT}' is another tensor: "
            "set tie_word_embeddings to what the model was trained with."
        )


def _refuse_names(what: str, names: set[str]) -> None:
    if names:
        first = ", ".join(sorted(names)[:3]) + (" ..." if len(names) > 3 else "")
        raise ModelError(
            f"The model {what} tensors for its config.json ({len(names)}: {first}): "
            "the two are not of one model, or of a network that is not known here."
        )
