"""The tokenizer of a GGUF file, as llama.cpp runs it: text to tokens and back."""

import ctypes
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as native

from assistant.errors import ModelError, StageError

_log = logging.getLogger(__name__)
_LOG_ERROR = 4
_LONGEST_PIECE = 4096
"""Bytes; a token is seldom longer than a long word."""


@native.llama_log_callback  # type: ignore[untyped-decorator]
def _forward_errors(level: int, text: bytes, _user: object) -> None:
    if level == _LOG_ERROR:
        _log.error("llama.cpp: %s", text.decode("utf-8", "replace").rstrip())


class LlamaVocabulary:
    """The tokens of a model that llama.cpp has loaded."""

    def __init__(self, model: Any) -> None:
        """`model`: llama_model, to be freed by whoever loaded it."""
        self._vocab = native.llama_model_get_vocab(model)
        self._piece = ctypes.create_string_buffer(_LONGEST_PIECE)

    @property
    def vocabulary_size(self) -> int:
        return int(native.llama_vocab_n_tokens(self._vocab))

    def vocabulary_digest(self) -> str:
        """The same for models whose tokens are the same, in the same order."""
        digest = hashlib.sha256()
        for token in range(self.vocabulary_size):
            digest.update((native.llama_vocab_get_text(self._vocab, token) or b"") + b"\0")
        return digest.hexdigest()

    def tokenize(self, text: str, *, markup: bool = False, begin: bool = False) -> list[int]:
        """Token ids. Special tokens are recognised only in `markup`; elsewhere their spelling is
        ordinary text. `begin`: with the begin-of-text token if the model wants one.

        Raises StageError if llama.cpp fails.
        """
        data = text.encode()
        buffer = (native.llama_token * (len(data) + 8))()
        count = native.llama_tokenize(
            self._vocab, data, len(data), buffer, len(buffer), begin, markup
        )
        if count < 0:
            raise StageError("llm", "tokenize", "The text could not be split into tokens.")
        return list(buffer[:count])

    def has_token(self, text: str) -> bool:
        """Whether `text` is one token of this vocabulary."""
        return len(self.tokenize(text, markup=True)) == 1

    def spelling(self, token: int) -> bytes:
        """The token's UTF-8 bytes, possibly only part of a character; none of a special one."""
        count = native.llama_token_to_piece(
            self._vocab, token, self._piece, _LONGEST_PIECE, 0, False
        )
        return ctypes.string_at(self._piece, max(count, 0))

    @property
    def begin(self) -> int | None:
        """The begin-of-text token, if the model wants one."""
        if not native.llama_vocab_get_add_bos(self._vocab):
            return None
        return int(native.llama_vocab_bos(self._vocab))

    @property
    def end_of_turn(self) -> int:
        """The token after which a turn is over."""
        return int(native.llama_vocab_eot(self._vocab))

    def ends_turn(self, token: int) -> bool:
        """End of turn, or any other token that is markup: a model that opens a new turn by itself
        has finished its own."""
        return bool(
            native.llama_vocab_is_eog(self._vocab, token)
            or native.llama_vocab_is_control(self._vocab, token)
        )


@contextmanager
def open_vocabulary(path: Path) -> Iterator[LlamaVocabulary]:
    """That of a file; its weights are not read. Raises ModelError if llama.cpp does not take it."""
    native.llama_log_set(_forward_errors, None)
    native.llama_backend_init()
    params = native.llama_model_default_params()
    params.vocab_only = True
    model = native.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ModelError(
            f"llama.cpp cannot load the vocabulary of {path.name}: its log (-v) says why."
        )
    try:
        yield LlamaVocabulary(model)
    finally:
        native.llama_model_free(model)
