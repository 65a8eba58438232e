"""What llama.cpp makes of the tokens of a finished file."""

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from assistant.engines.llama_vocabulary import open_vocabulary
from assistant.errors import ModelError
from tools.quantize.convert.llm.sentences import SENTENCES
from tools.quantize.convert.llm.vocabulary import Type, Vocabulary

Tokenize = Callable[[str], list[int]]


def check(path: Path, vocabulary: Vocabulary, reference: Tokenize | None) -> int:
    """How many sentences come out as they went in, and as `reference` cuts them if there is one.

    Raises ModelError at the first that does not, or at a special token that is not found in markup.
    """
    with open_vocabulary(path) as loaded:
        for token in _special(vocabulary):
            ids = loaded.tokenize(token[1], markup=True)
            if ids != [token[0]]:
                raise _wrong(f"finds {ids} where the special token {token[1]!r} is {token[0]}")
        for sentence in SENTENCES:
            ids = loaded.tokenize(sentence)
            spelled = b"".join(map(loaded.spelling, ids)).decode("utf-8", "replace")
            if spelled != _prefixed(sentence, vocabulary):
                raise _wrong(f"reads {sentence!r} as {spelled!r}")
            if reference is not None and ids != (expected := reference(sentence)):
                raise _wrong(f"cuts {sentence!r} into {ids}, not {expected}")
    return len(SENTENCES)


def installed_reference(folder: Path) -> Tokenize | None:
    """Hugging Face's own tokenizer, if its package is installed and there is a tokenizer.json."""
    file = folder / "tokenizer.json"
    if find_spec("tokenizers") is None or not file.is_file():
        return None
    loaded = import_module("tokenizers").Tokenizer.from_file(str(file))
    return lambda text: list(loaded.encode(text, add_special_tokens=False).ids)


def _special(vocabulary: Vocabulary) -> Iterable[tuple[int, str]]:
    return (
        (id_, token.text)
        for id_, token in enumerate(vocabulary.tokens)
        if token.type == Type.CONTROL
    )


def _prefixed(sentence: str, vocabulary: Vocabulary) -> str:
    return f" {sentence}" if vocabulary.space_prefix and sentence else sentence


def _wrong(what: str) -> ModelError:
    return ModelError(
        f"With these tokens llama.cpp {what}, so the model would not read what it was trained on: "
        "choose a model of another family."
    )
