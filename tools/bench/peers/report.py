"""The comparison as tables, and as JSON with everything that was measured."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from rich.console import Console
from rich.table import Table

from tools.bench.peers.environment import requirements
from tools.bench.peers.figures import Result

TITLES = {
    "all": "All requests",
    "llm": "Requests that our language model answers",
}
_OURS = ("llama-cpp-python", "onnxruntime", "piper-tts", "pywhispercpp")
_THEIRS = ("faster-whisper", "ctranslate2", "wyoming-faster-whisper", "wyoming-piper", "piper-tts")


def versions() -> dict[str, dict[str, str]]:
    """Packages by environment."""
    found = {"assistant": {name: version(name) for name in _OURS}}
    for name in ("faster-whisper", "home-assistant"):
        pins = dict(pinned(requirements(name).read_text("utf-8")))
        found[name] = {package: pins[package] for package in _THEIRS if package in pins}
    return found


def pinned(text: str) -> list[tuple[str, str]]:
    """Package and version of each `package==version` line."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    pairs = (line.partition("==") for line in lines if "==" in line)
    return [(package, number) for package, _, number in pairs]


def answers(results: Sequence[Result]) -> list[dict[str, Any]]:
    """One object for each request and system, in the order in which they were measured."""
    return [
        {
            "system": each.system,
            "file": each.key[0],
            "repeat": each.key[1],
            "transcript": each.answer.transcript,
            "right": each.right,
            "reply": each.answer.reply,
            "by": each.answer.by,
            "cut": each.answer.cut,
            "response_ms": _rounded(each.response_ms),
        }
        for each in results
    ]


def show(summary: dict[str, Any], console: Console) -> None:
    for part, title in TITLES.items():
        table = Table(
            "system", "p50, ms", "p90, ms", "n", "ratio of p50 (95 %)", "we were first",
            "words right", "cut off", "no answer", title=title,
        )  # fmt: skip
        for column in table.columns[1:]:
            column.justify = "right"
        for system, row in summary[part].items():
            table.add_row(system, *_cells(row))
        console.print(table)


def _cells(row: dict[str, Any]) -> list[str]:
    interval = row["ratio_interval_95"]
    between = f" ({interval[0]:.2f} to {interval[1]:.2f})" if interval else ""
    return [
        _number(row["p50_ms"], 0),
        _number(row["p90_ms"], 0),
        str(row["n"]),
        _number(row["ratio"], 2) + between,
        str(row["we_were_first"]),
        *(f"{row[name]}/{row['requests']}" for name in ("right", "cut", "silent")),
    ]


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)
