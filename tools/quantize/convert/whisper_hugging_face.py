"""Whisper as Hugging Face's transformers names it, distil-whisper and fine-tuned ones included."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.whisper_checkpoint import Checkpoint
from tools.quantize.convert.whisper_dims import check_names, checked
from tools.quantize.convert.whisper_safetensors import open_folder

Load = Callable[[], NDArray[Any]]

_DIMS = {
    "n_vocab": "vocab_size",
    "n_audio_ctx": "max_source_positions",
    "n_audio_state": "d_model",
    "n_audio_head": "encoder_attention_heads",
    "n_audio_layer": "encoder_layers",
    "n_text_ctx": "max_target_positions",
    "n_text_state": "d_model",
    "n_text_head": "decoder_attention_heads",
    "n_text_layer": "decoder_layers",
    "n_mels": "num_mel_bins",
}
_WHOLE = {
    "decoder.positional_embedding": "decoder.embed_positions.weight",
    "encoder.positional_embedding": "encoder.embed_positions.weight",
    "decoder.token_embedding.weight": "decoder.embed_tokens.weight",
}
_INNER = {
    "mlp_ln": "final_layer_norm",
    "mlp.0": "fc1",
    "mlp.2": "fc2",
    "attn_ln": "self_attn_layer_norm",
    "attn.query": "self_attn.q_proj",
    "attn.key": "self_attn.k_proj",
    "attn.value": "self_attn.v_proj",
    "attn.out": "self_attn.out_proj",
    "cross_attn_ln": "encoder_attn_layer_norm",
    "cross_attn.query": "encoder_attn.q_proj",
    "cross_attn.key": "encoder_attn.k_proj",
    "cross_attn.value": "encoder_attn.v_proj",
    "cross_attn.out": "encoder_attn.out_proj",
}
_IN_BLOCK = re.compile(r"(encoder|decoder)\.blocks\.(\d+)\.(.+)\.(weight|bias)")
_HEAD = "proj_out.weight"
_EMBEDDING = "decoder.embed_tokens.weight"
_ROWS_AT_ONCE = 4096
_LARGEST_CONFIG = 1 << 20


def open_hugging_face(folder: Path) -> tuple[Checkpoint, list[Path]]:
    """The Whisper model in `folder`, and the files it was read from.

    Raises ModelError naming what is wrong, OSError if a file cannot be read.
    """
    config = read_config(folder / "config.json")
    dims = checked({to: config.get(key) for to, key in _DIMS.items()}, folder.name)
    stored, files = open_folder(folder)
    loaders = {name.removeprefix("model."): _named(load, name) for name, load in stored.items()}
    _tie(loaders, folder.name)
    check_names(dims, folder.name, loaders, transformers_name)
    checkpoint = Checkpoint(folder.name, dims, lambda name: loaders[transformers_name(name)]())
    return checkpoint, [*files, folder / "config.json"]


def read_config(path: Path) -> dict[str, Any]:
    """config.json of a model that computes what whisper.cpp does. Raises ModelError otherwise."""
    try:
        with path.open("rb") as file:
            config = json.loads(file.read(_LARGEST_CONFIG))
    except FileNotFoundError as error:
        raise ModelError(
            f"{path.parent} has no config.json: name a folder as transformers saves a model"
            " (an adapter has to be merged into its model first)."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path.name} is not JSON: fetch the model again.") from error
    if not isinstance(config, dict) or config.get("model_type") != "whisper":
        kind = config.get("model_type") if isinstance(config, dict) else None
        raise ModelError(
            f"{path.parent.name} is a model of type '{str(kind)[:40]}', not 'whisper': name a"
            " Whisper model."
        )
    width = config.get("d_model")
    needed = {
        "activation_function": "gelu",
        "scale_embedding": False,
        "encoder_ffn_dim": 4 * width if isinstance(width, int) else None,
        "decoder_ffn_dim": 4 * width if isinstance(width, int) else None,
    }
    for key, value in needed.items():
        if config.get(key, value) != value:
            raise ModelError(
                f"{path.parent.name} has {key} = {str(config[key])[:40]}, and whisper.cpp computes"
                f" with {value} only: name another Whisper model."
            )
    return config


def transformers_name(name: str) -> str:
    """How transformers calls the tensor that OpenAI calls `name`, without a leading "model."."""
    if name in _WHOLE:
        return _WHOLE[name]
    match = _IN_BLOCK.fullmatch(name)
    if match is not None:
        part, layer, inner, kind = match.groups()
        return f"{part}.layers.{layer}.{_INNER[inner]}.{kind}"
    return name.replace("decoder.ln.", "decoder.layer_norm.").replace(
        "encoder.ln_post.", "encoder.layer_norm."
    )


def _named(load: Callable[[str], NDArray[Any]], name: str) -> Load:
    return lambda: load(name)


def _tie(loaders: dict[str, Load], source: str) -> None:
    """Whisper's output layer is its embedding of tokens; files have either name, or both."""
    head = loaders.pop(_HEAD, None)
    if head is None:
        return
    if _EMBEDDING not in loaders:
        loaders[_EMBEDDING] = head
        return
    first, second = head(), loaders[_EMBEDDING]()
    same = first.shape == second.shape and all(
        np.array_equal(first[row : row + _ROWS_AT_ONCE], second[row : row + _ROWS_AT_ONCE])
        for row in range(0, len(first), _ROWS_AT_ONCE)
    )
    if not same:
        raise ModelError(
            f"{source} has an output layer (proj_out) that differs from its embedding, which"
            " whisper.cpp cannot hold: train with the two tied."
        )
