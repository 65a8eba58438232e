"""Speech to text: word errors, entities, slips and speed on a manifest (`assistant eval stt`)."""

import time

from assistant.evaluate.stt import SttEvaluation, Utterance, summarise
from assistant.evaluate.text import Normalizer
from tools.quantize.job import Job, Roots
from tools.quantize.measures.clock import Figures, own_cpu_s
from tools.quantize.measures.engine import loaded
from tools.quantize.measures.files import examined
from tools.quantize.measures.options import SttOptions, parsed
from tools.quantize.measures.progress import watched
from tools.quantize.measures.recordings import for_stt, rows_of
from tools.quantize.measures.sections import section


def stt(job: Job, roots: Roots) -> Figures:
    """Figures of a recogniser. wer_low, wer_high: 95 % bootstrap interval (`evaluate.stats`)."""
    settings = section("stt", job.settings, model=job.name)
    options = parsed(SttOptions, job.options)
    rows = rows_of(job.data, roots.data, options, for_stt(settings.language))
    candidate = examined(job.model, roots.model)
    transcriber, load_s = loaded("stt", settings, lambda _: candidate)
    normalizer = Normalizer(settings.language)
    evaluation = SttEvaluation(transcriber, normalizer, time.perf_counter, time.process_time)
    evaluation.warm_up()
    heard = [
        utterance
        for row in watched(rows, lambda row: row.seconds or 1)
        for utterance in evaluation.measure(row)
    ]
    return {"load_s": load_s, "own_cpu_s": own_cpu_s(), **_figures(heard)}


def _figures(heard: list[Utterance]) -> Figures:
    total = summarise(heard)["total"]
    low, high = total["wer_interval_95"] or (None, None)
    names = ("wer", "entity_accuracy", "looped", "runaway", "utterances", "words",
             "real_time_factor", "latency_p50_s", "latency_p95_s")  # fmt: skip
    return {
        **{name: total[name] for name in names},
        "wer_low": low,
        "wer_high": high,
        "exact_rate": total["exact"] / total["utterances"] if total["utterances"] else None,
        "cpu_per_audio_s": total["cpu_per_audio_second"],
    }
