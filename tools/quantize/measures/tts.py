"""A voice: how far from the unquantised one, how well understood, how soon it speaks."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.audio.types import Pcm
from assistant.engines import onnx
from assistant.engines.noiseless import Noiseless
from assistant.errors import InputError, ModelError
from assistant.tts import Synthesizer, TtsSettings
from tools.quantize.job import Job, Roots
from tools.quantize.measures.clock import Figures, latencies, own_cpu_s, peak_rss_mib
from tools.quantize.measures.engine import loaded
from tools.quantize.measures.files import examined
from tools.quantize.measures.log_mel import distance, log_mel
from tools.quantize.measures.options import TtsOptions, parsed
from tools.quantize.measures.progress import part, watched
from tools.quantize.measures.round_trip import round_trip
from tools.quantize.measures.sections import section
from tools.quantize.measures.sentences import sentences_of
from tools.quantize.measures.staged_voice import staged

CLIPPED = 0.99
"""Full scale 1: from here on a sample counts as clipped."""
_SEED = 1
"""Of the noise with which the engine speaks: who listens hears the same each time."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence, and how long it took."""

    text: str
    pcm: Pcm
    """At the voice's rate."""
    first_s: float
    """Until its first chunk was there."""
    all_s: float


def tts(job: Job, roots: Roots) -> Figures:
    """Figures of a voice. first_chunk_p50_s, latency, real-time factor and what is heard are of the
    engine as the assistant uses it; distance and clipping of the whole voice without its noise."""
    options = parsed(TtsOptions, job.options)
    settings: TtsSettings = section("tts", job.settings, voice=job.name)
    texts = sentences_of(roots.data / job.data.main.name, options.limit)
    candidate = examined(job.model, roots.model)
    with part(0.0, 0.5):
        figures, spoken, rate = _engine(candidate, settings, texts)
    with part(0.5, 0.7):
        compared = _compared(candidate, _reference(job, roots), texts, settings)
    with part(0.7, 1.0):
        understood = round_trip([(one.text, one.pcm) for one in spoken], rate, options)
    return {**figures, **compared, **understood}


def _reference(job: Job, roots: Roots) -> Path | None:
    if job.reference is None or roots.reference is None:
        return None
    return examined(job.reference, roots.reference)


def _engine(
    candidate: Path, settings: TtsSettings, texts: Sequence[str]
) -> tuple[Figures, list[Spoken], int]:
    """Speak all sentences; memory and processor time are those of the engine alone."""
    onnx.seed(_SEED)
    with staged(candidate, settings.in_pieces) as voice:
        engine, load_s = loaded("tts", settings, lambda _: voice)
        spoken = [_speak(engine, text) for text in watched(texts)]
    seconds = sum(len(one.pcm) for one in spoken) / engine.rate
    if not seconds:
        raise ModelError(f"The voice {candidate} says nothing: it was damaged.")
    figures: Figures = {
        "load_s": load_s,
        "peak_rss_mib": peak_rss_mib(),
        "own_cpu_s": own_cpu_s(),
        **latencies([one.all_s for one in spoken]),
        "first_chunk_p50_s": float(np.median([one.first_s for one in spoken])),
        "real_time_factor": sum(one.all_s for one in spoken) / seconds,
        "sentences": len(spoken),
    }
    return figures, spoken, engine.rate


def _speak(engine: Synthesizer, text: str) -> Spoken:
    start, first = time.perf_counter(), None
    chunks = []
    for chunk in engine.synthesize(text, lambda: False):
        first = first or time.perf_counter() - start
        chunks.append(chunk.pcm)
    taken = time.perf_counter() - start
    pcm = np.concatenate(chunks) if chunks else np.zeros(0, np.int16)
    return Spoken(text, pcm, first or taken, taken)


def _compared(
    candidate: Path, reference: Path | None, texts: Sequence[str], settings: TtsSettings
) -> Figures:
    """Distance from the reference, and the share of samples that are clipped, with the gain that is
    set, before the engine bends them."""
    voice = Noiseless(candidate, settings.threads)
    other = Noiseless(reference, settings.threads) if reference else None
    total, steps, clipped, count = 0.0, 0, 0, 0
    for phonemes in watched([one for text in texts for one in (other or voice).phonemes(text)]):
        samples = voice.samples(phonemes)
        clipped += int((np.abs(samples) * 10 ** (settings.gain_db / 20) >= CLIPPED).sum())
        count += len(samples)
        if other:
            more, length = distance(
                log_mel(samples, voice.rate), log_mel(other.samples(phonemes), other.rate)
            )
            total, steps = total + more, steps + length
    if not count:
        raise InputError("There is nothing to speak in the sentences: write words.")
    return {
        "log_mel_distance_db": total / steps if steps else None,
        "clipped_share": clipped / count,
    }
