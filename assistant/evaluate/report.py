"""What a measurement says: one JSON object, or tables for people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from assistant.evaluate import intents_tables, latency_tables
from assistant.evaluate.manifest import Manifest, Row
from assistant.evaluate.tables import interval, number, percent, table

DESCRIBED = 12
"""Points of a sweep shown to people; the JSON has all of them."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything needed to repeat a measurement, and what came out."""

    kind: str
    """stt, wake, endpoint, echo, self_trigger, first_word, intents or bench."""
    date: str
    """ISO 8601, when it was started."""
    dataset: dict[str, Any]
    settings: dict[str, Any]
    machine: dict[str, Any]
    result: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def dataset(manifest: Manifest, used: Sequence[Row], skipped: Iterable[str]) -> dict[str, Any]:
    """What was measured on. `skipped`: the reason for each row that was left out."""
    return {
        "manifest": str(manifest.path),
        "sha256": manifest.sha256,
        "rows": len(manifest.rows),
        "used": len(used),
        "used_by_set": dict(sorted(Counter(row.set for row in used).items())),
        "skipped": dict(sorted(Counter(skipped).items())),
    }


def render(report: Report) -> RenderableType:
    """The report for people."""
    kinds = {
        "stt": _stt,
        "wake": _wake,
        "endpoint": _endpoint,
        "echo": _echo,
        "self_trigger": _self_trigger,
        "first_word": _first_word,
        "intents": intents_tables.tables,
        "bench": latency_tables.tables,
    }
    return Group(*kinds[report.kind](report.result), _foot(report))


def _stt(result: Mapping[str, Any]) -> list[RenderableType]:
    words = table("Speech to text", "set", "n", "words", "WER %", "95 %", "S", "D", "I", "entities")
    speed = table("Seconds, CPU per second, and slips", "set", "p50 s", "p95 s", "RTF", "CPU",
                   "retried", "looped", "runaway", "invented")  # fmt: skip
    for name, one in [*result["sets"].items(), ("total", result["total"])]:
        words.add_row(
            name,
            str(one["utterances"]),
            str(one["words"]),
            percent(one["wer"]),
            interval(one["wer_interval_95"]),
            str(one["substitutions"]),
            str(one["deletions"]),
            str(one["insertions"]),
            f"{percent(one['entity_accuracy'])} %" if one["entities"] else "-",
        )
        speed.add_row(
            name,
            *(number(one[key]) for key in ("latency_p50_s", "latency_p95_s", "real_time_factor")),
            number(one["cpu_per_audio_second"]),
            *(str(one[key]) for key in ("retried", "looped", "runaway")),
            f"{one['hallucinated']} of {one['pieces_without_speech']}",
        )
    parts: list[RenderableType] = [words, speed]
    if result.get("worst"):
        listing = table("Most word errors", "errors", "words", "said", "heard", "file")
        for one in result["worst"]:
            listing.add_row(
                str(one["errors"]), str(one["words"]), one["said"], one["heard"], one["file"]
            )
        parts.append(listing)
    return parts


def _wake(result: Mapping[str, Any]) -> list[RenderableType]:
    title = (
        f"Wake word: {result['positives']} positives "
        f"({result['positive_seconds'] / 60:.1f} min, {result['positive_speakers']} speakers), "
        f"{result['negatives']} negatives ({result['negative_seconds'] / 3_600:.2f} h), "
        f"refractory time {result['refractory_s']:g} s"
    )
    made = table(
        title, "threshold", "missed", "%", "95 %", "false accepts", "per hour", "upper 95 %"
    )
    chosen = result["threshold"]
    for point in _thinned(result["sweep"], "threshold", chosen):
        made.add_row(
            f"{point['threshold']:g}",
            str(point["missed"]),
            percent(point["miss_rate"]),
            interval(point["miss_rate_interval_95"]),
            str(point["false_accepts"]),
            number(point["false_accepts_per_hour"]),
            number(point["false_accepts_per_hour_upper_95"]),
            style="bold" if point["threshold"] == chosen else None,
        )
    sets = table(f"False accepts at {chosen:g}", "set", "minutes", "false accepts")
    for name, one in result["false_accepts_by_set"].items():
        sets.add_row(name, f"{one['seconds'] / 60:.1f}", str(one["false_accepts"]))
    return [made, sets]


def _endpoint(result: Mapping[str, Any]) -> list[RenderableType]:
    title = (
        f"End of turn: {result['clips']} turns, {result['clips_with_a_pause_inside']} with a pause "
        f"noticed inside; a cut-off is a decision more than {result['tolerance_s']:g} s early"
    )
    made = table(title, "rule", "cut off", "%", "95 %", "for good", "p50 s", "p95 s", "wait s",
                   "undecided")  # fmt: skip
    rules = [
        *((f"silence {point['silence_s']:g} s", point) for point in result["timers"]),
        *((f"turn detector, pace {point['pace']:g}", point) for point in result["turn_detector"]),
        *((f"and words, pace {point['pace']:g}", point) for point in result["hybrid"]),
    ]
    for name, point in rules:
        chosen = point in (
            result["chosen_timer"],
            result["chosen_turn_detector"],
            result["chosen_hybrid"],
        )
        made.add_row(
            name,
            str(point["cut_off"]),
            percent(point["cut_off_rate"]),
            interval(point["cut_off_interval_95"]),
            str(point["cut_off_for_good"]),
            number(point["delay_p50_s"]),
            number(point["delay_p95_s"]),
            number(point["mean_wait_s"]),
            str(point["undecided"]),
            style="bold" if chosen else None,
        )
    return [made]


def _echo(result: Mapping[str, Any]) -> list[RenderableType]:
    columns = ("first second dB", "median dB", "10 % below dB")
    figures = ("erle_first_second_db", "erle_p50_db", "erle_p10_db")
    title = f"Echo taken away (ERLE), {result['seconds']:g} s of replies in each room"
    rooms = table(title, "delay ms", "RT60 s", *columns)
    for one in result["rooms"]:
        values = (f"{one[figure]:.0f}" for figure in figures)
        rooms.add_row(f"{1000 * one['delay_s']:.0f}", f"{one['rt60_s']:g}", *values)
    errors = table("When the reference is out of step: echo later than stated", "ms", *columns)
    for one in result["misaligned"]:
        values = (f"{one[figure]:.0f}" for figure in figures)
        errors.add_row(f"{1000 * one['error_s']:+.0f}", *values)
    talk = table("People over the echo", "condition", "level dB", "wake words", "recall %",
                  "95 %", "utterances", "WER %")  # fmt: skip
    for one in result["double_talk"]:
        wake, words = one["wake"] or {}, one["words"] or {}
        condition = "cancelled" if one["cancel"] else "not cancelled"
        talk.add_row(
            condition if one["echo"] else "no echo",
            f"{one['level_db']:g}",
            str(wake.get("wake_words", "-")),
            percent(wake.get("recall")),
            interval(wake.get("recall_interval_95")),
            str(words.get("utterances", "-")),
            percent(words.get("wer")),
        )
    return [rooms, errors, talk]


def _self_trigger(result: Mapping[str, Any]) -> list[RenderableType]:
    title = f"The assistant says {result['sentences']} sentences with its wake words in them"
    made = table(title, "volume dBFS", "echo", "minutes", "wakes", "near misses", "voices",
                   "voices a minute")  # fmt: skip
    for one in result["volumes"]:
        made.add_row(
            f"{one['volume_dbfs']:g}",
            "cancelled" if one["cancel"] else "left",
            f"{one['minutes']:.1f}",
            str(one["wakes"]),
            str(one["near_misses"]),
            str(one["voices"]),
            number(one["voices_per_minute"]),
        )
    return [made]


def _first_word(result: Mapping[str, Any]) -> list[RenderableType]:
    columns = ("lost", "95 %", "cut", "words before it", "wakes missed", "unclear alone")
    counts = table("First words of requests in one breath", "requests", "n", *columns)
    for name in ("joined", "spoken"):
        one = result[name]
        counts.add_row(
            name,
            str(one["requests"]),
            str(one["lost"]),
            interval(one["lost_interval_95"]),
            *(str(one[column]) for column in ("cut", "extra", "wakes_missed", "unclear")),
        )
    failed = table("Not as said; seconds after the end of the wake word", "what", "wake at",
                    "command", "heard from", "to", "heard", "said", "file")  # fmt: skip
    for one in result["failed"]:
        times = ("command_start_s", "span_start_s", "span_end_s")
        failed.add_row(
            one["verdict"],
            " ".join(map(number, one["wakes_at_s"])),
            *(number(one[time]) for time in times),
            *(one[text] for text in ("heard", "said")),
            f"{one['wake']} {one['command']}",
        )
    return [counts, failed]


def _foot(report: Report) -> Text:
    data, machine = report.dataset, report.machine
    skipped = ", ".join(f"{count} {why}" for why, count in data["skipped"].items()) or "none"
    settings = ", ".join(f"{name} {value}" for name, value in _flat(report.settings))
    board = f"{machine['board']}, " if machine["board"] else ""
    return Text(
        f"{report.date}  {data['used']} of {data['rows']} rows of {data['manifest']} "
        f"(SHA-256 {data['sha256'][:12]}); left out: {skipped}\n"
        f"{board}{machine['cpu']}, {machine['cores_usable']} cores, {machine['memory_mib']} MiB, "
        f"{machine['system']} {machine['machine']}, Python {machine['python']}, "
        f"load {machine['load_average']:g}\n{settings}",
        style="dim",
    )


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """("vad.threshold", 0.5) and so on."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            many = isinstance(value, list | tuple)
            yield prefix + name, " ".join(map(str, value)) if many else value


def _thinned(
    points: Sequence[Mapping[str, Any]], key: str, chosen: float
) -> list[Mapping[str, Any]]:
    """About a dozen points, the first, the last and the chosen one among them."""
    step = max(1, round(len(points) / DESCRIBED))
    last = len(points) - 1
    return [
        point
        for number, point in enumerate(points)
        if number % step == 0 or number == last or point[key] == chosen
    ]
