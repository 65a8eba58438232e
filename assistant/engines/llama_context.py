"""One llama.cpp model and its context, through llama-cpp-python's ctypes layer.

The package's high-level class is not used: it keeps the logits of a whole batch in memory, cannot
stop inside a prompt, and would run the model file's own chat template.

The C side and `tokens` must agree about what the key-value cache holds: every change goes through
`evaluate` and `keep_prefix`, which put both right even after an abort.
"""

import ctypes
import logging
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import llama_cpp.llama_cpp as native
import numpy as np

from assistant.audio.types import Cancelled
from assistant.engines.llama_grammar import Candidates, GrammarRule, Logits
from assistant.engines.llama_vocabulary import LlamaVocabulary
from assistant.errors import ModelError, StageError
from assistant.llm import Grammar, LlmSettings

_log = logging.getLogger(__name__)

_BATCH = 128
"""Tokens a prompt is read in at a time: small, because the compute buffer grows with it."""
_ABORTED = 2
_PENALTY_WINDOW = 64
"""Tokens of the reply that the repetition penalty looks back on."""
_LOG_ERROR = 4
_errors: deque[str] = deque(maxlen=8)
_NO_ABORT = native.ggml_abort_callback()


@native.llama_log_callback  # type: ignore[untyped-decorator]
def _forward_log(level: int, text: bytes, _user: object) -> None:
    # llama.cpp reports hundreds of lines at load, and calls an abort that we asked for an error:
    # its errors are kept until we know that there is one.
    if level == _LOG_ERROR:
        _errors.append(text.decode("utf-8", "replace").rstrip())


def _log_failure() -> None:
    while _errors:
        _log.error("llama.cpp: %s", _errors.popleft())


BUILD = f"{llama_cpp.__version__} {native.llama_print_system_info().decode()}"
"""Which llama.cpp this is, and what it was compiled for."""


class LlamaContext(LlamaVocabulary):
    """A loaded model, the tokens in its cache, and a sampler."""

    def __init__(self, path: Path, settings: LlmSettings) -> None:
        """Raises ModelError if the file cannot be loaded."""
        native.llama_log_set(_forward_log, None)
        native.llama_backend_init()
        self._model = native.llama_model_load_from_file(str(path).encode(), _model_params())
        if not self._model:
            _log_failure()
            raise ModelError(
                f"The language model {path} is damaged or of an unknown kind; "
                "delete it and run `assistant models pull`."
            )
        self._context = native.llama_init_from_model(self._model, _context_params(settings))
        if not self._context:
            _log_failure()
            native.llama_model_free(self._model)
            raise ModelError(
                f"There is not enough memory for {path.name} with llm.context_tokens = "
                f"{settings.context_tokens}; choose a smaller model or context."
            )
        super().__init__(self._model)
        self._memory = native.llama_get_memory(self._context)
        self._sampler = _sampler(settings, self.vocabulary_size)
        self.tokens: list[int] = []
        """What the key-value cache holds."""

    @property
    def size(self) -> int:
        """Tokens that fit, prompt and reply together."""
        return int(native.llama_n_ctx(self._context))

    def keep_prefix(self, wanted: Sequence[int]) -> int:
        """Drop cached tokens from the first that differs from `wanted`; return how many stay.

        At most len(wanted) - 1 stay: the last token must be evaluated to give logits.
        """
        kept = 0
        for cached, token in zip(self.tokens, wanted[:-1], strict=False):
            if cached != token:
                break
            kept += 1
        self._trim(kept)
        return len(self.tokens)

    def evaluate(self, tokens: Sequence[int], cancelled: Cancelled) -> bool:
        """Append `tokens`; False if `cancelled` became true, then only a part is in the cache.

        Raises StageError if llama.cpp fails.
        """
        for start in range(0, len(tokens), _BATCH):
            if cancelled():
                return False
            if not self._decode(tokens[start : start + _BATCH], cancelled):
                return False
        return True

    def snapshot(self) -> bytes:
        """What the cache holds, for `restore`; about 23 kB a token for the default model."""
        size = native.llama_state_seq_get_size(self._context, 0)
        buffer = (ctypes.c_uint8 * size)()
        written = native.llama_state_seq_get_data(self._context, buffer, size, 0)
        return bytes(buffer[:written])

    def restore(self, state: bytes, tokens: Sequence[int]) -> bool:
        """Hold what `snapshot` gave while the cache held `tokens`. False, and an empty cache, if
        llama.cpp does not want it."""
        native.llama_memory_clear(self._memory, True)
        self.tokens.clear()
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not native.llama_state_seq_set_data(self._context, buffer, len(state), 0):
            native.llama_memory_clear(self._memory, True)
            _errors.clear()
            return False
        self.tokens.extend(tokens)
        return True

    def probability(self, tokens: Sequence[int]) -> float:
        """That one of `tokens` comes next, by the last evaluation: 0 to 1."""
        logits = self._logits().astype(np.float64)
        weights = np.exp(logits - logits.max())
        return float(weights[list(tokens)].sum() / weights.sum())

    def sample(self, rule: GrammarRule | None = None) -> int:
        """Choose the next token from the last evaluation's logits, among those that `rule` allows.

        The best of all is looked at first, alone: it is nearly always allowed, and to look at the
        whole vocabulary takes longer than to generate a token.
        """
        if rule is None:
            return int(native.llama_sampler_sample(self._sampler, self._context, -1))
        token = self._best()
        if not rule.allows(token):
            token = self._best(rule)
        native.llama_sampler_accept(self._sampler, token)
        rule.accept(token)
        return token

    def rule(self, grammar: Grammar) -> GrammarRule:
        """To be closed after the reply. Raises StageError if the grammar is none."""
        return GrammarRule(self._vocab, grammar)

    def reset_sampler(self) -> None:
        """Forget the reply so far: the repetition penalty begins anew."""
        native.llama_sampler_reset(self._sampler)

    @property
    def parameters(self) -> int:
        """How many weights the model has."""
        return int(native.llama_model_n_params(self._model))

    def use_threads(self, generate: int, prompt: int) -> None:
        """From the next evaluation on; counts as in the settings."""
        native.llama_set_n_threads(self._context, generate, prompt)

    def close(self) -> None:
        """Free everything; the object is of no use afterwards."""
        native.llama_sampler_free(self._sampler)
        native.llama_free(self._context)
        native.llama_model_free(self._model)

    def _logits(self) -> Logits:
        pointer = native.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(pointer, (self.vocabulary_size,))

    def _best(self, rule: GrammarRule | None = None) -> int:
        candidates = Candidates(np.arange(self.vocabulary_size), self._logits())
        if rule is not None:
            rule.apply(candidates)
        native.llama_sampler_apply(self._sampler, candidates.pointer)
        return candidates.selected

    def _decode(self, tokens: Sequence[int], cancelled: Cancelled) -> bool:
        buffer = (native.llama_token * len(tokens))(*tokens)
        # Asked after every operation of the graph. In a prompt batch, which takes long, that is
        # what stops it; for a single token the look before it is soon enough and costs nothing.
        single = len(tokens) == 1
        abort = _NO_ABORT if single else native.ggml_abort_callback(lambda _user: cancelled())
        native.llama_set_abort_callback(self._context, abort, None)
        batch = native.llama_batch_get_one(buffer, len(tokens))
        status = native.llama_decode(self._context, batch)
        native.llama_set_abort_callback(self._context, _NO_ABORT, None)
        if status == 0:
            self.tokens.extend(tokens)
            return True
        self._trim(len(self.tokens))
        if status == _ABORTED:
            _errors.clear()
            return False
        _log_failure()
        raise StageError(
            "llm", "decode", f"The language model failed with llama.cpp code {status}."
        )

    def _trim(self, length: int) -> None:
        """Cut the cache, and what we believe it holds, to `length` tokens."""
        if not native.llama_memory_seq_rm(self._memory, 0, length, -1):
            # Recurrent and hybrid models cannot forget a part: see LlamaCpp._read.
            native.llama_memory_clear(self._memory, False)
            length = 0
        del self.tokens[length:]


def _model_params() -> Any:
    params = native.llama_model_default_params()
    params.load_mode = native.LLAMA_LOAD_MODE_MMAP
    return params


def _context_params(settings: LlmSettings) -> Any:
    params = native.llama_context_default_params()
    params.n_ctx = settings.context_tokens
    params.n_batch = params.n_ubatch = _BATCH
    params.n_outputs_max = 1  # logits of the last token only
    params.n_threads = settings.threads
    params.n_threads_batch = settings.prompt_threads
    params.no_perf = True
    return params


def _sampler(settings: LlmSettings, vocabulary_size: int) -> Any:
    chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
    if settings.repeat_penalty != 1:
        penalties = native.llama_sampler_init_penalties(
            vocabulary_size, _PENALTY_WINDOW, settings.repeat_penalty, 0.0, 0.0
        )
        native.llama_sampler_chain_add(chain, penalties)
    native.llama_sampler_chain_add(chain, native.llama_sampler_init_greedy())
    return chain
