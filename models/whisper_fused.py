"""Whisper as CTranslate2 stores it: projections that read the same input fused into one tensor."""

import re
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from models.whisper_checkpoint import Checkpoint
from models.whisper_ctranslate2 import CTranslate2Model
from models.whisper_network import Dimensions

_Share = tuple[str, int, int]
"""Fused layer, which share, of how many."""

_ATTENTION: dict[str, _Share] = {
    "attn.query": ("self_attention/linear_0", 0, 3),
    "attn.key": ("self_attention/linear_0", 1, 3),
    "attn.value": ("self_attention/linear_0", 2, 3),
    "attn.out": ("self_attention/linear_1", 0, 1),
    "cross_attn.query": ("attention/linear_0", 0, 1),
    "cross_attn.key": ("attention/linear_1", 0, 2),
    "cross_attn.value": ("attention/linear_1", 1, 2),
    "cross_attn.out": ("attention/linear_2", 0, 1),
}
_LINEAR = {"mlp.0": "ffn/linear_0", "mlp.2": "ffn/linear_1"}
_NORMS = {
    "mlp_ln": "ffn/layer_norm",
    "attn_ln": "self_attention/layer_norm",
    "cross_attn_ln": "attention/layer_norm",
}
_PLACES = {
    "decoder.positional_embedding": "decoder/position_encodings/encodings",
    "encoder.positional_embedding": "encoder/position_encodings/encodings",
    "decoder.token_embedding.weight": "decoder/embeddings/weight",
    "decoder.ln.weight": "decoder/layer_norm/gamma",
    "decoder.ln.bias": "decoder/layer_norm/beta",
    "encoder.ln_post.weight": "encoder/layer_norm/gamma",
    "encoder.ln_post.bias": "encoder/layer_norm/beta",
    "encoder.conv1.weight": "encoder/conv1/weight",
    "encoder.conv1.bias": "encoder/conv1/bias",
    "encoder.conv2.weight": "encoder/conv2/weight",
    "encoder.conv2.bias": "encoder/conv2/bias",
}
_IN_BLOCK = re.compile(r"(encoder|decoder)\.blocks\.(\d+)\.(.+)\.(weight|bias)")


def fused_checkpoint(model: CTranslate2Model) -> Checkpoint:
    """`model` with its tensors taken apart. Raises ModelError if what tells its size is missing."""
    return Checkpoint(model.name, _dimensions(model), _loader(model))


def _loader(model: CTranslate2Model) -> Callable[[str], NDArray[Any]]:
    def load(name: str) -> NDArray[Any]:
        source, index, shares = _place(name)
        fused = model.tensor(source)
        if fused.dtype.kind != "f":
            raise model.damaged(f"has '{source}' as {fused.dtype} instead of floats")
        if fused.ndim == 0 or fused.shape[0] % shares:
            raise model.damaged(f"has '{source}' of shape {fused.shape}")
        rows = fused.shape[0] // shares
        return fused[index * rows : (index + 1) * rows]

    return load


def _place(name: str) -> _Share:
    """Where CTranslate2 keeps the tensor that OpenAI calls `name`."""
    if name in _PLACES:
        return _PLACES[name], 0, 1
    match = _IN_BLOCK.fullmatch(name)
    if match is None:
        raise KeyError(name)
    part, layer, inner, kind = match.groups()
    block = f"{part}/layer_{layer}"
    if inner in _NORMS:
        return f"{block}/{_NORMS[inner]}/{'gamma' if kind == 'weight' else 'beta'}", 0, 1
    if inner in _LINEAR:
        return f"{block}/{_LINEAR[inner]}/{kind}", 0, 1
    source, index, shares = _ATTENTION[inner]
    return f"{block}/{source}/{kind}", index, shares


def _dimensions(model: CTranslate2Model) -> Dimensions:
    n_audio_state, n_mels, _ = _shape(model, "encoder/conv1/weight", 3)
    n_audio_ctx, _ = _shape(model, "encoder/position_encodings/encodings", 2)
    n_text_ctx, n_text_state = _shape(model, "decoder/position_encodings/encodings", 2)
    n_vocab, _ = _shape(model, "decoder/embeddings/weight", 2)
    return Dimensions(
        n_vocab=n_vocab,
        n_audio_ctx=n_audio_ctx,
        n_audio_state=n_audio_state,
        n_audio_head=model.scalar("encoder/num_heads"),
        n_audio_layer=_layers(model, "encoder"),
        n_text_ctx=n_text_ctx,
        n_text_state=n_text_state,
        n_text_head=model.scalar("decoder/num_heads"),
        n_text_layer=_layers(model, "decoder"),
        n_mels=n_mels,
    )


def _shape(model: CTranslate2Model, name: str, rank: int) -> tuple[int, ...]:
    shape = model.shape(name)
    if len(shape) != rank:
        raise model.damaged(f"has '{name}' of shape {shape}")
    return shape


def _layers(model: CTranslate2Model, part: str) -> int:
    """Number of transformer blocks; a gap in their numbering shows when one is loaded."""
    path = re.compile(rf"{part}/layer_(\d+)/")
    found = {match[1] for name in model.variables if (match := path.match(name))}
    if not found:
        raise model.damaged(f"has no layer in its {part}")
    return len(found)
