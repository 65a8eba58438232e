"""Outcomes that may be compared: of one kind, on one machine, on the same data; where they are
distances, from the same model. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tools.quantize.job import Kind, Outcome, Scalar
from tools.quantize.table import machine_key


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate in one way of running it."""

    label: str
    """"whisper-tiny.en q8_0", and those settings in which the entries of its comparison differ."""
    outcome: Outcome

    @property
    def short(self) -> str:
        """The same without the model's name."""
        return self.label.removeprefix(self.outcome.job.name).strip()

    def value(self, figure: str) -> float | None:
        """A figure by name, or one that follows from others: bytes, ms_per_token."""
        figures = self.outcome.figures
        if figure == "bytes":
            return float(self.outcome.job.model.bytes)
        if figure == "ms_per_token":
            rate = figures.get("tokens_per_s")
            return 1_000 / rate if rate else None
        return figures.get(figure)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Entries whose figures differ because of what they are, and of nothing else."""

    kind: Kind
    machine: dict[str, Any]
    data: str
    """Name of the main file of the data."""
    data_files: int
    options: dict[str, Scalar]
    entries: tuple[Entry, ...]

    @property
    def profile(self) -> str:
        """The board's profile, "" if the machine did not say."""
        return str(self.machine.get("profile") or "")

    @property
    def machine_words(self) -> str:
        machine = self.machine
        board = machine.get("board") or machine.get("cpu") or "a machine without a name"
        return f"{board}, {machine.get('cores_usable', '?')} cores"


def comparisons(outcomes: Iterable[Outcome]) -> list[Comparison]:
    """Groups in the order in which they were begun; what failed is left out: see `failures`."""
    groups: dict[tuple[str, ...], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.error:
            groups[_group(outcome)].append(outcome)
    return [_comparison(members) for members in groups.values()]


def failures(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What could not be measured, and still has not been since."""
    return [outcome for outcome in outcomes if outcome.error]


def _group(outcome: Outcome) -> tuple[str, ...]:
    job = outcome.job
    options = sorted((name, str(value)) for name, value in job.options.items())
    # A distance from one model says nothing beside a distance from another.
    distant = job.reference if job.kind in ("llm", "tts") else None
    reference = distant.digest if distant else ""
    return job.kind, machine_key(outcome.machine), job.data.digest, str(options), reference


def _comparison(members: Sequence[Outcome]) -> Comparison:
    job = members[0].job
    differing = _differing([member.job.settings for member in members])
    entries = [Entry(_label(member, differing), member) for member in members]
    entries.sort(key=lambda entry: (entry.outcome.job.name, -entry.outcome.job.model.bytes))
    return Comparison(
        kind=job.kind,
        machine=members[0].machine,
        data=job.data.main.name,
        data_files=len(job.data.files),
        options=job.options,
        entries=tuple(entries),
    )


def _differing(settings: Sequence[dict[str, Scalar]]) -> list[str]:
    names = sorted({name for each in settings for name in each})
    return [name for name in names if len({str(each.get(name)) for each in settings}) > 1]


def _label(outcome: Outcome, differing: Sequence[str]) -> str:
    job = outcome.job
    stated = [f"{name}={job.settings[name]}" for name in differing if name in job.settings]
    return " ".join([job.name, job.quantisation, *stated])
