"""The sizes of a Whisper model, as a source claims them: only what whisper.cpp can load."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields

from assistant.errors import ModelError
from models.whisper_network import Dimensions, fault, misfit, tensor_shapes


def checked(dims: Mapping[str, object], source: str) -> Dimensions:
    """The dimensions in `dims` (OpenAI's names).

    Raises ModelError if a number is missing, impossible, or nothing that whisper.cpp can load.
    """
    numbers = {field.name: _number(dims, field.name, source) for field in fields(Dimensions)}
    found = Dimensions(**numbers)
    if wrong := fault(found) or misfit(found):
        raise _wrong(source, wrong)
    return found


def _number(dims: Mapping[str, object], name: str, source: str) -> int:
    value = dims.get(name)
    if type(value) is not int:
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
