"""What is good, by kind of model: which figures are set against each other, and what is enough."""

from dataclasses import dataclass

from tools.quantize.job import Kind


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure that is enough, so that from there on other things count."""

    figure: str
    at_most: float
    why: str


@dataclass(frozen=True, slots=True)
class Aims:
    """How one kind of model is judged."""

    quality: str
    """The figure that matters most; lower is better."""
    tolerance: float
    """So much worse than the best is still as good: what the gate allows a new model."""
    costs: tuple[str, ...]
    """What quality is drawn against; lower is better. The first decides between equals."""
    enough: tuple[Aim, ...] = ()


AIMS: dict[Kind, Aims] = {
    "stt": Aims(
        quality="wer",
        tolerance=0.005,
        # Processor time is hardly disturbed by what else the machine does; delays are.
        costs=("cpu_per_audio_s", "latency_p50_s", "bytes"),
        enough=(
            Aim("cpu_per_audio_s", 0.25, "two cores should be done with four seconds in a half"),
        ),
    ),
    "llm": Aims(
        quality="kl_divergence",
        tolerance=0.05,
        costs=("ms_per_token", "bytes"),
        enough=(Aim("ms_per_token", 125.0, "8 tokens a second are as quick as speech"),),
    ),
    "tts": Aims(
        quality="log_mel_distance_db",
        tolerance=0.5,
        costs=("first_chunk_p50_s", "bytes"),
        enough=(Aim("real_time_factor", 0.5, "speech must be made quicker than it is spoken"),),
    ),
    "wake": Aims(
        quality="miss_rate",
        tolerance=0.01,
        costs=("false_accepts_per_hour", "bytes"),
        enough=(Aim("false_accepts_per_hour", 8.0, "nobody bears one that wakes all the time"),),
    ),
}
