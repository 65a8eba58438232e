"""From a folder to a file: checked before, while and after it is written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from assistant.evaluate.extras import need
from models.progress import Observer, Progress, unobserved
from models.storage import explained, place
from tools.quantize import provenance
from tools.quantize.bundle import Bundle
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.llm import chat, config, tokenizer
from tools.quantize.convert.llm.check import check, installed_reference
from tools.quantize.convert.llm.numbers import Type
from tools.quantize.convert.llm.tensors import plan, rope_factors
from tools.quantize.convert.llm.writing import Content, write
from tools.quantize.convert.safetensors import INDEX, shards, stored

_MEANINGFUL = (
    "config.json",
    "README.md",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json",
    INDEX,
)


@dataclass(frozen=True, slots=True)
class Converted:
    """What there is to say about the file."""

    architecture: str
    tensors: int
    bytes: int
    tokens: int
    pre_tokenizer: str
    sentences: int
    """That llama.cpp reads as they were written."""
    chat: chat.Chat
    notes: tuple[str, ...]
    """Sentences that a person should read."""


def convert(
    source: Path, target: Path, type_: Type, *, force: bool, observe: Observer = unobserved
) -> Converted:
    """Write `target` (GGUF) and what it was made from beside it, or nothing.

    Raises InputError if `target` is there already and not to be replaced, and ModelError for a
    model that cannot be converted exactly.
    """
    need("gguf", "quantize")
    if target.exists() and not force:
        raise InputError(f"{target} is there already; use --force to replace it.")
    folder = Folder(source)
    content = _content(folder, type_)
    compared = chat.compare(content.vocabulary, content.special)
    with explained(target.parent), _beside(target) as fresh:
        _write(folder, content, fresh, observe)
        sentences = check(fresh, content.vocabulary, installed_reference(source))
        place(fresh, target)
    _account(folder, target, type_)
    return Converted(
        architecture=content.config.family.architecture,
        tensors=len(content.planned) + (content.rope_factors is not None),
        bytes=target.stat().st_size,
        tokens=len(content.vocabulary.tokens),
        pre_tokenizer=content.vocabulary.pre,
        sentences=sentences,
        chat=compared,
        notes=tuple(_notes(content, compared)),
    )


def _content(folder: Folder, type_: Type) -> Content:
    """All that is checked before anything is written."""
    network = config.read(folder.need_json("config.json"))
    planned = plan(network, stored(folder))
    vocabulary = tokenizer.vocabulary(folder, network.given.vocab_size)
    return Content(
        config=network,
        vocabulary=vocabulary,
        special=tokenizer.special(folder, vocabulary),
        planned=planned,
        rope_factors=rope_factors(network),
        type=type_,
    )


def _write(folder: Folder, content: Content, path: Path, observe: Observer) -> None:
    total = content.bytes
    write(folder, content, path, lambda done: observe(Progress("writing", done, total)))


def _notes(content: Content, compared: chat.Chat) -> Iterator[str]:
    given = content.config.given
    if compared.remark:
        yield compared.remark
    yield from content.vocabulary.notes
    window = given.sliding_window
    mistral = "MistralForCausalLM" in given.architectures
    if mistral and window is not None and window < content.config.context:
        yield (
            f"The model was trained to look back {window} tokens; llama.cpp lets it look back on "
            "everything, so keep conversations shorter than that."
        )


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A temporary file on the target's file system, gone at the end unless it was moved."""
    if not target.parent.is_dir():
        raise InputError(f"{target.parent} is no folder: create it, or choose another --out.")
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(descriptor)
    fresh = Path(name)
    try:
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def _account(folder: Folder, target: Path, type_: Type) -> None:
    names = [name for name in _MEANINGFUL if (folder.path / name).is_file()]
    names += [file.name for file in shards(folder)]
    provenance.write(
        target,
        sources=Bundle.of(folder.path, names).files,
        command="convert llm",
        settings={"type": type_},
        packages=("gguf", "numpy"),
    )
