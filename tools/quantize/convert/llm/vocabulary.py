"""The tokens of a language model, as llama.cpp wants to have them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from assistant.errors import ModelError
from tools.quantize.convert.folder import Folder


class Type(IntEnum):
    """tokenizer.ggml.token_type"""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    type: Type = Type.NORMAL
    score: float = 0.0
    """Merges of the highest score come first; only SentencePiece has them."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    model: Literal["gpt2", "llama"]
    """Byte-level BPE with merges, or SentencePiece's BPE with scores."""
    pre: str
    tokens: list[Token]
    merges: list[str] = field(default_factory=list)
    """Pairs with a space between, first merged first."""
    space_prefix: bool = False
    """Text gets a space in front, as if a word came before."""
    notes: tuple[str, ...] = ()
    """Sentences about what llama.cpp does otherwise."""

    def is_special(self, text: str) -> bool:
        """Whether `text` is one token that markup may use."""
        return any(
            token.text == text and token.type in (Type.CONTROL, Type.USER_DEFINED)
            for token in self.tokens
        )


@dataclass(frozen=True, slots=True)
class Added:
    """A token beside the trained vocabulary."""

    id: int
    text: str
    special: bool

    @property
    def token(self) -> Token:
        if self.special or _looks_special(self.text):
            return Token(self.text, Type.CONTROL, -1000.0)
        # llama.cpp looks for these in text as it is, where a space is not yet "▁".
        return Token(self.text.replace("▁", " "), Type.USER_DEFINED, -1000.0)


def added_tokens(folder: Folder, tokenizer: dict[str, Any] | None) -> list[Added]:
    """Of tokenizer.json, or else of tokenizer_config.json and added_tokens.json.

    Raises ModelError where they are not as they should be.
    """
    return list(_added(folder, tokenizer))


def _added(folder: Folder, tokenizer: dict[str, Any] | None) -> Iterator[Added]:
    seen = set()
    for entry in (tokenizer or {}).get("added_tokens") or ():
        token = _parsed(folder, "tokenizer.json", entry)
        seen.add(token.id)
        yield token
    config = folder.json("tokenizer_config.json") or {}
    decoder = config.get("added_tokens_decoder")
    if isinstance(decoder, dict):
        for id_, entry in decoder.items():
            if isinstance(entry, dict) and id_.isdecimal() and int(id_) not in seen:
                seen.add(int(id_))
                yield _parsed(folder, "tokenizer_config.json", {**entry, "id": int(id_)})
    for text, id_ in (folder.json("added_tokens.json") or {}).items():
        if id_ not in seen:
            yield _parsed(folder, "added_tokens.json", {"id": id_, "content": text})


def _parsed(folder: Folder, name: str, entry: Any) -> Added:
    match entry:
        case {"id": int(id_), "content": str(text), **more} if id_ >= 0:
            return Added(id_, text, bool(more.get("special", False)))
    raise folder.wrong(name, f"has an added token that is none ({str(entry)[:60]})")


def fill(found: dict[int, Token], size: int) -> list[Token]:
    """`size` tokens by id; rows of the embedding that no token has are named [PADn].

    Raises ModelError for a token beyond them.
    """
    beyond = [token.text for id_, token in found.items() if id_ >= size]
    if beyond:
        raise ModelError(
            f"The tokenizer has {len(beyond)} tokens more than the embedding has rows ({size}; "
            f"the first is {beyond[0]!r}): the two are not of one model."
        )
    return [found.get(id_, Token(f"[PAD{id_}]", Type.UNUSED, -10000.0)) for id_ in range(size)]


def _looks_special(text: str) -> bool:
    """Some models do not mark as special what no text should ever mean."""
    return (
        text in ("<pad>", "<mask>", "<2mass>", "[@BOS@]")
        or (text.startswith("<|") and text.endswith("|>"))
        or (text.startswith("<unused") and text.endswith(">"))
    )
