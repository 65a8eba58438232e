"""Which kind of tokenizer a folder has, and its special tokens."""

from typing import Any

from assistant.errors import ModelError
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.llm import bpe, sentencepiece
from tools.quantize.convert.llm.vocabulary import Vocabulary

_MARKS = ("bos", "eos", "unk", "pad")
_BEYOND_A_SYNTAX_ERROR = (AttributeError, KeyError, TypeError, ValueError, IndexError)


def vocabulary(folder: Folder, size: int) -> Vocabulary:
    """`size`: rows of the embedding. Raises ModelError as its kinds do."""
    tokenizer = folder.json("tokenizer.json")
    if (folder.path / sentencepiece.FILE).is_file():
        return sentencepiece.from_model(folder, tokenizer, size)
    if tokenizer is not None and sentencepiece.is_byte_fallback(tokenizer):
        return sentencepiece.from_json(folder, tokenizer, size)
    return bpe.vocabulary(folder, tokenizer, size)


def special(folder: Folder, vocabulary: Vocabulary) -> Any:
    """Numbers of the special tokens, whether text begins with one, and the chat template: gguf's
    own reading of the folder (`SpecialVocab`), so that it is llama.cpp's.

    Raises ModelError where it cannot make sense of the folder.
    """
    import gguf

    try:
        found = gguf.SpecialVocab(folder.path, load_merges=False, n_vocab=len(vocabulary.tokens))
    except _BEYOND_A_SYNTAX_ERROR as error:
        raise ModelError(
            f"The special tokens of {folder.path.name} make no sense ({error}): "
            "fetch the model's folder again, whole."
        ) from error
    by_text = _by_config(folder)
    for mark, id_ in by_text.items():
        found.special_token_ids.setdefault(mark, id_)
    # Said in any case: llama.cpp assumes one for some names of pre-tokenizers, and Hugging Face's
    # tokenizers put one there only for SentencePiece unless they are told to.
    found.add_special_token.setdefault("bos", vocabulary.model == "llama")
    return found


def _by_config(folder: Folder) -> dict[str, int]:
    """Special tokens named in tokenizer_config.json, by the vocabulary, where there is no
    tokenizer.json to look them up in."""
    if folder.json("tokenizer.json") is not None:
        return {}
    config = folder.json("tokenizer_config.json") or {}
    ids: dict[str, Any] = dict(folder.json("vocab.json") or {})
    decoder = config.get("added_tokens_decoder")
    for id_, entry in (decoder if isinstance(decoder, dict) else {}).items():
        if isinstance(entry, dict) and id_.isdecimal():
            ids[str(entry.get("content"))] = int(id_)
    found = {}
    for mark in _MARKS:
        said = config.get(f"{mark}_token")
        text = said.get("content") if isinstance(said, dict) else said
        if isinstance(text, str) and isinstance(ids.get(text), int):
            found[mark] = ids[text]
    return found
