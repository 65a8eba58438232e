"""What a recogniser hears of what a voice says: words that get lost are no matter of taste."""

from collections.abc import Sequence

import numpy as np

from assistant.audio.resample import resample
from assistant.audio.types import RATE, Pcm
from assistant.engines import load
from assistant.evaluate.extras import need
from assistant.evaluate.stats import bootstrap_ratio
from assistant.evaluate.text import Normalizer
from assistant.stt import SttSettings, Transcriber
from models.store import Store
from tools.quantize.measures.clock import Figures
from tools.quantize.measures.options import TtsOptions
from tools.quantize.measures.progress import watched

_QUIET = np.zeros(RATE // 4, np.int16)
"""Before and after each sentence, as there is around a request."""


def round_trip(spoken: Sequence[tuple[str, Pcm]], rate: int, options: TtsOptions) -> Figures:
    """Word error rate with its 95 % bootstrap interval over sentences. `spoken`: each sentence and
    its sound at `rate` hertz. ModelError if the recogniser is not installed."""
    settings = SttSettings(model=options.stt_model, language=options.language)
    transcriber: Transcriber = load("stt", settings, Store().path)
    words = Normalizer(options.language).words
    jiwer = need("jiwer")
    errors, counts = [], []
    for text, pcm in watched(spoken):
        heard = transcriber.transcribe(_padded(pcm, rate), lambda: False).text
        said = words(text)
        found = jiwer.process_words(" ".join(said), " ".join(words(heard)))
        errors.append(found.substitutions + found.deletions + found.insertions)
        counts.append(len(said))
    low, high = bootstrap_ratio(errors, counts, range(len(counts)))
    return {
        "round_trip_wer": sum(errors) / sum(counts) if sum(counts) else None,
        "round_trip_wer_low": low,
        "round_trip_wer_high": high,
    }


def _padded(pcm: Pcm, rate: int) -> Pcm:
    return np.concatenate([_QUIET, resample(pcm, rate, RATE), _QUIET])
