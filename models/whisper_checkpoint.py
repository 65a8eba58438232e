"""A Whisper model as OpenAI names and shapes its tensors, whatever file they lie in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


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


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tensors of one model; each is read when its turn comes."""

    source: str
    """The name of the file or folder, for errors."""
    dims: Dimensions
    tensor: Callable[[str], NDArray[Any]]
    """A tensor of floats by OpenAI's name; ModelError if there is none or it is no tensor of
    floats. The shape is for the caller to check."""


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
