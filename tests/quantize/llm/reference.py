"""Llama, Qwen and Gemma in numpy, as Hugging Face's modelling code computes them: float32, one
sequence, no cache. Written from the architectures' definitions, to be read beside them.

Weights are [out, in] under Hugging Face's names; `x` is [tokens, hidden].
"""

from collections.abc import Mapping
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def logits(config: Mapping[str, Any], weights: Mapping[str, Floats], tokens: list[int]) -> Floats:
    """[tokens, vocabulary]"""
    gemma = "Gemma" in config["architectures"][0]
    x = weights["model.embed_tokens.weight"][tokens]
    if gemma:
        x = x * np.float32(sqrt(config["hidden_size"]))
    for layer in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{layer}."
        own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        x = _layer(config, own, x, layer)
    x = _norm(config, weights["model.norm.weight"], x)
    tied = config["tie_word_embeddings"]
    y = x @ weights["model.embed_tokens.weight" if tied else "lm_head.weight"].T
    cap = config.get("final_logit_softcapping")
    y = y if cap is None else cap * np.tanh(y / cap)
    return np.asarray(y, np.float32)


def _layer(config: Mapping[str, Any], own: Mapping[str, Floats], x: Floats, layer: int) -> Floats:
    def norm(name: str, y: Floats) -> Floats:
        return _norm(config, own[f"{name}.weight"], y)

    attended = _attention(config, own, norm("input_layernorm", x), layer)
    if "pre_feedforward_layernorm.weight" not in own:
        x = x + attended
        return x + _feed_forward(config, own, norm("post_attention_layernorm", x))
    x = x + norm("post_attention_layernorm", attended)
    fed = _feed_forward(config, own, norm("pre_feedforward_layernorm", x))
    y: Floats = x + norm("post_feedforward_layernorm", fed)
    return y


def _norm(config: Mapping[str, Any], weight: Floats, x: Floats) -> Floats:
    """Root mean square over the last axis; Gemma stores what is added to one."""
    scale = 1 / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + config["rms_norm_eps"])
    one = 1 if "Gemma" in config["architectures"][0] else 0
    return np.asarray(x * scale * (weight + one), np.float32)


def _feed_forward(config: Mapping[str, Any], own: Mapping[str, Floats], x: Floats) -> Floats:
    def project(name: str, y: Floats) -> Floats:
        bias = own.get(f"mlp.{name}_proj.bias", np.float32(0))
        return (y @ own[f"mlp.{name}_proj.weight"].T + bias).astype(np.float32)

    gate = project("gate", x)
    if config["hidden_act"] == "silu":
        gate = gate / (1 + np.exp(-gate))
    else:
        gate = 0.5 * gate * (1 + np.tanh(sqrt(2 / pi) * (gate + 0.044715 * gate**3)))
    return project("down", gate * project("up", x))


def _attention(
    config: Mapping[str, Any], own: Mapping[str, Floats], x: Floats, layer: int
) -> Floats:
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    dim, count = config["head_dim"], len(x)
    every = _windows(config)
    windowed = every > 0 and (layer + 1) % every != 0

    def project(name: str, heads: int) -> Floats:
        y = x @ own[f"self_attn.{name}_proj.weight"].T
        y = y + own.get(f"self_attn.{name}_proj.bias", np.float32(0))
        y = y.reshape(count, heads, dim)
        if f"self_attn.{name}_norm.weight" in own:
            y = _norm(config, own[f"self_attn.{name}_norm.weight"], y)
        return y if name == "v" else _turned(y, _frequencies(config, windowed and every == 6))

    q, k, v = project("q", heads), project("k", groups), project("v", groups)
    k, v = (np.repeat(each, heads // groups, axis=1) for each in (k, v))
    scores = np.einsum("qhd,khd->hqk", q, k) / sqrt(config.get("query_pre_attn_scalar", dim))
    cap = config.get("attn_logit_softcapping")
    scores = scores if cap is None else cap * np.tanh(scores / cap)
    back = np.arange(count)[:, None] - np.arange(count)[None, :]
    seen = (back >= 0) & (back < (config["sliding_window"] if windowed else count))
    scores = np.where(seen, scores, -np.inf)
    weight = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weight = weight / weight.sum(axis=-1, keepdims=True)
    mixed = np.einsum("hqk,khd->qhd", weight, v).reshape(count, heads * dim)
    y = mixed @ own["self_attn.o_proj.weight"].T
    bias = own.get("self_attn.o_proj.bias", np.float32(0))
    return np.asarray(y + bias, np.float32)


def _windows(config: Mapping[str, Any]) -> int:
    """One layer in so many sees everything; 0: all do."""
    return {"Gemma2ForCausalLM": 2, "Gemma3ForCausalLM": 6}.get(config["architectures"][0], 0)


def _frequencies(config: Mapping[str, Any], local: bool) -> NDArray[np.float64]:
    """[head_dim / 2] radians per token."""
    dim = config["head_dim"]
    theta = config["rope_local_base_freq"] if local else config["rope_theta"]
    frequencies: NDArray[np.float64] = theta ** -(np.arange(0, dim, 2) / dim)
    scaling = config.get("rope_scaling")
    if scaling is None or local:
        return frequencies
    if scaling["rope_type"] == "linear":
        return np.asarray(frequencies / scaling["factor"])
    # Llama 3.1: waves longer than the trained context are stretched, short ones kept, with a
    # smooth way from one to the other.
    slowed = []
    for frequency in frequencies:
        turns = scaling["original_max_position_embeddings"] * frequency / (2 * pi)
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        kept = min(max((turns - low) / (high - low), 0), 1)
        slowed.append(frequency * (kept + (1 - kept) / scaling["factor"]))
    return np.array(slowed)


def _turned(y: Floats, frequencies: NDArray[np.float64]) -> Floats:
    """Rotary embedding: value i of a head with value i + head_dim / 2."""
    angle = np.arange(len(y))[:, None, None] * frequencies
    cos, sin = np.cos(angle), np.sin(angle)
    a, b = np.split(y, 2, axis=-1)
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1).astype(np.float32)
