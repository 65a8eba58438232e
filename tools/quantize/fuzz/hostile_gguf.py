"""Language models whose settings, tokens or tensors are not what llama.cpp expects."""

import random

from models.headers.ggml_types import TYPES
from models.headers.gguf_settings import Settings
from tools.quantize.fuzz.numbers import NUMBERS, number
from tools.quantize.fuzz.tiny_gguf import (
    ARCHITECTURES,
    ARRAY,
    BOOL,
    F32,
    I32,
    STRING,
    U32,
    Typed,
    Weight,
    entries,
    settings,
    tensors,
    token_count,
    written,
)

_FORMS = {0: 8, 1: 8, 2: 16, 3: 16, 4: 32, 5: 32, 10: 64, 11: 64}
_EXTRA = (
    *("expert_count", "expert_used_count", "nextn_predict_layers", "pooling_type"),
    *("vocab_size", "attention.sliding_window", "attention.sliding_window_pattern"),
    *("rope.scaling.original_context_length", "attention.key_length_swa", "embedding_length_out"),
    *("expert_group_count", "attention.value_length", "rope.dimension_count", "context_length"),
    *("leading_dense_block_count", "ssm.state_size", "attention.shared_kv_layers"),
)
_EXTRA_FLOATS = (
    *("rope.scaling.factor", "rope.scale_linear", "rope.freq_base_swa", "attention.scale"),
    *("final_logit_softcapping", "attn_logit_softcapping", "rope.scaling.attn_factor"),
    *("rope.scaling.yarn_log_multiplier", "attention.layer_norm_epsilon", "rope.freq_base"),
)
_FLOATS = (0.0, -0.0, 1.0, -1.0, 1e-38, 1e30, float("inf"), float("nan"), 0.5, 100.0)
_TOKEN_KEYS = ("bos", "eos", "eot", "unknown", "padding", "seperator", "mask")


def hostile(rng: random.Random) -> bytes:
    """A file with up to three things that should not be so."""
    of = settings(rng.choice(list(ARCHITECTURES)))
    kinds = [0, 1, 2, 8, 30]
    if rng.random() < 0.5:  # still consistent, but of no usual shape
        of = _unusual(rng, of)
        rows = {of.embedding, of.feed_forward, of.heads * of.value}
        kinds = [kind for kind, each in TYPES.items() if not any(row % each.block for row in rows)]
    keys = entries(of, rng.choice(("gpt2", "llama")))
    found = tensors(of._replace(tokens=token_count(keys)), rng.choice(kinds))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        rng.choice((_setting, _setting, _extra, _extra, _token, _tensor))(rng, keys, found)
    if rng.random() > 0.1:
        return written(keys, found)
    alignment = rng.choice((1, 8, 32, 64, 4096))
    keys["general.alignment"] = Typed(U32, alignment)
    return written(keys, found, alignment, rng.choice((3, 2, 1, 4)))


def _unusual(rng: random.Random, of: Settings) -> Settings:
    """Settings that fit each other and are those of no model."""
    head = rng.choice((2, 4, 6, 16, 22, 64, 128, 256))
    kv = rng.choice((1, 2, 3))
    heads = kv * rng.choice((1, 2, 5))
    wide = rng.choice((1, 2, 32, 34, 64, 256, 512))
    if of.architecture == "phi3" or rng.random() < 0.6:
        wide = heads * head
    of = of._replace(heads=heads, heads_kv=kv, key=head, value=head, rope=head, embedding=wide)
    return of._replace(feed_forward=rng.choice((1, 32, 33, 256)), layers=rng.choice((1, 2, 5)))


def _setting(rng: random.Random, keys: dict[str, Typed], _: dict[str, Weight]) -> None:
    """Another value or type for a key that is there, or none."""
    key = rng.choice(list(keys))
    typed = keys[key]
    if rng.random() < 0.1:
        del keys[key]
    elif isinstance(typed.value, str):
        keys[key] = Typed(STRING, rng.choice(("", "llama", "plamo2", "\0", "gpt2", "x" * 5000)))
    elif isinstance(typed.value, int) and rng.random() < 0.7:
        kind = rng.choice((4, 4, 4, 5, 10, 2, 0))
        value = rng.choice(NUMBERS) & ((1 << _FORMS[kind]) - 1)
        signed = kind == I32 and value >> 31
        keys[key] = Typed(kind, value - (1 << 32) if signed else value)
    elif isinstance(typed.value, float):
        keys[key] = Typed(F32, rng.choice(_FLOATS))
    else:
        keys[key] = Typed(ARRAY, [number(rng, 32) for _ in range(rng.randint(0, 5))], I32)


def _extra(rng: random.Random, keys: dict[str, Typed], _: dict[str, Weight]) -> None:
    """A key more."""
    architecture = keys.get("general.architecture", Typed(STRING, "llama")).value
    match rng.randrange(6):
        case 0 | 1:
            value = rng.choice(NUMBERS) & 0xFFFFFFFF
            keys[f"{architecture}.{rng.choice(_EXTRA)}"] = Typed(U32, value)
        case 2:
            keys[f"{architecture}.{rng.choice(_EXTRA_FLOATS)}"] = Typed(F32, rng.choice(_FLOATS))
        case 3:
            kind = rng.choice(("none", "linear", "yarn", "longrope", "dynamic", ""))
            keys[f"{architecture}.rope.scaling.type"] = Typed(STRING, kind)
        case 4:
            token = f"tokenizer.ggml.{rng.choice(_TOKEN_KEYS)}_token_id"
            keys[token] = Typed(U32, rng.choice(NUMBERS) & 0xFFFFFFFF)
        case 5:
            flag = rng.choice(
                ("add_bos_token", "add_eos_token", "add_space_prefix", "add_sep_token")
            )
            keys[f"tokenizer.ggml.{flag}"] = Typed(BOOL, rng.choice((0, 1, 2)))


def _token(rng: random.Random, keys: dict[str, Typed], _: dict[str, Weight]) -> None:
    """Tokens, or what is known about them, of another number, type or spelling."""
    lists = [key for key, typed in keys.items() if isinstance(typed.value, list)]
    if not lists:
        return
    key = rng.choice(lists)
    typed = keys[key]
    assert isinstance(typed.value, list)
    items = list(typed.value)
    if not items:
        return
    at = rng.randrange(len(items))
    match rng.randrange(4):
        case 0:
            items.pop(at)
        case 1:
            items.append(items[at])
        case 2 if typed.items == STRING:
            items[at] = rng.choice(("", " ", "\0", "\n", "▁", "a b c", "<|im_end|>", "é" * 300))
        case 2:
            items[at] = rng.choice(_FLOATS) if typed.items == F32 else number(rng, 32)
        case _:
            items = items[: rng.choice((0, 1, 2))]
    keys[key] = Typed(ARRAY, items, typed.items)


def _tensor(rng: random.Random, _: dict[str, Typed], found: dict[str, Weight]) -> None:
    """A tensor of another name, shape, type or place."""
    name = rng.choice(list(found) or ["none"])
    weight = found.get(name, Weight((1,)))
    match rng.randrange(5):
        case 0:
            found.pop(name, None)
        case 1:
            sizes = list(weight.dimensions)
            sizes[rng.randrange(len(sizes))] = rng.choice(NUMBERS) & (2**64 - 1)
            found[name] = weight._replace(dimensions=tuple(sizes))
        case 2:
            found[name] = weight._replace(type=rng.choice((*range(43), 2**31)))
        case 3:
            found[name] = weight._replace(offset=rng.choice(NUMBERS) & (2**64 - 1))
        case 4:
            new = rng.choice(("output.weight", "rope_freqs.weight", "x", "blk.9.attn_q.weight"))
            found[new] = weight
