"""Outcomes for tests: figures as if they had been measured."""

from collections.abc import Mapping
from typing import Any

from tools.quantize.bundle import Bundle, FileRef, digest_of
from tools.quantize.job import Job, Kind, Outcome

MACHINE = {"cpu": "a processor", "memory_mib": 8000, "load_average": 0.5}

GOOD: dict[Kind, dict[str, float | None]] = {
    "stt": {
        "wer": 0.10,
        "wer_low": 0.08,
        "wer_high": 0.12,
        "entity_accuracy": 0.9,
        "runaway": 0,
        "latency_p95_s": 0.5,
        "peak_rss_mib": 200,
    },
    "llm": {
        "kl_divergence": 0.02,
        "same_top": 0.93,
        "perplexity": 12.0,
        "tool_accuracy": 0.8,
        "tokens_per_s": 30.0,
        "first_token_p50_s": 0.2,
        "peak_rss_mib": 300,
    },
    "tts": {
        "round_trip_wer": 0.05,
        "log_mel_distance_db": 1.0,
        "clipped_share": 0.0,
        "real_time_factor": 0.1,
        "first_chunk_p50_s": 0.1,
        "peak_rss_mib": 200,
    },
    "wake": {
        "miss_rate": 0.05,
        "miss_rate_low": 0.01,
        "miss_rate_high": 0.15,
        "false_accepts_per_hour_upper": 2.0,
        "real_time_factor": 0.02,
        "peak_rss_mib": 120,
    },
}
"""Everything that the shipped policy asks for, and nothing that it refuses."""


def bundle(name: str) -> Bundle:
    return Bundle(files=(FileRef(name=name, sha256=digest_of(name), bytes=1000),))


def outcome(
    kind: Kind, figures: Mapping[str, float | None], error: str = "", **changed: Any
) -> Outcome:
    job = Job(kind=kind, name="m", quantisation="q", model=bundle("m"), data=bundle("d"))
    return Outcome.model_construct(
        job=job.model_copy(update=changed),
        date="2025-01-01T00:00:00+00:00",
        machine=MACHINE,
        figures=dict(figures),
        error=error,
        peer="",
    )


def good(kind: Kind, **figures: float | None) -> Outcome:
    return outcome(kind, GOOD[kind] | figures)
