"""The sizes of a Whisper model, and its tensors as OpenAI names and shapes them.

Source: whisper/model.py of openai/whisper, and what whisper.cpp accepts of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

ENGLISH = 51_864
VOCABULARIES = {ENGLISH: "English", 51_865: "99 languages", 51_866: "100 languages"}
"""By n_vocab: whisper.cpp derives the special tokens and the languages' names from it."""
_CONTEXTS = {"n_audio_ctx": 1500, "n_text_ctx": 448}
_LARGEST = {
    "n_vocab": 1 << 17,
    "n_audio_state": 4096,
    "n_audio_head": 64,
    "n_audio_layer": 64,
    "n_text_state": 4096,
    "n_text_head": 64,
    "n_text_layer": 64,
    "n_mels": 128,
    **_CONTEXTS,
}
"""Whisper large is 1280 wide, of 20 heads and 32 layers."""
_BANDS = (80, 128)


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What decides every shape: the fields of OpenAI's `dims`, in the order of a ggml header."""

    n_vocab: int
    n_audio_ctx: int
    n_audio_state: int
    n_audio_head: int
    n_audio_layer: int
    n_text_ctx: int
    n_text_state: int
    n_text_head: int
    n_text_layer: int
    n_mels: int

    def numbers(self) -> tuple[int, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)


def fault(dims: Dimensions) -> str:
    """What no Whisper model has, e.g. "has 64 mel bands instead of 80 or 128"; empty for none."""
    for name, most in _LARGEST.items():
        value = getattr(dims, name)
        if not 1 <= value <= most:
            return f"has {name} = {value}, which no Whisper model has"
    if dims.n_mels not in _BANDS:
        return f"has {dims.n_mels} mel bands instead of 80 or 128"
    if dims.n_text_state != dims.n_audio_state:
        return "has an encoder and a decoder of different width"
    for heads in (dims.n_audio_head, dims.n_text_head):
        if dims.n_audio_state % heads:
            return f"has a width of {dims.n_audio_state}, no multiple of its heads ({heads})"
    return ""


def misfit(dims: Dimensions) -> str:
    """What whisper.cpp cannot work with in sizes that have no `fault`; empty for none."""
    for name, only in _CONTEXTS.items():
        value = getattr(dims, name)
        if value != only:
            return f"has {name} = {value}, where whisper.cpp takes {only} for granted"
    if dims.n_vocab not in VOCABULARIES:
        english, *others = VOCABULARIES
        return (
            f"has a vocabulary of {dims.n_vocab} tokens, and whisper.cpp knows only Whisper's own"
            f" ({english} English, {' or '.join(map(str, others))} multilingual)"
        )
    return ""


def tensor_shapes(dims: Dimensions) -> dict[str, tuple[int, ...]]:
    """Every tensor of such a model, in the order of OpenAI's checkpoints."""
    return dict(_tensors(dims))


_Shapes = Iterator[tuple[str, tuple[int, ...]]]


def _tensors(dims: Dimensions) -> _Shapes:
    audio, text = dims.n_audio_state, dims.n_text_state
    yield "decoder.positional_embedding", (dims.n_text_ctx, text)
    yield "encoder.positional_embedding", (dims.n_audio_ctx, audio)
    yield "decoder.token_embedding.weight", (dims.n_vocab, text)
    for layer in range(dims.n_text_layer):
        yield from _block(f"decoder.blocks.{layer}", text)
        yield from _norm(f"decoder.blocks.{layer}.cross_attn_ln", text)
        yield from _attention(f"decoder.blocks.{layer}.cross_attn", text)
    yield from _norm("decoder.ln", text)
    for name, inputs in (("conv1", dims.n_mels), ("conv2", audio)):
        yield f"encoder.{name}.weight", (audio, inputs, 3)
        yield f"encoder.{name}.bias", (audio,)
    for layer in range(dims.n_audio_layer):
        yield from _block(f"encoder.blocks.{layer}", audio)
    yield from _norm("encoder.ln_post", audio)


def _block(name: str, state: int) -> _Shapes:
    """What the blocks of both halves have."""
    yield from _norm(f"{name}.mlp_ln", state)
    yield from _linear(f"{name}.mlp.0", 4 * state, state)
    yield from _linear(f"{name}.mlp.2", state, 4 * state)
    yield from _norm(f"{name}.attn_ln", state)
    yield from _attention(f"{name}.attn", state)


def _attention(name: str, state: int) -> _Shapes:
    yield from _linear(f"{name}.query", state, state)
    yield f"{name}.key.weight", (state, state)  # Whisper's key projection has no bias
    yield from _linear(f"{name}.value", state, state)
    yield from _linear(f"{name}.out", state, state)


def _linear(name: str, outputs: int, inputs: int) -> _Shapes:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _norm(name: str, state: int) -> _Shapes:
    yield f"{name}.weight", (state,)
    yield f"{name}.bias", (state,)
