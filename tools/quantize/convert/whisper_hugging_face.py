"""Whisper as Hugging Face's transformers names it, distil-whisper and fine-tuned ones included."""

import re
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from models.whisper_checkpoint import Checkpoint
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.safetensors import INDEX, Stored, shards, stored
from tools.quantize.convert.whisper_dims import check_names, checked

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
_CONFIG = "config.json"


def open_hugging_face(path: Path) -> tuple[Checkpoint, list[Path]]:
    """The Whisper model in the folder `path`, and the files it was read from.

    Raises ModelError naming what is wrong, OSError if a file cannot be read.
    """
    folder = Folder(path)
    config = read_config(folder)
    dims = checked({to: config.get(key) for to, key in _DIMS.items()}, path.name)
    tensors = {name.removeprefix("model."): each for name, each in stored(folder).items()}
    _tie(tensors, path.name)
    check_names(dims, path.name, tensors, transformers_name)
    checkpoint = Checkpoint(path.name, dims, lambda name: tensors[transformers_name(name)].whole())
    read = [*shards(folder), *(path / name for name in (INDEX, _CONFIG))]
    return checkpoint, [file for file in read if file.is_file()]


def read_config(folder: Folder) -> dict[str, Any]:
    """config.json of a model that computes what whisper.cpp does. Raises ModelError otherwise."""
    config = folder.json(_CONFIG)
    if config is None:
        raise ModelError(
            f"{folder.path} has no config.json: name a folder as transformers saves a model"
            " (an adapter has to be merged into its model first)."
        )
    if config.get("model_type") != "whisper":
        raise ModelError(
            f"{folder.path.name} is a model of type '{str(config.get('model_type'))[:40]}', not"
            " 'whisper': name a Whisper model."
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
                f"{folder.path.name} has {key} = {str(config[key])[:40]}, and whisper.cpp computes"
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


def _tie(tensors: dict[str, Stored], source: str) -> None:
    """Whisper's output layer is its embedding of tokens; files have either name, or both."""
    head = tensors.pop(_HEAD, None)
    if head is None:
        return
    if not head.same(tensors.setdefault(_EMBEDDING, head)):
        raise ModelError(
            f"{source} has an output layer (proj_out) that differs from its embedding, which"
            " whisper.cpp cannot hold: train with the two tied."
        )
