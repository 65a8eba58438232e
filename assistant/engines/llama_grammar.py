"""A grammar that holds a reply, and tokens to choose from, in llama.cpp's own form."""

import ctypes
from typing import Any

import llama_cpp.llama_cpp as native
import numpy as np
from numpy.typing import NDArray

from assistant.errors import StageError
from assistant.llm import Grammar

Logits = NDArray[np.float32]
_TOKEN_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""llama_token_data."""


class Candidates:
    """Tokens and how likely they are; samplers change them in place."""

    def __init__(self, ids: NDArray[np.int_], logits: Logits) -> None:
        self._data = np.zeros(len(ids), _TOKEN_DATA)
        self._data["id"], self._data["logit"] = ids, logits
        first = self._data.ctypes.data_as(ctypes.POINTER(native.llama_token_data))
        self._array = native.llama_token_data_array(first, len(ids), -1, False)

    @property
    def pointer(self) -> Any:
        return ctypes.byref(self._array)

    @property
    def selected(self) -> int:
        """The token that was chosen."""
        return int(self._array.data[self._array.selected].id)

    @property
    def allowed(self) -> bool:
        """Whether the first is still possible."""
        return float(self._array.data[0].logit) != -np.inf


class GrammarRule:
    """How far a reply has come in a grammar."""

    def __init__(self, vocab: Any, grammar: Grammar) -> None:
        """Raises StageError if llama.cpp cannot read the grammar."""
        self._sampler = native.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")
        if not self._sampler:
            raise StageError("llm", "grammar", "The grammar of a reply cannot be read.")

    def allows(self, token: int) -> bool:
        """Whether `token` may come next."""
        one = Candidates(np.array([token]), np.zeros(1, np.float32))
        self.apply(one)
        return one.allowed

    def apply(self, candidates: Candidates) -> None:
        """Make impossible what may not come next."""
        native.llama_sampler_apply(self._sampler, candidates.pointer)

    def accept(self, token: int) -> None:
        """`token`, which must be allowed, has come."""
        native.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        """Free it; the object is of no use afterwards."""
        native.llama_sampler_free(self._sampler)
