"""What is to be measured, and what came out: plain data, the same on every machine."""

from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field

from tools.quantize.bundle import Bundle, Value, digest_of

Kind = Literal["stt", "llm", "tts", "wake"]
"""The kinds of model that can be brought: those of the catalog with something to be chosen."""

Scalar = str | int | float | bool


class Job(Value):
    """One candidate, run in one way, on one set of data."""

    kind: Kind
    name: str
    """What reports call the candidate: "whisper-tiny.en", without its quantisation."""
    quantisation: str
    """As the format calls it: "f16", "q5_0", "Q4_K_M", "float32", "int8-dynamic"."""
    model: Bundle
    """The candidate."""
    reference: Bundle | None = None
    """The unquantised model it is compared with, where a figure is a distance from that."""
    data: Bundle
    """What it is measured on: a manifest and its recordings, or files of text."""
    settings: dict[str, Scalar] = Field(default_factory=dict)
    """Keys of the engine's section that differ from its defaults: threads, context, ..."""
    options: dict[str, Scalar] = Field(default_factory=dict)
    """Of the measurement: limit, phrase, ..."""

    @property
    def key(self) -> str:
        """SHA-256 of everything that decides the figures, but the machine."""
        return digest_of(
            {
                "kind": self.kind,
                "model": self.model.digest,
                "reference": self.reference.digest if self.reference else None,
                "data": self.data.digest,
                "settings": self.settings,
                "options": self.options,
            }
        )


class Roots(NamedTuple):
    """Where a job's files lie on this machine."""

    model: Path
    reference: Path | None
    data: Path


class Outcome(Value):
    """A job that was done, or why it could not be."""

    job: Job
    date: str
    """ISO 8601, when it was started."""
    machine: dict[str, Any]
    """`hw.fingerprint`, with the versions of what computes."""
    figures: dict[str, float | None] = Field(default_factory=dict)
    """By name, the unit in it where there is one. None: there was nothing to measure it on.
    Every kind has load_s, peak_rss_mib, own_cpu_s (of the candidate alone), cpu_s (of the whole
    run, with whoever listens to a voice and with the reference), latency_p50_s, latency_p95_s,
    real_time_factor where there is sound; what else, `tools.quantize.measures` says. A name keeps
    its meaning for ever: what is measured in another way has another name, as own_cpu_s has, which
    outcomes of earlier versions lack."""
    error: str = ""
    """One sentence; figures are then missing."""
    peer: str = ""
    """The worker that did it, where there are several."""
