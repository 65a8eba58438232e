"""Speech to text: whisper.cpp, one pass over an audio context no longer than needed.

The bindings' own `Model` is not used: what one call sets stays set for the next, and it hides the
tokens' probabilities and times, by which a bad pass is recognised.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import _pywhispercpp as native
import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import RATE, Cancelled, Pcm
from assistant.engines import ModelPath
from assistant.engines.audio_context import FULL, positions
from assistant.engines.whisper_decode import Decode
from assistant.engines.whisper_text import without_loop
from assistant.errors import ConfigError, ModelError, StageError
from assistant.stt import SttSettings, Transcript

_log = logging.getLogger(__name__)

_SHORTEST = RATE // 10
"""Samples; whisper.cpp refuses less than 100 ms."""
_LOG_ERROR = 4
_one_log = threading.Lock()


class WhisperCpp:
    """A ggml Whisper model on the CPU. Not thread-safe."""

    def __init__(self, context: Any, settings: SttSettings) -> None:
        self._context = context
        self._settings = settings
        self._end_of_text: int = native.whisper_token_eot(context)

    @classmethod
    def load(cls, settings: SttSettings, model: ModelPath) -> "WhisperCpp":
        """Read the model and run it once over a second of silence, so that memory is allocated
        and warm.

        Raises ModelError if the file is missing or damaged, ConfigError for a language that the
        model does not know.
        """
        context = _open(model(settings.model))
        _check_language(context, settings)
        engine = cls(context, settings)
        # Not `transcribe`: silence is implausible speech, so it would be read at full context too.
        engine._decode(np.zeros(RATE, np.float32), positions(RATE))
        return engine

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        """Transcribe one utterance: int16, 16 kHz. A run that has begun is not stopped: asking
        during it would take Python's lock after every operation, and it is short.

        Raises StageError if whisper.cpp fails.
        """
        language = self._settings.language
        if cancelled() or len(pcm) < _SHORTEST:
            return Transcript("", language)
        audio, context = _floats(pcm), self._context_for(pcm)
        decode = self._decode(audio, context)
        doubted = context != FULL and decode.implausible(self._settings.reread_below)
        retried = doubted and not cancelled()
        if retried:
            decode = self._decode(audio, FULL)
        text, looped = without_loop(decode.speech)
        return Transcript(text, language, decode.confidence, retried, looped)

    def glimpse(self, pcm: Pcm, cancelled: Cancelled) -> str:
        """What an utterance that is not over seems to say, in one pass that can be given up: after
        the encoder, which is one step and most of the time, and after each token.

        Raises StageError if whisper.cpp fails.
        """
        if cancelled() or len(pcm) < _SHORTEST:
            return ""
        audio, context = _floats(pcm), self._context_for(pcm)
        params = self._params(audio, context)
        native.assign_abort_callback(params, cancelled)
        try:
            with _log_to(_no_failure_to_give_up):
                status = native.whisper_full(self._context, params, audio, len(audio))
        finally:
            native.clear_abort_callback(params)
        if cancelled():
            return ""
        decode = self._read(params, status)
        if decode.implausible(self._settings.reread_below):
            return ""
        return without_loop(decode.speech)[0]

    def close(self) -> None:
        """Free the model's memory."""
        native.whisper_free(self._context)

    def _context_for(self, pcm: Pcm) -> int:
        return positions(len(pcm)) if self._settings.context == "short" else FULL

    def _params(self, audio: NDArray[np.float32], context: int) -> Any:
        return _params(self._settings, len(audio) / RATE, 0 if context == FULL else context)

    def _decode(self, audio: NDArray[np.float32], context: int) -> Decode:
        params = self._params(audio, context)
        return self._read(params, native.whisper_full(self._context, params, audio, len(audio)))

    def _read(self, params: Any, status: int) -> Decode:
        """What a pass that ended with this status left in the context."""
        if status != 0:
            raise StageError("stt", "decode", "whisper.cpp failed to transcribe the recording.")
        tokens = [
            native.whisper_full_get_token_data(self._context, segment, index)
            for segment in range(native.whisper_full_n_segments(self._context))
            for index in range(native.whisper_full_n_tokens(self._context, segment))
        ]
        # Text comes first in Whisper's vocabulary, then end of text, languages and timestamps.
        spoken = [token.plog for token in tokens if token.id < self._end_of_text]
        return Decode(self._text(), spoken, capped=len(tokens) >= params.max_tokens)

    def _text(self) -> str:
        segments = range(native.whisper_full_n_segments(self._context))
        data = b"".join(native.whisper_full_get_segment_text(self._context, i) for i in segments)
        return data.decode("utf-8", "replace")


def _floats(pcm: Pcm) -> NDArray[np.float32]:
    return pcm.astype(np.float32) / np.float32(32768)


@contextmanager
def _log_to(tell: Callable[[int, str], None]) -> Iterator[None]:
    """whisper.cpp has one log for all models, which would be taken away from another thread."""
    with _one_log:
        native.whisper_log_set(tell)
        try:
            yield
        finally:
            # A Python function left there is called, or freed, when the interpreter is gone: a
            # crash.
            native.whisper_log_set(None)


def _no_failure_to_give_up(level: int, text: str) -> None:
    """A pass that was given up calls itself failed, on the standard error output."""
    if level == _LOG_ERROR and "failed to encode" not in text and "failed to decode" not in text:
        _log.error("whisper.cpp: %s", text.strip())


def _open(path: Path) -> Any:
    """The native context. whisper.cpp says what is wrong with a file only in its log."""
    errors: list[str] = []

    def remember(level: int, text: str) -> None:
        if level == _LOG_ERROR:
            errors.append(text.strip())

    if not path.is_file():
        raise ModelError(f"The Whisper model {path} is missing; run `assistant models pull`.")
    params = native.whisper_context_default_params()
    params.flash_attn = True
    with _log_to(remember):
        context = native.whisper_init_from_file_with_params(str(path), params)
    if errors:
        _log.error("whisper.cpp: %s", "; ".join(errors))
        raise ModelError(
            f"The Whisper model {path} is damaged; delete it and run `assistant models pull`."
        )
    return context


def _check_language(context: Any, settings: SttSettings) -> None:
    if settings.language == "en":
        return
    if native.whisper_lang_id(settings.language) < 0:
        raise ConfigError(
            f'stt.language = "{settings.language}" is no language of Whisper; '
            'use an ISO 639-1 code such as "en" or "de".'
        )
    if not native.whisper_is_multilingual(context):
        raise ConfigError(
            f'stt.language = "{settings.language}", but stt.model = "{settings.model}" '
            'knows English only; choose a multilingual one such as "whisper-base-q8_0".'
        )


def _params(settings: SttSettings, seconds: float, context: int) -> Any:
    """One greedy pass. Fallback passes at higher temperatures (the default) take up to six times
    as long, for text that is rarely better."""
    params = native.whisper_full_default_params(
        native.whisper_sampling_strategy.WHISPER_SAMPLING_GREEDY
    )
    params.greedy = {"best_of": 1}
    params.temperature_inc = 0.0
    params.language = settings.language
    if settings.prompt:
        params.initial_prompt = settings.prompt
    params.n_threads = settings.threads
    params.audio_ctx = context
    params.max_tokens = int(6 * seconds) + 12
    params.single_segment = True
    params.no_context = True
    params.suppress_nst = True
    params.no_timestamps = False  # they help the decoder to stop
    params.print_progress = False
    params.print_realtime = False
    params.print_timestamps = False
    return params
