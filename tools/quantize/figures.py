"""What is measured: every figure with its unit, what is better, and words for people.

The measurements, the gate and the report take names, units and directions from here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from tools.quantize.job import Kind

Better = Literal["lower", "higher", "neither"]
ALL: tuple[Kind, ...] = get_args(Kind)
PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that is measured."""

    name: str
    """The key in `Outcome.figures`."""
    kinds: tuple[Kind, ...]
    """Of model that have it."""
    unit: str
    """What people read behind the number; "" for plain numbers and counts."""
    better: Better
    words: str
    """In a sentence, or at the head of a column."""
    digits: int
    """After the point, in the unit that people read."""

    @property
    def scale(self) -> float:
        """What is stored times this is what people read: rates are stored as shares of 1."""
        return {PERCENT: 100.0, "MB": 1e-6}.get(self.unit, 1.0)

    def number(self, value: float | None) -> str:
        """As people read it, without the unit; "-" where there is none."""
        return "-" if value is None else f"{value * self.scale:,.{self.digits}f}"

    def shown(self, value: float | None) -> str:
        """The number with its unit; "-" where there is none."""
        unit = "" if value is None else self.unit
        return f"{self.number(value)} {unit}".rstrip()


_TABLE: tuple[tuple[tuple[Kind, ...], str, str, Better, str, int], ...] = (
    (ALL, "load_s", "s", "lower", "time to load", 2),
    (ALL, "peak_rss_mib", "MiB", "lower", "most memory", 0),
    (ALL, "own_cpu_s", "s", "lower", "processor time", 1),
    (ALL, "cpu_s", "s", "lower", "processor time with all that judges it", 1),
    (ALL, "latency_p50_s", "s", "lower", "delay, median", 3),
    (ALL, "latency_p95_s", "s", "lower", "delay, 95 of 100 within", 3),
    (("stt", "tts", "wake"), "real_time_factor", "", "lower", "real-time factor", 3),
    (("stt",), "wer", PERCENT, "lower", "word error rate", 2),
    (("stt",), "wer_low", PERCENT, "neither", "word error rate, lower bound", 2),
    (("stt",), "wer_high", PERCENT, "neither", "word error rate, upper bound", 2),
    (("stt",), "entity_accuracy", PERCENT, "higher", "names and numbers right", 1),
    (("stt",), "exact_rate", PERCENT, "higher", "utterances without a mistake", 1),
    (("stt",), "looped", "", "lower", "transcripts that repeated themselves", 0),
    (("stt",), "runaway", "", "lower", "transcripts that ran away", 0),
    (("stt",), "utterances", "", "neither", "utterances", 0),
    (("stt",), "words", "", "neither", "words said", 0),
    (("stt",), "cpu_per_audio_s", "s", "lower", "processor time for a second of sound", 3),
    (("llm",), "perplexity", "", "lower", "perplexity", 3),
    (("llm",), "kl_divergence", "", "lower", "distance (KL) from the unquantised model", 5),
    (("llm",), "kl_p99", "", "lower", "distance (KL), 99 of 100 tokens within", 4),
    (("llm",), "same_top", PERCENT, "higher", "same first choice as the unquantised model", 2),
    (("llm",), "tool_accuracy", PERCENT, "higher", "right tool calls", 1),
    (("llm",), "tool_cases", "", "neither", "requests for a tool", 0),
    (("llm",), "intent_accuracy", PERCENT, "higher", "intents understood", 1),
    (("llm",), "intent_cases", "", "neither", "requests with an intent", 0),
    (("llm",), "tokens_per_s", "tokens/s", "higher", "speed of the reply", 1),
    (("llm",), "prompt_tokens_per_s", "tokens/s", "higher", "speed of reading", 1),
    (("llm",), "first_token_p50_s", "s", "lower", "first token, median", 3),
    (("tts",), "log_mel_distance_db", "dB", "lower", "distance from the unquantised voice", 2),
    (("tts",), "round_trip_wer", PERCENT, "lower", "words lost when it is heard again", 2),
    (("tts",), "round_trip_wer_low", PERCENT, "neither", "words lost, lower bound", 2),
    (("tts",), "round_trip_wer_high", PERCENT, "neither", "words lost, upper bound", 2),
    (("tts",), "first_chunk_p50_s", "s", "lower", "first sound, median", 3),
    (("tts",), "clipped_share", PERCENT, "lower", "samples at full scale", 3),
    (("tts",), "sentences", "", "neither", "sentences", 0),
    (("wake",), "misses", "", "lower", "calls missed", 0),
    (("wake",), "positives", "", "neither", "calls", 0),
    (("wake",), "miss_rate", PERCENT, "lower", "share of calls missed", 1),
    (("wake",), "miss_rate_low", PERCENT, "neither", "share of calls missed, lower bound", 1),
    (("wake",), "miss_rate_high", PERCENT, "neither", "share of calls missed, upper bound", 1),
    (("wake",), "false_accepts", "", "lower", "times it woke though nobody called", 0),
    (("wake",), "hours", "h", "neither", "listened", 2),
    (("wake",), "false_accepts_per_hour", "/h", "lower", "false alarms", 2),
    (("wake",), "false_accepts_per_hour_upper", "/h", "lower", "false alarms, upper bound", 2),
)

FIGURES: dict[str, Figure] = {
    name: Figure(name, kinds, unit, better, words, digits)
    for kinds, name, unit, better, words, digits in _TABLE
}
"""By name, in the order in which they are shown."""

DERIVED: dict[str, Figure] = {
    "bytes": Figure("bytes", ALL, "MB", "lower", "size", 1),
    "ms_per_token": Figure("ms_per_token", ("llm",), "ms", "lower", "time for a token", 1),
}
"""What follows from the candidate's files and figures, and is in no outcome."""

BOUNDS: dict[str, tuple[str, str]] = {
    "wer": ("wer_low", "wer_high"),
    "round_trip_wer": ("round_trip_wer_low", "round_trip_wer_high"),
    "miss_rate": ("miss_rate_low", "miss_rate_high"),
}
"""The figures between which, with 95 % confidence, another lies."""

UPPER: dict[str, str] = {"false_accepts_per_hour": "false_accepts_per_hour_upper"}
"""The figure below which, with 95 % confidence, another lies."""


DISTANCES = frozenset({"kl_divergence", "kl_p99", "same_top", "log_mel_distance_db"})
"""The figures that are known only beside a reference."""


def of_kind(kind: Kind) -> tuple[Figure, ...]:
    """The figures that a model of this kind has."""
    return tuple(figure for figure in FIGURES.values() if kind in figure.kinds)


def described(figures: Mapping[str, float | None]) -> Iterator[tuple[str, str, str]]:
    """Words, value and 95 % bounds of every figure that is there, in the order of `FIGURES`, then
    of those that have no name there; bounds stand with what they bound."""
    hidden = {*UPPER.values(), *(bound for pair in BOUNDS.values() for bound in pair)}
    for name, figure in FIGURES.items():
        if name in figures and name not in hidden:
            yield figure.words, figure.shown(figures[name]), _between(figure, figures)
    for name in sorted(figures.keys() - FIGURES.keys()):
        yield name, Figure(name, (), "", "neither", name, 2).shown(figures[name]), ""


def _between(figure: Figure, figures: Mapping[str, float | None]) -> str:
    low, high = BOUNDS.get(figure.name, ("", UPPER.get(figure.name, "")))
    least, most = figures.get(low), figures.get(high)
    if most is None:
        return ""
    if least is None:
        return f"at most {figure.shown(most)}"
    return f"{figure.shown(least)} to {figure.shown(most)}"
