"""Tiny language models as Hugging Face publishes them: random weights, real layouts.

Only numpy is needed to write one, so that the reference converter sees the same folder.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIXTURES = Path(__file__).parent / "fixtures"
BYTE_LEVEL = "byte_level.json"
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
HIDDEN, LAYERS, HEADS, HEAD_DIM, FEED_FORWARD, ROWS = 64, 2, 4, 16, 96, 512

_CUT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% endif %}"
)


def _byte_level(regex: bool) -> dict[str, Any]:
    return {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": False,
        "use_regex": regex,
    }


def _split(pattern: str, behaviour: str, invert: bool) -> dict[str, Any]:
    split = {
        "type": "Split",
        "pattern": {"Regex": pattern},
        "behavior": behaviour,
        "invert": invert,
    }
    return {"type": "Sequence", "pretokenizers": [split, _byte_level(False)]}


PRE_TOKENIZERS: dict[str, dict[str, Any]] = {
    "gpt-2": _byte_level(True),
    "smollm": {
        "type": "Sequence",
        "pretokenizers": [{"type": "Digits", "individual_digits": True}, _byte_level(True)],
    },
    "qwen2": _split(_CUT % "", "Isolated", False),
    "llama-bpe": _split(_CUT % "{1,3}", "Isolated", False),
    "smaug-bpe": _split(_CUT % "{1,3}", "Removed", True),
}


def byte_level(pre: str) -> dict[str, Any]:
    """tokenizer.json with the pre-tokenizer that llama.cpp calls `pre`."""
    model = json.loads((FIXTURES / BYTE_LEVEL).read_text())
    added = [
        {
            "id": model["vocab"][text],
            "content": text,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for text in SPECIAL
    ]
    kept = {"type": "BPE", "ignore_merges": pre == "llama-bpe", "byte_fallback": False, **model}
    return {
        "version": "1.0",
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": PRE_TOKENIZERS[pre],
        "post_processor": None,
        "decoder": _byte_level(True),
        "model": kept,
    }


def byte_fallback(name: str) -> dict[str, Any]:
    """tokenizer.json that Hugging Face makes of a SentencePiece model."""
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": id_, "content": text, "special": True, "normalized": False}
            | dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
            for id_, text in enumerate(("<unk>", "<s>", "</s>"))
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Prepend", "prepend": "▁"},
                {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
            ],
        },
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "BPE",
            "unk_token": "<unk>",
            "fuse_unk": True,
            "byte_fallback": True,
            **json.loads((FIXTURES / f"{name}.json").read_text()),
        },
    }


@dataclass(frozen=True)
class Toy:
    """What distinguishes one toy from another."""

    architecture: str
    tokenizer: str
    """A name of PRE_TOKENIZERS, or of a SentencePiece model among the fixtures."""
    config: dict[str, Any] = field(default_factory=dict)
    dtype: str = "F32"
    shards: int = 1
    seed: int = 1


_GEMMA = {"hidden_activation": "gelu_pytorch_tanh", "hidden_act": "gelu_pytorch_tanh"}
MODELS = {
    "smollm": Toy("LlamaForCausalLM", "smollm", {"tie_word_embeddings": True}, "BF16"),
    "llama2": Toy("LlamaForCausalLM", "llama2", shards=2),
    "llama3": Toy(
        "LlamaForCausalLM",
        "llama-bpe",
        {
            "rope_theta": 500000.0,
            "tie_word_embeddings": True,
            "rope_scaling": {
                "rope_type": "llama3",
                "factor": 32.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            },
        },
        "BF16",
    ),
    "mistral": Toy("MistralForCausalLM", "llama2", {"sliding_window": None}, "F16"),
    "qwen2": Toy("Qwen2ForCausalLM", "qwen2", {"tie_word_embeddings": True}, "BF16"),
    "qwen3": Toy("Qwen3ForCausalLM", "qwen2", {"head_dim": 32, "rope_theta": 1000000.0}),
    "gemma": Toy("GemmaForCausalLM", "gemma", _GEMMA | {"head_dim": 32}),
    "gemma2": Toy(
        "Gemma2ForCausalLM",
        "gemma",
        _GEMMA
        | {
            "head_dim": 32,
            "query_pre_attn_scalar": 32,
            "sliding_window": 8,
            "attn_logit_softcapping": 50.0,
            "final_logit_softcapping": 30.0,
        },
        "BF16",
    ),
    "gemma3": Toy(
        "Gemma3ForCausalLM",
        "gemma",
        _GEMMA
        | {
            "head_dim": 32,
            "query_pre_attn_scalar": 32,
            "num_hidden_layers": 7,
            "sliding_window": 8,
            "rope_theta": 1000000.0,
            "rope_local_base_freq": 10000.0,
        },
    ),
}


def config(toy: Toy) -> dict[str, Any]:
    """config.json"""
    kind = toy.architecture.removesuffix("ForCausalLM").lower()
    return {
        "architectures": [toy.architecture],
        "model_type": kind + ("_text" if kind == "gemma3" else ""),
        "hidden_size": HIDDEN,
        "intermediate_size": FEED_FORWARD,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": 2,
        "head_dim": HEAD_DIM,
        "vocab_size": ROWS,
        "max_position_embeddings": 256,
        "rms_norm_eps": 1e-5,
        "hidden_act": "silu",
        "rope_theta": 10000.0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "tie_word_embeddings": "Gemma" in toy.architecture,
        **toy.config,
    }


def tensors(toy: Toy) -> dict[str, NDArray[np.float32]]:
    """Random weights that the toy's own precision can hold, by Hugging Face's names."""
    random = np.random.RandomState(toy.seed)  # its stream never changes
    return {
        name: _rounded(random.standard_normal(shape).astype(np.float32) * scale, toy.dtype)
        for name, shape, scale in _shapes(toy)
    }


def _shapes(toy: Toy) -> Iterator[tuple[str, tuple[int, ...], float]]:
    given = config(toy)
    dim = given["head_dim"]
    yield "model.embed_tokens.weight", (ROWS, HIDDEN), 0.5
    yield "model.norm.weight", (HIDDEN,), 0.5
    if not given["tie_word_embeddings"]:
        yield "lm_head.weight", (ROWS, HIDDEN), 0.2
    for layer in range(given["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        norms = ["input_layernorm", "post_attention_layernorm"]
        if toy.architecture in ("Gemma2ForCausalLM", "Gemma3ForCausalLM"):
            norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
        for norm in norms:
            yield f"{name}.{norm}.weight", (HIDDEN,), 0.5
        yield from _attention_shapes(toy, f"{name}.self_attn", dim)
        wide, narrow = (FEED_FORWARD, HIDDEN), (HIDDEN, FEED_FORWARD)
        for part, shape in (("gate", wide), ("up", wide), ("down", narrow)):
            yield f"{name}.mlp.{part}_proj.weight", shape, 0.2
            if given.get("mlp_bias"):
                yield f"{name}.mlp.{part}_proj.bias", shape[:1], 0.2


def _attention_shapes(
    toy: Toy, name: str, dim: int
) -> Iterator[tuple[str, tuple[int, ...], float]]:
    everywhere = bool(toy.config.get("attention_bias"))
    for part, rows in (("q", HEADS * dim), ("k", 2 * dim), ("v", 2 * dim)):
        yield f"{name}.{part}_proj.weight", (rows, HIDDEN), 0.2
        if everywhere or toy.architecture == "Qwen2ForCausalLM":
            yield f"{name}.{part}_proj.bias", (rows,), 0.2
    yield f"{name}.o_proj.weight", (HIDDEN, HEADS * dim), 0.2
    if everywhere:
        yield f"{name}.o_proj.bias", (HIDDEN,), 0.2
    if toy.architecture in ("Qwen3ForCausalLM", "Gemma3ForCausalLM"):
        yield f"{name}.q_norm.weight", (dim,), 0.5
        yield f"{name}.k_norm.weight", (dim,), 0.5


def _rounded(values: NDArray[np.float32], dtype: str) -> NDArray[np.float32]:
    if dtype == "F16":
        return values.astype(np.float16).astype(np.float32)
    if dtype == "BF16":  # cut, not rounded: as good as any random number
        return (values.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)
    return values


def write(folder: Path, toy: Toy) -> None:
    """The whole folder."""
    folder.mkdir(parents=True, exist_ok=True)
    save_json(folder / "config.json", config(toy))
    (folder / "README.md").write_text("---\nlicense: apache-2.0\nlanguage:\n- en\n---\n# A toy\n")
    write_tensors(folder, tensors(toy), toy.dtype, toy.shards)
    write_tokenizer(folder, toy.tokenizer)


def write_tokenizer(folder: Path, name: str) -> None:
    """tokenizer.json or tokenizer.model, and tokenizer_config.json."""
    if name in PRE_TOKENIZERS:
        save_json(folder / "tokenizer.json", byte_level(name))
        save_json(
            folder / "tokenizer_config.json",
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "bos_token": "<|im_start|>",
                "eos_token": "<|im_end|>",
                "add_bos_token": False,
                "chat_template": CHATML,
            },
        )
        return
    (folder / "tokenizer.model").write_bytes((FIXTURES / f"{name}.model").read_bytes())
    settings: dict[str, Any] = {"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": True}
    if name == "gemma":
        added = {str(id_): text for id_, text in ((3, "<start_of_turn>"), (4, "<end_of_turn>"))}
        settings["added_tokens_decoder"] = {
            id_: {"content": text, "special": True} for id_, text in added.items()
        }
    save_json(folder / "tokenizer_config.json", settings)


def write_tensors(
    folder: Path, values: dict[str, NDArray[np.float32]], dtype: str, shards: int = 1
) -> None:
    """model.safetensors, or numbered files and their index."""
    names = sorted(values)
    if shards == 1:
        (folder / "model.safetensors").write_bytes(safetensors(values, dtype))
        return
    index: dict[str, str] = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = {name: values[name] for name in names[shard::shards]}
        (folder / file).write_bytes(safetensors(part, dtype))
        index |= dict.fromkeys(part, file)
    save_json(folder / "model.safetensors.index.json", {"metadata": {}, "weight_map": index})


def safetensors(values: dict[str, NDArray[np.float32]], dtype: str) -> bytes:
    """A whole file."""
    header, data = {}, bytearray()
    for name, value in values.items():
        start = len(data)
        data += {
            "F32": lambda v: v.tobytes(),
            "F16": lambda v: v.astype(np.float16).tobytes(),
            "BF16": lambda v: (v.view(np.uint32) >> 16).astype(np.uint16).tobytes(),
        }[dtype](np.ascontiguousarray(value))
        shape = list(value.shape)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def save_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
