"""The tokenizer of a GGUF file alone, as llama.cpp runs it; the weights are not read."""

import ctypes
import logging
from pathlib import Path
from types import TracebackType
from typing import Self

import llama_cpp.llama_cpp as native

from assistant.errors import ModelError

_log = logging.getLogger(__name__)
_LOG_ERROR = 4
_LONGEST_PIECE = 4096
"""Bytes; a token is seldom longer than a long word."""


@native.llama_log_callback  # type: ignore[untyped-decorator]
def _forward_errors(level: int, text: bytes, _user: object) -> None:
    if level == _LOG_ERROR:
        _log.error("llama.cpp: %s", text.decode("utf-8", "replace").rstrip())


class LlamaVocabulary:
    """To be closed, or used as a context manager."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError if llama.cpp does not take the file."""
        native.llama_log_set(_forward_errors, None)
        native.llama_backend_init()
        params = native.llama_model_default_params()
        params.vocab_only = True
        self._model = native.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise ModelError(
                f"llama.cpp cannot load the vocabulary of {path.name}: its log (-v) says why."
            )
        self._vocab = native.llama_model_get_vocab(self._model)

    def tokenize(self, text: str, markup: bool = False) -> list[int]:
        """Token ids, without a begin-of-text. Special tokens are recognised only in `markup`."""
        data = text.encode()
        buffer = (native.llama_token * (len(data) + 8))()
        count = native.llama_tokenize(
            self._vocab, data, len(data), buffer, len(buffer), False, markup
        )
        return list(buffer[: max(count, 0)])

    def spelling(self, tokens: list[int]) -> bytes:
        """The bytes that the tokens stand for, one after the other; nothing for special ones."""
        buffer = ctypes.create_string_buffer(_LONGEST_PIECE)
        spelled = bytearray()
        for token in tokens:
            count = native.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, False)
            spelled += buffer.raw[: max(count, 0)]
        return bytes(spelled)

    def close(self) -> None:
        native.llama_model_free(self._model)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
