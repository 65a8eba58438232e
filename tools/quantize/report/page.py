"""The report as blocks, of which Markdown and HTML are made. Pure but for the pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.quantize.figures import BOUNDS, of_kind
from tools.quantize.job import Kind, Outcome
from tools.quantize.report.aims import AIMS
from tools.quantize.report.comparison import Comparison, comparisons, failures
from tools.quantize.report.pareto import front
from tools.quantize.report.plots import quality_against
from tools.quantize.report.recommend import Recommendation, recommend
from tools.quantize.report.wording import axis, machine, of_name

KINDS: dict[Kind, str] = {
    "stt": "Speech to text",
    "llm": "Language models",
    "tts": "Voices",
    "wake": "Wake words",
}
_LESS_THAN_A_COLUMN = {
    "cpu_s",
    "own_cpu_s",
    *(bound for pair in BOUNDS.values() for bound in pair),
}
"""Shown beside another figure, or nowhere."""


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Points:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int]
    """Rows to be seen first: those on the Pareto front."""


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    """Of its file, where there is one."""
    alt: str
    svg: str


Block = Heading | Paragraph | Points | Grid | Picture


def page(outcomes: Sequence[Outcome], boards: Mapping[str, str]) -> Iterator[Block]:
    """Everything in `outcomes`; `boards`: name of each profile -> its title."""
    yield Heading(1, "What was measured")
    groups = comparisons(outcomes)
    for kind, title in KINDS.items():
        for number_, comparison in enumerate(c for c in groups if c.kind == kind):
            yield Heading(2, title if number_ == 0 else f"{title}, {number_ + 1}")
            yield from _comparison(comparison, f"{kind}-{number_ + 1}", boards)
    failed = failures(outcomes)
    if failed:
        yield Heading(2, "What could not be measured")
        yield Points(tuple(f"{_name(outcome)}: {outcome.error}" for outcome in failed))


def _name(outcome: Outcome) -> str:
    stated = [f"{name}={value}" for name, value in sorted(outcome.job.settings.items())]
    return " ".join([outcome.job.name, outcome.job.quantisation, *stated])


def _comparison(comparison: Comparison, name: str, boards: Mapping[str, str]) -> Iterator[Block]:
    yield Paragraph(_about(comparison))
    found = [r for r in recommend(comparison, boards) if r.entries]
    if found:
        yield Heading(3, "Recommended")
        yield from _recommended(found)
    for cost in AIMS[comparison.kind].costs:
        picture = quality_against(comparison, cost)
        if picture is not None:
            quality = AIMS[comparison.kind].quality
            alt = f"{axis(quality)} against {axis(cost)}; dashed: the Pareto front"
            yield Picture(f"{name}-{cost}.svg", alt, picture)
    yield Heading(3, "All figures")
    yield Paragraph("Bold: on the Pareto front of " + _front_words(comparison) + ".")
    yield _grid(comparison)


def _about(comparison: Comparison) -> str:
    dates = sorted(entry.outcome.date for entry in comparison.entries)
    options = ", ".join(f"{key} {value}" for key, value in sorted(comparison.options.items()))
    loads = [entry.outcome.machine.get("load_average") for entry in comparison.entries]
    known = sorted(load for load in loads if isinstance(load, int | float))
    load = _load(known, comparison.machine.get("cores_usable"))
    files = comparison.data_files
    return (
        f"{len(comparison.entries)} ways on {machine(comparison.machine)}; {dates[0][:10]} to "
        f"{dates[-1][:10]}. Data: {comparison.data}"
        + (f" and {files - 1} files it names" if files > 1 else "")
        + (f"; {options}" if options else "")
        + f".{load}"
    )


def _load(known: Sequence[float], cores: object) -> str:
    if not known:
        return ""
    words = f" Load when they were begun: {known[0]:g} to {known[-1]:g}."
    if isinstance(cores, int) and known[-1] > cores:
        words += " The machine did other things, too: compare processor times rather than delays."
    return words


def _recommended(found: Sequence[Recommendation]) -> Iterator[Block]:
    """What was measured on comes first; boards with the same words share a line."""
    lines: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for one in found:
        lines.setdefault((one.measured, one.words), []).append(one.title)
    yield Points(
        tuple(
            f"**{', '.join(titles)}** ({'measured' if measured else 'not measured there'}): "
            + " ".join(words)
            for (measured, words), titles in lines.items()
        )
    )


def _front_words(comparison: Comparison) -> str:
    aims = AIMS[comparison.kind]
    costs = " or ".join(of_name(cost).words for cost in aims.costs)
    return f"{of_name(aims.quality).words} against {costs}"


def _grid(comparison: Comparison) -> Grid:
    shown = [
        figure.name
        for figure in of_kind(comparison.kind)
        if figure.name not in _LESS_THAN_A_COLUMN
        and any(entry.value(figure.name) is not None for entry in comparison.entries)
    ]
    columns = ("bytes", *shown)
    rows = []
    for entry in comparison.entries:
        cells = [_cell(entry.value(name), name, entry.outcome) for name in columns]
        rows.append((entry.label, *cells))
    return Grid(("", *map(axis, columns)), tuple(rows), _on_the_front(comparison))


def _cell(value: float | None, name: str, outcome: Outcome) -> str:
    """The number, and the bounds between which it lies where they are known."""
    text = of_name(name).number(value)
    bounds = [outcome.figures.get(bound) for bound in BOUNDS.get(name, ())]
    if value is None or not bounds or None in bounds:
        return text
    low, high = (of_name(bound).number(outcome.figures[bound]) for bound in BOUNDS[name])
    return f"{text} ({low} to {high})"


def _on_the_front(comparison: Comparison) -> frozenset[int]:
    aims = AIMS[comparison.kind]
    on_it: set[int] = set()
    for cost in aims.costs:
        values = [(e.value(cost), e.value(aims.quality)) for e in comparison.entries]
        known = [(n, (x, y)) for n, (x, y) in enumerate(values) if x is not None and y is not None]
        on_it |= {known[n][0] for n in front([point for _, point in known])}
    return frozenset(on_it)
