"""Every response as a dot, a row for each system, its median as a line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.evaluate.extras import need
from assistant.evaluate.plot import BLUE, GREY, ORANGE, save
from tools.bench.peers.figures import Result


def chart(results: Sequence[Result], summary: dict[str, Any], title: str, path: Path) -> None:
    """Write a PNG. Raises InputError if it cannot be written."""
    figure = need("matplotlib.figure").Figure(figsize=(8, 4), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.grid(axis="x", alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    systems = list(summary["all"])
    _dots(axes, results, systems)
    _medians(axes, summary, systems)
    axes.set_yticks(range(len(systems)), systems)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("ms from the end of speech to the first sound of the reply (line: median of "
                    "the requests\nthat our language model answers and every system answered)",
                    fontsize=8)  # fmt: skip
    axes.set_title(title, fontsize=10)
    axes.legend(loc="best", frameon=False, fontsize=8, title="answered by", title_fontsize=8)
    save(figure, path)


def _dots(axes: Any, results: Sequence[Result], systems: list[str]) -> None:
    for by, color, label in (("llm", BLUE, "language model"), ("skill", ORANGE, "skill")):
        dots = [
            (each.response_ms, systems.index(each.system))
            for each in results
            if each.response_ms is not None and each.answer.by == by
        ]
        if dots:
            xs, ys = zip(*dots, strict=True)
            axes.scatter(xs, ys, s=16, color=color, alpha=0.6, linewidths=0, label=label)


def _medians(axes: Any, summary: dict[str, Any], systems: list[str]) -> None:
    for row, system in enumerate(systems):
        median = summary["llm"].get(system, {}).get("p50_ms")
        if median is not None:
            axes.plot([median, median], [row - 0.3, row + 0.3], color="black", linewidth=1.5)
            axes.annotate(
                f"{median:.0f} ms", (median, row - 0.3), (3, 1), textcoords="offset points",
                fontsize=8, color=GREY,
            )  # fmt: skip
