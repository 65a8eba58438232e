"""From an open Whisper model to a ggml file of whisper.cpp."""

from collections.abc import Callable
from math import prod
from pathlib import Path

from assistant.errors import InputError, ModelError
from models.catalog import default_catalog
from models.progress import Sink
from models.store import Store
from models.whisper_ggml import write_ggml
from models.whisper_network import ENGLISH, tensor_shapes
from tools.quantize.convert.whisper_source import Source
from tools.quantize.convert.whisper_vocabulary import (
    check_fits,
    vocabulary_file,
    vocabulary_of,
)

Installed = Callable[[str], Path | None]
"""The main file of a catalog model by name; None if it is not there."""


def installed(name: str) -> Path | None:
    """In this machine's store."""
    store = Store()
    if name not in store.catalog.entries or store.catalog.entry(name).kind != "stt":
        return None
    entry = store.catalog.entry(name)
    return store.path(name) if store.is_installed(entry) else None


def find_vocabulary(source: Source, given: str | None = None, find: Installed = installed) -> Path:
    """The file with the vocabulary of `source`: the one `given` (a path or a catalog model), the
    one beside its weights, or that of an installed model of the same kind.

    Raises InputError if there is none.
    """
    if given is not None:
        path = vocabulary_file(Path(given)) if Path(given).exists() else find(given)
        if path is None:
            raise InputError(
                f"{given} is neither a file or folder with a vocabulary nor an installed Whisper"
                " model: name one."
            )
        return path
    beside = vocabulary_file(source.folder) if source.folder is not None else None
    if beside is not None:
        return beside
    english = source.checkpoint.dims.n_vocab == ENGLISH
    for name, entry in default_catalog().entries.items():
        alike = entry.kind == "stt" and (entry.languages == ("en",)) == english
        if alike and (path := find(name)) is not None:
            return path
    file, kind = ("gpt2", "an English") if english else ("multilingual", "a multilingual")
    raise InputError(
        f"{source.checkpoint.source} carries no vocabulary: name {file}.tiktoken of OpenAI's"
        f" package or {kind} Whisper model with --vocabulary."
    )


def convert(source: Source, vocabulary: Path, out: Sink) -> None:
    """Write `source` with the tokens in the file `vocabulary` as a float16 ggml file.

    Raises ModelError if they do not fit, or a tensor is not what a Whisper model has.
    """
    try:
        tokens = vocabulary_of(vocabulary)
    except OSError as error:
        raise ModelError(
            f"{vocabulary} cannot be read ({error.strerror}): name another with --vocabulary."
        ) from error
    dims = source.checkpoint.dims
    check_fits(tokens, dims.n_vocab, source.checkpoint.source, vocabulary.name)
    write_ggml(source.checkpoint, tokens, out)


def expected_bytes(source: Source) -> int:
    """About the size of the file that `convert` writes."""
    return 2 * sum(prod(shape) for shape in tensor_shapes(source.checkpoint.dims).values())
