"""Curves as PNG pictures: errors against what avoiding them costs, the chosen point marked."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.evaluate.extras import need

BLUE, ORANGE, GREEN, GREY = "#1f5fa8", "#d9730d", "#2e7d4f", "#6b6b6b"

_NAME = (32.0, 14.0)
"""Pixels that the name of a point takes, across and up."""


def wake(result: dict[str, Any], phrase: str, path: Path) -> None:
    """Misses against false accepts an hour, one point a threshold."""
    figure, axes = _figure()
    sweep = [point for point in result["sweep"] if point["miss_rate"] is not None]
    rates = [point["false_accepts_per_hour"] for point in sweep]
    misses = [100 * point["miss_rate"] for point in sweep]
    axes.plot(rates, misses, "-o", color=BLUE, markersize=3, linewidth=1.5)
    chosen = result["chosen"]
    low, high = chosen["miss_rate_interval_95"]
    x, y = chosen["false_accepts_per_hour"], 100 * chosen["miss_rate"]
    axes.errorbar(
        x,
        y,
        xerr=[[0], [chosen["false_accepts_per_hour_upper_95"] - x]],
        yerr=[[y - 100 * low], [100 * high - y]],
        fmt="D",
        color=ORANGE,
        capsize=3,
        zorder=5,
        label=f"chosen: {chosen['threshold']:g} (bars: exact 95 % bounds)",
    )
    axes.set_xlabel(
        f"false accepts per hour ({result['negative_seconds'] / 3_600:.1f} h, "
        f"rest of {result['refractory_s']:g} s after each)"
    )
    axes.set_ylabel(f"missed, % of {result['positives']}")
    axes.set_title(f"Wake word “{phrase}”: the number beside a point is its threshold")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.legend(loc="best", frameon=False)
    names = [point["threshold"] for point in sweep]
    _name_points(figure, axes, list(zip(rates, misses, names, strict=True)))
    save(figure, path)


def endpoint(result: dict[str, Any], path: Path) -> None:
    """Cut-offs against the mean wait: fixed silences, and the assistant's own
    rule at different paces."""
    figure, axes = _figure()
    named: list[tuple[float, float, float]] = []
    for points, key, color, label in (
        (result["timers"], "silence_s", BLUE, "fixed silence, s"),
        (result["turn_detector"], "pace", ORANGE, "turn detector, pace"),
        (result["hybrid"], "pace", GREEN, "turn detector and words, pace"),
    ):
        curve = [
            (point["mean_wait_s"], 100 * point["cut_off_rate"], point[key])
            for point in points
            if point["mean_wait_s"] is not None
        ]
        if curve:
            xs, ys, _ = zip(*curve, strict=True)
            axes.plot(xs, ys, "-o", color=color, markersize=3, label=label)
        named += curve
    for point, key, color in (
        (result["chosen_timer"], "silence_s", BLUE),
        (result["chosen_turn_detector"], "pace", ORANGE),
        (result["chosen_hybrid"], "pace", GREEN),
    ):
        if point is None or point["mean_wait_s"] is None:
            continue
        low, high = point["cut_off_interval_95"]
        y = 100 * point["cut_off_rate"]
        axes.errorbar(
            point["mean_wait_s"],
            y,
            yerr=[[y - 100 * low], [100 * high - y]],
            fmt="D",
            color=color,
            capsize=3,
            zorder=5,
            label=f"chosen: {point[key]:g} (bar: exact 95 % interval)",
        )
    axes.set_xlabel("mean wait after the last word, s (of every turn, as if it had not been cut)")
    axes.set_ylabel(f"cut off, % of {result['clips']} turns")
    axes.set_title("End of turn: cutting speakers off against keeping them waiting")
    axes.set_ylim(bottom=0)
    axes.legend(loc="best", frameon=False)
    _name_points(figure, axes, named)
    save(figure, path)


def stt(result: dict[str, Any], path: Path) -> None:
    """Word error rate of each set, with its interval, split into kinds of error."""
    figure, axes = _figure()
    sets = {name: figures for name, figures in result["sets"].items() if figures["words"]}
    left = [0.0] * len(sets)
    for name, color in (("substitutions", BLUE), ("deletions", GREY), ("insertions", ORANGE)):
        widths = [100 * figures[name] / figures["words"] for figures in sets.values()]
        axes.barh(list(sets), widths, left=left, color=color, label=name, height=0.6)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for row, figures in enumerate(sets.values()):
        low, high = (100 * end for end in figures["wer_interval_95"])
        axes.plot([low, high], [row, row], "|-", color="black", linewidth=1)
    axes.invert_yaxis()
    axes.set_xlabel("word errors, % of the words said (black: 95 % bootstrap interval)")
    axes.legend(loc="best", frameon=False)
    save(figure, path)


def echo(result: dict[str, Any], path: Path) -> None:
    """What is taken away at each delay, one line a room: median, and down to the worst tenth."""
    figure, axes = _figure()
    reverberations = sorted({room["rt60_s"] for room in result["rooms"]})
    for rt60, color in zip(reverberations, (BLUE, ORANGE, GREY), strict=False):
        rooms = [room for room in result["rooms"] if room["rt60_s"] == rt60]
        delays = [1000 * room["delay_s"] for room in rooms]
        medians = [room["erle_p50_db"] for room in rooms]
        down = [room["erle_p50_db"] - room["erle_p10_db"] for room in rooms]
        axes.errorbar(delays, medians, yerr=[down, [0] * len(down)], fmt="-o", color=color,
                      markersize=3, capsize=3, label=f"RT60 {rt60:g} s")  # fmt: skip
    axes.set_xlabel("delay of the echo behind what was played, ms")
    axes.set_ylabel("echo taken away (ERLE), dB; bars: to the worst tenth")
    axes.set_ylim(bottom=0)
    axes.legend(loc="best", frameon=False)
    save(figure, path)


def self_trigger(result: dict[str, Any], path: Path) -> None:
    """Wakes at each volume, with the canceller and without."""
    figure, axes = _figure()
    for cancel, color, shift in ((True, BLUE, -1.5), (False, ORANGE, 1.5)):
        rows = [row for row in result["volumes"] if row["cancel"] == cancel]
        places = [row["volume_dbfs"] + shift for row in rows]
        label = "echo cancelled" if cancel else "echo left"
        bars = axes.bar(places, [row["wakes"] for row in rows], 2.8, color=color, label=label)
        axes.bar_label(bars)
    axes.set_xlabel("level of the echo at the microphone, dBFS")
    axes.set_ylabel(f"wakes by {result['sentences']} sentences of its own")
    axes.legend(loc="best", frameon=False)
    save(figure, path)


def latency(result: dict[str, Any], path: Path) -> None:
    """Where the time goes: the requests of each kind, a line each, the quickest on top, with the
    steps as marks on it."""
    figure, axes = _figure()
    kinds = {"skill": BLUE, "llm": ORANGE}
    heard = [one for one in result["answers"] if one["kind"] in kinds and not one["cut_off"]]
    heard.sort(key=lambda one: (one["kind"] != "skill", one["response_ms"]))
    for row, one in enumerate(heard):
        axes.barh(row, one["response_ms"], color=kinds[one["kind"]], height=0.6, alpha=0.35)
    steps = list(dict.fromkeys(step for one in heard for step in one["steps_ms"]))
    for step, marker in zip(steps, "|xo^sDv", strict=False):
        points = [(one["steps_ms"][step], row) for row, one in enumerate(heard)
                  if step in one["steps_ms"]]  # fmt: skip
        axes.scatter(*zip(*points, strict=True), s=18, marker=marker, label=step, zorder=3)
    axes.set_yticks(range(len(heard)), [one["heard"][:38] for one in heard], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel("ms after the last sound (bar: the answer is heard; blue skill, orange llm)")
    axes.legend(loc="best", frameon=False, fontsize=8)
    save(figure, path)


def _figure() -> tuple[Any, Any]:
    # The object interface: pyplot would look for a display and keep every figure in memory.
    figure = need("matplotlib.figure").Figure(figsize=(8, 5), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _name_points(figure: Any, axes: Any, named: Sequence[tuple[float, float, float]]) -> None:
    """Write (x, y, name) beside points, leaving out names that would cover others."""
    figure.draw_without_rendering()  # only now is the layout known
    taken: list[tuple[float, float]] = []
    for x, y, name in named:
        across, up = axes.transData.transform((x, y))
        if any(abs(across - left) < _NAME[0] and abs(up - low) < _NAME[1] for left, low in taken):
            continue
        taken.append((across, up))
        axes.annotate(
            f"{name:g}", (x, y), (4, 4), textcoords="offset points", fontsize=7, color=GREY
        )


def save(figure: Any, path: Path) -> None:
    """Write a PNG. Raises InputError if it cannot be written."""
    try:
        with open(path, "wb") as file:
            figure.savefig(file, format="png")
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {os.strerror(error.errno or 0).lower()}; "
            "choose another place."
        ) from error
