"""A wake word: what it misses, how often it fires unasked, what it costs (`assistant eval wake`).

The candidate is the classifier of one phrase. What it looks at, openWakeWord's features, comes
from the store of the machine.
"""

import time
from pathlib import Path

from assistant.audio.types import RATE, Frame
from assistant.engines.openwakeword import HOP
from assistant.evaluate.wake import FAINTEST, Track, WakeEvaluation, summarise
from assistant.wake import Detection, NearMiss, WakeDetector, WakeSettings
from models.store import Store
from tools.quantize.job import Job, Roots
from tools.quantize.measures.clock import Figures, latencies, own_cpu_s, peak_rss_mib
from tools.quantize.measures.engine import loaded
from tools.quantize.measures.files import examined
from tools.quantize.measures.options import WakeOptions, parsed
from tools.quantize.measures.progress import watched
from tools.quantize.measures.recordings import for_wake, rows_of
from tools.quantize.measures.sections import section


class Timed:
    """A detector, and how long it took for each hop of 80 ms: features and classifier."""

    def __init__(self, detector: WakeDetector) -> None:
        self._detector = detector
        self.samples = 0
        self.hops: list[float] = []
        """Seconds."""

    def push(self, frame: Frame) -> Detection | NearMiss | None:
        start = time.perf_counter()
        found = self._detector.push(frame)
        if frame.start // HOP != frame.end // HOP:  # the others are only kept
            self.hops.append(time.perf_counter() - start)
        self.samples += len(frame.pcm)
        return found

    def reset(self) -> None:
        self._detector.reset()


def wake(job: Job, roots: Roots) -> Figures:
    """Figures of a wake word at one threshold. miss_rate_low, miss_rate_high: exact 95 % interval;
    false_accepts_per_hour_upper: exact one-sided 95 % bound (`evaluate.stats`)."""
    options = parsed(WakeOptions, job.options)
    phrase = options.phrase or job.name
    settings: WakeSettings = section("wake", job.settings, phrases=(phrase,))
    rows = rows_of(job.data, roots.data, options, for_wake(phrase))
    candidate = examined(job.model, roots.model)
    store = Store()

    def model(name: str) -> Path:
        return candidate if name == phrase else store.path(name)

    every_score = settings.model_copy(update={"threshold": FAINTEST, "refractory_s": 0.0})
    engine, load_s = loaded("wake", every_score, model)
    detector = Timed(engine)
    evaluation = WakeEvaluation(detector, phrase)
    tracks = [evaluation.measure(row) for row in watched(rows, lambda row: row.seconds or 1)]
    return {
        "load_s": load_s,
        "peak_rss_mib": peak_rss_mib(),
        "own_cpu_s": own_cpu_s(),
        **latencies(detector.hops),
        "real_time_factor": sum(detector.hops) * RATE / detector.samples,
        **_figures(tracks, options.threshold or settings.threshold, settings.refractory_s),
    }


def _figures(tracks: list[Track], threshold: float, refractory_s: float) -> Figures:
    result = summarise(tracks, threshold, refractory_s)
    chosen = result["chosen"]
    low, high = chosen["miss_rate_interval_95"]
    return {
        "misses": chosen["missed"],
        "positives": result["positives"],
        "miss_rate": chosen["miss_rate"],
        "miss_rate_low": low,
        "miss_rate_high": high,
        "false_accepts": chosen["false_accepts"],
        "hours": sum(track.seconds for track in tracks if not track.positive) / 3_600,
        "false_accepts_per_hour": chosen["false_accepts_per_hour"],
        "false_accepts_per_hour_upper": chosen["false_accepts_per_hour_upper_95"],
    }
