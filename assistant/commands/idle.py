"""`assistant eval idle`: what listening costs while nobody asks for anything."""

import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assistant import config
from assistant.app import listener
from assistant.audio.types import RATE, Frame
from assistant.evaluate.idle import (
    CountedVad,
    CountedWake,
    measure,
    recordings,
    resident_bytes,
    silence,
)
from assistant.evaluate.manifest import load
from assistant.loading import load_engines
from assistant.options import ConfigOption, JsonOption
from hw.fingerprint import fingerprint
from models.store import Store


def idle(
    manifest: Annotated[
        Path | None,
        typer.Argument(metavar="MANIFEST.jsonl", help="Sounds besides silence, as JSON Lines."),
    ] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="A set to hear; may be repeated.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Of each sound, at most.")] = 300.0,
    real_time: Annotated[
        bool, typer.Option("--real-time", help="As fast as a microphone, not as fast as possible.")
    ] = False,
    as_json: JsonOption = False,
    config_path: ConfigOption = None,
) -> None:
    """Processor time and memory of listening, with every engine loaded, in silence and in sets."""
    settings = config.load(config_path)
    known = None if manifest is None else load(manifest)
    named = sorted(sets or {row.set for row in known.rows}) if known else []
    rows = {name: known.select([name], None) for name in named} if known else {}
    engines = load_engines(settings, Store())
    memory = resident_bytes()
    wake, vad = CountedWake(engines.wake), CountedVad(engines.vad)
    found: dict[str, Any] = {}
    for name in ("silence", *rows):
        frames = recordings(rows[name], seconds) if name in rows else silence(seconds)
        hearing = listener(settings, wake, vad)
        paced = _paced(frames) if real_time else frames
        found[name] = measure(paced, hearing, wake, vad, time.thread_time, time.perf_counter)
    if as_json:
        stated = {"real_time": real_time, "machine": fingerprint(), "resident_bytes": memory}
        typer.echo(json.dumps({"kind": "idle", **stated, "sounds": found}, allow_nan=False))
    else:
        _print(found, memory)


def _paced(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Each when its last sample would have been captured."""
    began = time.monotonic()
    for frame in frames:
        time.sleep(max(0.0, began + frame.end / RATE - time.monotonic()))
        yield frame


def _print(found: dict[str, Any], memory: dict[str, int] | None) -> None:
    columns = ("seconds", "CPU %", "VAD ran %", "wake ran %", "frame p50 ms", "p99", "max")
    table = Table("sound", *columns, title="Listening while nobody asks for anything")
    for name, one in found.items():
        shares = (f"{100 * one[share]:.1f}" for share in ("vad_share", "wake_share"))
        times = (f"{one[f'frame_ms_{which}']:.2f}" for which in ("p50", "p99", "max"))
        table.add_row(name, f"{one['seconds']:g}", f"{one['cpu_percent']:.2f}", *shares, *times)
    Console().print(table)
    if memory is not None:
        total, own, mapped = (memory[part] / 1e6 for part in ("total", "own", "mapped"))
        Console().print(
            f"{total:.0f} MB resident with every engine loaded: "
            f"{own:.0f} MB its own, {mapped:.0f} MB of mapped files."
        )
