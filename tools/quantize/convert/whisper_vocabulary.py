"""The text tokens of a Whisper model, from whatever file carries them.

There are two vocabularies: the English one, whose last token (50256) is `<|endoftext|>`, and the
multilingual one, where that comes after the last, which is empty. whisper.cpp's published files
have these 50,257 tokens each; it names those that follow itself.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from models.ggml_file import MAGIC, open_ggml
from models.whisper_network import ENGLISH
from models.whisper_vocabulary import VOCABULARY_TOKENS, read_vocabulary, unspelled

_IN_FOLDERS = ("vocab.json", "tokenizer.json", "vocabulary.json", "vocabulary.txt")
_ADDED = "added_tokens.json"
_END_OF_TEXT = b"<|endoftext|>"
_LARGEST_FILE = 64 << 20


def vocabulary_file(path: Path) -> Path | None:
    """The file that carries the vocabulary: `path` itself, or the first known one in the folder."""
    if not path.is_dir():
        return path
    return next((path / name for name in _IN_FOLDERS if (path / name).is_file()), None)


def vocabulary_of(path: Path) -> list[bytes]:
    """The text tokens in a ggml Whisper file, OpenAI's .tiktoken, Hugging Face's vocab.json or
    tokenizer.json, or CTranslate2's vocabulary.

    Raises ModelError if it is none of them or not whole, OSError if it cannot be read.
    """
    with path.open("rb") as file:
        is_ggml = file.read(4) == MAGIC
    if is_ggml:
        with open_ggml(path) as reader:
            tokens = list(reader.header().vocabulary)
    elif path.stat().st_size > _LARGEST_FILE:
        raise _unknown(path)
    elif path.suffix == ".tiktoken":
        tokens = _tiktoken(path)
    elif path.suffix == ".json":
        tokens = _json(path)
    else:
        tokens = read_vocabulary(path)
    if len(tokens) < VOCABULARY_TOKENS:
        raise ModelError(
            f"{path.name} has {len(tokens)} tokens where Whisper has {VOCABULARY_TOKENS}: name"
            " another vocabulary."
        )
    return tokens[:VOCABULARY_TOKENS]


def is_english(tokens: Sequence[bytes]) -> bool:
    return tokens[VOCABULARY_TOKENS - 1] == _END_OF_TEXT


def check_fits(tokens: Sequence[bytes], n_vocab: int, model: str, vocabulary: str) -> None:
    """Raises ModelError if one is English and the other multilingual."""
    kinds = {True: "English", False: "multilingual"}
    wanted, given = n_vocab == ENGLISH, is_english(tokens)
    if wanted != given:
        raise ModelError(
            f"{model} is {kinds[wanted]} ({n_vocab} tokens) and the vocabulary in {vocabulary} is"
            f" {kinds[given]}: name that of {'an' if wanted else 'a'} {kinds[wanted]} Whisper model"
            " with --vocabulary."
        )


def _unknown(path: Path) -> ModelError:
    return ModelError(
        f"{path.name} is no vocabulary of Whisper: name a .tiktoken, vocab.json or tokenizer.json"
        " file, or another Whisper model."
    )


def _tiktoken(path: Path) -> list[bytes]:
    """Lines of a token in Base64 and its rank; `<|endoftext|>` is not among them."""
    ranks: dict[int, bytes] = {}
    try:
        for line in path.read_bytes().splitlines():
            if line:
                token, rank = line.split()
                ranks[int(rank)] = base64.b64decode(token)
    except (ValueError, binascii.Error) as error:
        raise _unknown(path) from error
    if len(ranks) == VOCABULARY_TOKENS - 1:
        ranks[VOCABULARY_TOKENS - 1] = _END_OF_TEXT
    return _in_order(ranks)


def _json(path: Path) -> list[bytes]:
    try:
        found = json.loads(path.read_bytes())
        if isinstance(found, list):
            return read_vocabulary(path)
        spelled = _spelled(path, found)
        return _in_order({rank: unspelled(spelled[rank]) for rank in sorted(spelled)})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unknown(path) from error


def _spelled(path: Path, found: Any) -> dict[int, str]:
    """Text tokens by number, added ones included, as GPT-2 spells them."""
    tokens: Mapping[str, Any] = found
    added: dict[str, Any] = {}
    if "model" in found:  # tokenizer.json
        tokens = found["model"]["vocab"]
        added = {each["content"]: each["id"] for each in found["added_tokens"]}
    elif path.with_name(_ADDED).is_file():
        with path.with_name(_ADDED).open("rb") as file:
            added = json.loads(file.read(_LARGEST_FILE))
    together = {int(rank): token for token, rank in (*added.items(), *tokens.items())}
    return {rank: token for rank, token in together.items() if rank < VOCABULARY_TOKENS}


def _in_order(ranks: Mapping[int, bytes]) -> list[bytes]:
    """Up to the first number that is missing."""
    tokens: list[bytes] = []
    while len(tokens) in ranks:
        tokens.append(ranks[len(tokens)])
    return tokens
