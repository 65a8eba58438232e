"""What `assistant bench` prints for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from assistant.evaluate.tables import percent, table

KINDS = ("skill", "llm")
"""Of answers."""


def tables(result: Mapping[str, Any]) -> list[RenderableType]:
    speed = table("From the last sound to the answer's first, ms", "way", "kind", "n", "p50",
                   "p90", "p95", "p99", "cut off", "unanswered", "WER %")  # fmt: skip
    for name, way in result["ways"].items():
        for kind, one in way["kinds"].items():
            if one["n"]:
                times = (str(one[f"p{point}_ms"]) for point in (50, 90, 95, 99))
                cut = f"{way['cut_off']} of {way['requests']}"
                rest = (cut, str(way["unanswered"]), percent(way["wer"]))
                speed.add_row(name, kind, str(one["n"]), *times, *rest)
    everything = next(iter(result["ways"].values()))
    steps = table("When each step is reached, ms after the last sound, median", "step", *KINDS)
    for step in everything["kinds"]["skill"]["steps_p50_ms"]:
        values = (everything["kinds"][kind]["steps_p50_ms"][step] for kind in KINDS)
        steps.add_row(step, *("-" if value is None else str(value) for value in values))
    resting = result["resting"]
    held = f"{resting['cpu_percent']} % of a core at rest, {resting['rss_mib']} MiB held"
    return [speed, steps, Text(held)]
