"""Byte-level BPE: tokenizer.json, or vocab.json and merges.txt (GPT-2, SmolLM, Llama 3, Qwen)."""

from collections.abc import Iterator
from typing import Any

from tools.quantize.convert.folder import Folder, Json
from tools.quantize.convert.llm import pre_tokenizer
from tools.quantize.convert.llm.vocabulary import Token, Vocabulary, added_tokens, fill

_NEVER = (0xC0, 0xC1, *range(0xF5, 0x100))
"""Bytes that UTF-8 does not use."""


def byte_letters() -> list[str]:
    """The letter that stands for each byte in a byte-level vocabulary (GPT-2's table).

    What can be printed stands for itself; the others, in order, are letters from U+0100 on.
    """
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    moved = (byte for byte in range(256) if byte not in plain)
    letters = {byte: chr(byte) for byte in plain}
    letters |= {byte: chr(256 + index) for index, byte in enumerate(moved)}
    return [letters[byte] for byte in range(256)]


def vocabulary(folder: Folder, tokenizer: Json | None, size: int) -> Vocabulary:
    """`size`: rows of the embedding. `tokenizer`: tokenizer.json, if there is one.

    Raises ModelError where a part is missing, or llama.cpp would cut text otherwise.
    """
    if tokenizer is None:
        ids, merges = _old_files(folder)
        config = folder.json("tokenizer_config.json") or {}
        pre = pre_tokenizer.by_class(str(config.get("tokenizer_class", "")))
    else:
        model = tokenizer.get("model")
        if not isinstance(model, dict):
            raise folder.wrong("tokenizer.json", "has no model")
        ids, merges = _checked(folder, model.get("vocab")), merge_pairs(folder, model.get("merges"))
        ignores = bool(model.get("ignore_merges"))
        pre = pre_tokenizer.by_section(tokenizer.get("pre_tokenizer"), ignores)
    found = {id_: Token(text) for text, id_ in ids.items()}
    found |= {added.id: added.token for added in added_tokens(folder, tokenizer)}
    return Vocabulary(
        model="gpt2",
        pre=pre,
        tokens=fill(found, size),
        merges=[f"{_unspaced(left)} {_unspaced(right)}" for left, right in merges],
        notes=tuple(_gaps(ids)),
    )


def merge_pairs(folder: Folder, merges: Any) -> list[tuple[str, str]]:
    """Pairs of tokenizer.json: "a b", or since 2024 ["a", "b"]. Raises ModelError for others."""
    pairs = []
    for merge in merges if isinstance(merges, list) else ():
        parts = merge.split(" ") if isinstance(merge, str) else merge
        match parts:
            case [str(left), str(right)]:
                pairs.append((left, right))
            case _:
                raise folder.wrong(
                    "tokenizer.json", f"has a merge that is none ({str(merge)[:60]})"
                )
    if not pairs:
        raise folder.wrong("tokenizer.json", "has no merges")
    return pairs


def _gaps(ids: dict[str, int]) -> Iterator[str]:
    """Of SmolLM, for one, whose training text had no letters with such bytes."""
    letters = byte_letters()
    missing = [byte for byte in range(256) if letters[byte] not in ids and byte not in _NEVER]
    if missing:
        shown = ", ".join(f"{byte:02X}" for byte in missing)
        yield f"The model knows no token for some bytes of UTF-8 ({shown}) and does not read them."


def _old_files(folder: Folder) -> tuple[dict[str, int], list[tuple[str, str]]]:
    text = folder.text("merges.txt")
    if text is None:
        raise folder.wrong("tokenizer.json", "is missing")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#version")]
    pairs = [tuple(line.split(" ")) for line in lines]
    if not all(len(pair) == 2 for pair in pairs):
        raise folder.wrong("merges.txt", "has a line that is no pair")
    ids = _checked(folder, folder.need_json("vocab.json"))
    return ids, [(pair[0], pair[1]) for pair in pairs]


def _checked(folder: Folder, ids: Any) -> dict[str, int]:
    if not isinstance(ids, dict) or not all(type(id_) is int and id_ >= 0 for id_ in ids.values()):
        raise folder.wrong("the tokenizer", "has no vocabulary")
    if len(set(ids.values())) != len(ids):
        raise folder.wrong("the tokenizer", "has two tokens of one number")
    return ids


def _unspaced(part: str) -> str:
    """A space inside a merge is written as byte-level letters write it."""
    return part.replace(" ", "Ġ")
