"""A language model in a GGUF file: its settings, its tokens and its tensors fit each other.

llama.cpp builds its graph from the settings, and stops the process (GGML_ASSERT) or leaves an
array where they contradict each other. So only families whose settings are known here are let
through, with each setting in its bounds; a setting that is not known may be one that llama.cpp
trusts. Source: llama_model_base::load_hparams, llama_vocab::impl::load and src/models of llama.cpp.
"""

import re
from array import array
from itertools import pairwise
from math import isfinite

from models.cursor import Cursor
from models.headers.gguf import (
    F32,
    I32,
    STRING,
    Description,
    Entry,
    Gguf,
    read_container,
    strings,
)
from models.headers.gguf_settings import Settings, check_settings, read_settings
from models.headers.header import Detail, Header, Tensor, quantisation_of

ARCHITECTURES = ("llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "phi3", "smollm3")
_TOKENIZERS = ("llama", "gpt2")
"""SentencePiece with bytes to fall back on, and byte pairs."""
_GLOBAL = re.compile(r"(token_embd|output|output_norm|rope_freqs|rope_factors_(?:long|short))\.()")
_BLOCK = re.compile(r"blk\.(0|[1-9]\d{0,3})\.([a-z_]+)\.")


def gguf_header(cursor: Cursor) -> Header:
    """Check a language model in a GGUF file, from its start.

    Raises ModelError naming what is wrong.
    """
    file = read_container(cursor)
    architecture = _architecture(cursor, file)
    check_settings(cursor, file, architecture)
    tokens = _tokens(cursor, file)
    settings = read_settings(cursor, file, architecture, tokens)
    _check_tensors(cursor, file, settings)
    found = tuple(
        Tensor(each.name, each.dimensions[::-1], each.type.name, each.bytes)
        for each in file.tensors
    )
    return Header(
        format="gguf",
        architecture=architecture,
        quantisation=quantisation_of(found),
        bytes=len(cursor.data),
        tensors=found,
        details=_details(file, settings),
    )


def _architecture(cursor: Cursor, file: Gguf) -> str:
    architecture = file.text("general.architecture")
    if architecture is None:
        raise cursor.wrong("does not say which architecture it has")
    if file.text("general.type") not in (None, "model"):
        raise cursor.wrong(f"is no whole model but of the type {file.text('general.type')!r}")
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise cursor.wrong(f"has the architecture {architecture!r}, and only {known} are checked")
    if file.entries.get("split.count", Entry(2, 1)).value not in (0, 1):
        raise cursor.wrong("is one part of several", "merge them (`llama-gguf-split --merge`)")
    return architecture


def _tokens(cursor: Cursor, file: Gguf) -> int:
    """How many tokens there are. Every list about them has their number and its type."""
    model = file.text("tokenizer.ggml.model")
    if model not in _TOKENIZERS:
        raise cursor.wrong(f"has the tokenizer {model!r}, and only llama and gpt2 are checked")
    tokens = file.array("tokenizer.ggml.tokens")
    if tokens is None or tokens.type != STRING or not tokens.count:
        raise cursor.wrong("has no list of tokens")
    words: set[bytes] = set()
    for index, word in enumerate(strings(cursor, tokens)):
        words.add(word or b"[EMPTY_%d]" % index)  # as llama.cpp calls them
    if len(words) != tokens.count:
        raise cursor.wrong("has a token twice")
    if model == "llama" and not all(b"<0x%02X>" % byte in words for byte in range(256)):
        raise cursor.wrong("lacks tokens for single bytes")
    lists = {"scores": F32, "token_type": I32}
    for name, kind in lists.items():
        entry = file.entries.get(f"tokenizer.ggml.{name}")
        found = file.array(f"tokenizer.ggml.{name}")
        if entry and not (found and found.type == kind and found.count == tokens.count):
            raise cursor.wrong(f"has a list of {name} that does not fit its {tokens.count} tokens")
    scores = file.array("tokenizer.ggml.scores")
    if scores and not all(map(isfinite, array("f", cursor.data[scores.start : scores.end]))):
        raise cursor.wrong("has a token whose score is no number")
    if model == "gpt2":
        merges = file.array("tokenizer.ggml.merges")
        if merges is None or merges.type != STRING:
            raise cursor.wrong("has no list of merges")
    return tokens.count


def _check_tensors(cursor: Cursor, file: Gguf, settings: Settings) -> None:
    """Each is one of the architecture's and has its shape; all blocks have the same ones."""
    shapes = settings.shapes()
    blocks: dict[int, set[str]] = {index: set() for index in range(settings.layers)}
    for tensor in file.tensors:
        block = _BLOCK.match(tensor.name)
        match = block or _GLOBAL.match(tensor.name)
        name = (match[2] or match[1]) if match else ""
        part = tensor.name[match.end() :] if match else ""
        if name not in shapes or part not in ("weight", "bias"):
            raise cursor.wrong(
                f"has the tensor {tensor.name}, which no {settings.architecture} model has"
            )
        if block:
            if int(block[1]) not in blocks:
                raise cursor.wrong(f"has the tensor {tensor.name} and {settings.layers} layers")
            blocks[int(block[1])].add(f"{name}.{part}")
        expected = shapes[name] if part == "weight" else shapes[name][-1:]
        _check_tensor(cursor, tensor, expected)
    for before, after in pairwise(blocks):
        if blocks[before] != blocks[after]:
            raise cursor.wrong(f"has other tensors in layer {after} than in layer {before}")
    if not blocks[0]:
        raise cursor.wrong("has layers without tensors")


def _check_tensor(cursor: Cursor, tensor: Description, expected: tuple[int, ...]) -> None:
    if tensor.dimensions != expected:
        raise cursor.wrong(
            f"has the tensor {tensor.name} of the shape {tensor.dimensions}, not {expected}"
        )
    if len(expected) == 1 and tensor.type.name != "F32":
        raise cursor.wrong(f"has the tensor {tensor.name} as {tensor.type.name}, not F32")


def _details(file: Gguf, settings: Settings) -> dict[str, Detail]:
    details: dict[str, Detail] = {}
    for name, key in (("name", "general.name"), ("licence", "general.license")):
        text = file.text(key)
        if text:
            details[name] = text[:100]
    context = file.entries[f"{settings.architecture}.context_length"].value
    tokenizer = (file.text("tokenizer.ggml.model"), file.text("tokenizer.ggml.pre"))
    return details | {
        "layers": settings.layers,
        "width": settings.embedding,
        "heads": f"{settings.heads} on {settings.heads_kv}",
        "context": context if isinstance(context, int) else 0,
        "tokens": settings.tokens,
        "tokenizer": " ".join(filter(None, tokenizer)),
        "chat template": file.text("tokenizer.chat_template") is not None,
        "GGUF version": file.version,
    }
