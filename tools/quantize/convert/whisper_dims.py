"""The sizes of a Whisper model, as a source claims them: only what whisper.cpp can load."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields

from assistant.errors import ModelError
from models.whisper_checkpoint import Dimensions, tensor_shapes

ENGLISH, MULTILINGUAL = 51_864, (51_865, 51_866)
"""whisper.cpp takes the numbers of the special tokens from these, large-v3's being the last."""
_LARGEST = {
    "n_audio_ctx": 1500,
    "n_audio_state": 4096,
    "n_audio_head": 128,
    "n_audio_layer": 128,
    "n_text_ctx": 448,
    "n_text_state": 4096,
    "n_text_head": 128,
    "n_text_layer": 128,
}
"""Whisper large is 1280 wide, of 20 heads and 32 layers."""
_MELS = (80, 128)


def checked(dims: Mapping[str, object], source: str) -> Dimensions:
    """The dimensions in `dims` (OpenAI's names).

    Raises ModelError if a number is missing, impossible, or nothing that whisper.cpp can load.
    """
    numbers = {field.name: _number(dims, field.name, source) for field in fields(Dimensions)}
    found = Dimensions(**numbers)
    if found.n_vocab not in (ENGLISH, *MULTILINGUAL):
        raise _wrong(
            source,
            f"has a vocabulary of {found.n_vocab} tokens, and whisper.cpp knows only Whisper's own"
            f" ({ENGLISH} English, {MULTILINGUAL[0]} or {MULTILINGUAL[1]} multilingual)",
        )
    if found.n_mels not in _MELS:
        raise _wrong(source, f"has {found.n_mels} mel bands instead of 80 or 128")
    if found.n_audio_state != found.n_text_state:
        raise _wrong(source, "has an encoder and a decoder of different width")
    if found.n_audio_state % found.n_audio_head or found.n_text_state % found.n_text_head:
        raise _wrong(source, "has a width that is no multiple of its heads")
    return found


def _number(dims: Mapping[str, object], name: str, source: str) -> int:
    value = dims.get(name)
    if type(value) is not int or not 1 <= value <= _LARGEST.get(name, 1 << 20):
        raise _wrong(source, f"does not give a usable number for {name}")
    return value


def check_names(
    dims: Dimensions, source: str, names: Collection[str], called: Callable[[str], str] = str
) -> None:
    """Raises ModelError unless a source with tensors of these `names` has those of a Whisper model
    and no others; `called` is how it calls what OpenAI calls so."""
    wanted = {called(name): None for name in tensor_shapes(dims)}
    for name in wanted:
        if name not in names:
            raise _wrong(source, f"lacks the tensor '{name}'")
    for name in names:
        if name not in wanted:
            raise _wrong(source, f"has the tensor '{str(name)[:80]}', which Whisper has not")


def _wrong(source: str, what: str) -> ModelError:
    return ModelError(f"{source} {what}: take a Whisper model in its original form.")
