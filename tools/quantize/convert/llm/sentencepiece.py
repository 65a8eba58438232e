"""SentencePiece's BPE: tokenizer.model, or what Hugging Face made of it (Llama 2, Gemma).

tokenizer.model is a Protocol Buffers message (sentencepiece_model.proto). ModelProto: 1 pieces,
2 trainer_spec, 3 normalizer_spec. Piece: 1 text, 2 score (float), 3 type (llama.cpp's numbers).
TrainerSpec: 3 model_type (1 unigram, 2 BPE). NormalizerSpec: 2 precompiled_charsmap,
3 add_dummy_prefix.
"""

import re
import struct
from typing import Any

from assistant.errors import ModelError
from models.protobuf import Value, fields, first, sized
from tools.quantize.convert.folder import Folder, Json
from tools.quantize.convert.llm.bpe import merge_pairs
from tools.quantize.convert.llm.vocabulary import Token, Type, Vocabulary, added_tokens, fill

FILE = "tokenizer.model"
_BPE = 2
_BYTE = re.compile("<0x([0-9A-F]{2})>")
_MOST_BYTES = 64 << 20


def from_model(folder: Folder, tokenizer: Json | None, size: int) -> Vocabulary:
    """From tokenizer.model; `size`: rows of the embedding.

    Raises ModelError if the file is damaged or of a kind that llama.cpp cuts otherwise.
    """
    path = folder.path / FILE
    if path.stat().st_size > _MOST_BYTES:
        raise folder.wrong(FILE, f"has more than {_MOST_BYTES >> 20} MB")
    try:
        message = list(fields(path.read_bytes()))
        pieces = [_piece(sized(value)) for number, value in message if number == 1]
        trainer, normalizer = _numbers(first(message, 2)), _numbers(first(message, 3))
    except ValueError as error:  # of which UnicodeDecodeError is one
        raise folder.wrong(FILE, f"is damaged ({error})") from error
    if trainer.get(3, 1) != _BPE:
        raise ModelError(
            f"{FILE} chooses among words by probability (unigram), which llama.cpp does only for "
            "other networks: choose a model of another family."
        )
    notes: tuple[str, ...] = ()
    if normalizer.get(2):
        notes = ("The tokenizer normalises characters; llama.cpp does not.",)
    prefix = _prefix(folder, bool(normalizer.get(3, 1)))
    return _vocabulary(folder, tokenizer, dict(enumerate(pieces)), size, prefix, notes)


def from_json(folder: Folder, tokenizer: Json, size: int) -> Vocabulary:
    """From tokenizer.json with byte fallback: a merge's place in the list is its score.

    SentencePiece merges the pair whose result has the highest score, and Hugging Face's list is in
    that order, so the first merge that gives a piece tells the piece's rank.
    """
    model: Any = tokenizer["model"]
    ids = model.get("vocab")
    if not isinstance(ids, dict) or not all(type(id_) is int and id_ >= 0 for id_ in ids.values()):
        raise folder.wrong("tokenizer.json", "has no vocabulary")
    ranks: dict[str, int] = {}
    for rank, (left, right) in enumerate(merge_pairs(folder, model.get("merges"))):
        ranks.setdefault(left + right, rank)
    found = {}
    for text, id_ in ids.items():
        kind = Type.BYTE if _BYTE.fullmatch(text) else Type.NORMAL
        kind = Type.UNKNOWN if text == model.get("unk_token") else kind
        # Letters, which no merge gives, are where merging begins: their score decides nothing.
        score = 0.0 if kind != Type.NORMAL else -float(ranks.get(text, len(ranks)))
        found[id_] = Token(text, kind, score)
    return _vocabulary(folder, tokenizer, found, size, _prefix(folder, _prepends(tokenizer)), ())


def is_byte_fallback(tokenizer: Json) -> bool:
    """Whether tokenizer.json was made from a SentencePiece model of the kind BPE."""
    match tokenizer.get("model"):
        case {"type": "BPE", "byte_fallback": True}:
            return True
    return False


def _vocabulary(
    folder: Folder,
    tokenizer: Json | None,
    found: dict[int, Token],
    size: int,
    prefix: bool,
    notes: tuple[str, ...],
) -> Vocabulary:
    bytes_ = {token.text for token in found.values() if token.type == Type.BYTE}
    if len(bytes_) < 256:
        raise ModelError(
            f"The vocabulary has no token for {256 - len(bytes_)} of the 256 bytes, so llama.cpp "
            "would fail at letters it does not know: choose a model of another family."
        )
    for added in added_tokens(folder, tokenizer):
        base = found.get(added.id)
        if base is None or base.type not in (Type.UNKNOWN, Type.BYTE):
            found[added.id] = added.token
    return Vocabulary("llama", "default", fill(found, size), [], prefix, notes)


def _piece(message: bytes) -> Token:
    text, score, kind = "", 0.0, Type.NORMAL
    for number, value in fields(message):
        match number, value:
            case 1, bytes():
                text = value.decode()
            case 2, bytes() if len(value) == 4:
                score = struct.unpack("<f", value)[0]
            case 3, int():
                kind = Type(value)
    return Token(text, kind, score)


def _numbers(message: bytes) -> dict[int, Value]:
    """The last value of each field, which is the one that counts."""
    return dict(fields(message))


def _prefix(folder: Folder, trained: bool) -> bool:
    """tokenizer_config.json may say otherwise than the model was trained."""
    said = (folder.json("tokenizer_config.json") or {}).get("add_prefix_space")
    return said if isinstance(said, bool) else trained


def _prepends(tokenizer: Json) -> bool:
    """Whether text gets a "▁" in front: by the normaliser, or since 2024 by the pre-tokeniser."""
    parts: list[Any] = [tokenizer.get("normalizer"), tokenizer.get("pre_tokenizer")]
    for part in list(parts):
        if isinstance(part, dict):
            parts += part.get("normalizers") or part.get("pretokenizers") or []
    return any(
        isinstance(part, dict)
        and (
            part.get("type") == "Prepend"
            or (part.get("type") == "Metaspace" and part.get("prepend_scheme", "always") != "never")
        )
        for part in parts
    )
