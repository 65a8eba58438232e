"""Pictures of a comparison, as SVG: quality against each cost, the Pareto front marked."""

import io
import re
from collections.abc import Sequence
from statistics import median
from typing import Any

from assistant.evaluate.extras import need
from assistant.evaluate.plot import BLUE, GREEN, GREY, ORANGE
from tools.quantize.figures import BOUNDS
from tools.quantize.report.aims import AIMS
from tools.quantize.report.comparison import Comparison, Entry
from tools.quantize.report.pareto import front
from tools.quantize.report.wording import axis, of_name

_SIZE = (7.2, 4.4)
_COLORS = (BLUE, ORANGE, GREEN, "#8e44ad", "#00838f", GREY)
_MARKERS = "os^Dvp"
_FAR = 3.0
"""So many times the median is off the picture, or the rest would be a line at its bottom."""
_OFFSETS = ((5, 5), (5, -10), (-5, 8), (-5, -12))


def quality_against(comparison: Comparison, cost: str) -> str | None:
    """One picture as the text of an SVG element; None if fewer than two entries have both figures.

    A family of models has a colour and a marker; a line joins the front, whose members have names.
    """
    quality = AIMS[comparison.kind].quality
    known = [
        (entry, x, y)
        for entry in comparison.entries
        if (x := entry.value(cost)) is not None and (y := entry.value(quality)) is not None
    ]
    if len(known) < 2:
        return None
    limit = _FAR * median(y for _, _, y in known)
    drawn = [point for point in known if not 0 < limit < point[2]]
    beyond = [entry for entry, _, y in known if 0 < limit < y]
    points = [(x * of_name(cost).scale, y * of_name(quality).scale) for _, x, y in drawn]
    figure = need("matplotlib.figure").Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    _families(axes, [entry for entry, _, _ in drawn], points, quality)
    _front(axes, [entry for entry, _, _ in drawn], points)
    if beyond:
        worse = ", ".join(f"{e.label} {of_name(quality).shown(e.value(quality))}" for e in beyond)
        axes.set_title(f"Off the picture: {worse}", fontsize=8, color=GREY)
    axes.set_xlabel(axis(cost))
    axes.set_ylabel(axis(quality))
    axes.margins(0.12)
    axes.legend(loc="best", frameon=False, fontsize=8)
    return _svg(figure)


def _families(
    axes: Any, entries: Sequence[Entry], points: Sequence[tuple[float, float]], quality: str
) -> None:
    names = list(dict.fromkeys(entry.outcome.job.name for entry in entries))
    for number, name in enumerate(names):
        members = [n for n, entry in enumerate(entries) if entry.outcome.job.name == name]
        color = _COLORS[number % len(_COLORS)]
        axes.errorbar(
            [points[n][0] for n in members],
            [points[n][1] for n in members],
            yerr=_bars([entries[n] for n in members], quality),
            fmt=_MARKERS[number % len(_MARKERS)],
            color=color,
            ecolor=color,
            elinewidth=0.6,
            alpha=0.85,
            markersize=5,
            label=name,
        )


def _bars(entries: Sequence[Entry], quality: str) -> list[list[float]] | None:
    """95 % bounds below and above, where the figure has them."""
    if quality not in BOUNDS:
        return None
    low, high = BOUNDS[quality]
    rows = [(entry.value(low), entry.value(quality), entry.value(high)) for entry in entries]
    factor = of_name(quality).scale
    below = [factor * max(0.0, (y or 0) - (y or 0 if a is None else a)) for a, y, _ in rows]
    above = [factor * max(0.0, (y or 0 if b is None else b) - (y or 0)) for _, y, b in rows]
    return [below, above]


def _front(axes: Any, entries: Sequence[Entry], points: Sequence[tuple[float, float]]) -> None:
    best = sorted(front(points), key=lambda n: points[n])
    names = list(dict.fromkeys(entry.outcome.job.name for entry in entries))
    axes.step(
        [points[n][0] for n in best],
        [points[n][1] for n in best],
        where="post",
        color=GREY,
        linewidth=1,
        linestyle="--",
        zorder=1,
        label="Pareto front",
    )
    for place, n in enumerate(best):
        axes.annotate(
            entries[n].short,
            points[n],
            _OFFSETS[place % len(_OFFSETS)],
            textcoords="offset points",
            fontsize=7,
            color=_COLORS[names.index(entries[n].outcome.job.name) % len(_COLORS)],
            ha="left" if _OFFSETS[place % len(_OFFSETS)][0] > 0 else "right",
        )


def _svg(figure: Any) -> str:
    """The element alone, with ids and without a date that would differ from run to run."""
    text = io.StringIO()
    with need("matplotlib").rc_context({"svg.hashsalt": "quantize", "svg.fonttype": "path"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    whole = text.getvalue()
    return re.sub(r"<metadata>.*?</metadata>", "", whole[whole.index("<svg") :], flags=re.DOTALL)
