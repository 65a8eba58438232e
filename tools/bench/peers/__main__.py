"""Our response latency beside that of peers, in turns, on one machine with the same weights.

    python -m tools.bench.peers shared/data/manifest.jsonl --set commands_home_en --limit 12

Each request is heard in real time by one system after the other, then comes the next request. A
peer whose packages are not here gets an environment of its own beside the models (1.1 GB, once).
Response latency is the first audible sample of the reply minus the end of the person's speech.
"""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from assistant.config import Settings
from assistant.config import load as load_settings
from assistant.errors import AssistantError, InputError
from assistant.evaluate.manifest import load
from assistant.evaluate.text import Normalizer
from assistant.loading import load_all
from hw.fingerprint import fingerprint
from models.store import Store
from tools.bench.kitchen import measure
from tools.bench.peers import report
from tools.bench.peers.chart import chart
from tools.bench.peers.figures import Result, summarise
from tools.bench.peers.lineup import OURS, lineup
from tools.bench.peers.request import request
from tools.bench.peers.turns import measured
from tools.bench.peers.workshop import Workshop


def peers(
    manifest: Annotated[Path, typer.Argument(help="Recordings, one a line, as JSON.")],
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="Only this set; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Recordings, spread over the sets.")] = 12,
    repeats: Annotated[int, typer.Option(min=1, help="Of every recording.")] = 1,
    only: Annotated[
        list[str] | None, typer.Option("--peer", help="Only this peer; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    plot: Annotated[Path | None, typer.Option(help="Where to draw a chart (PNG).")] = None,
) -> None:
    """Measure how soon we answer, and how soon peers do."""
    rows = load(manifest).select(sets or ["commands_home_en"], limit)
    settings, store = load_settings(None), Store()
    _check(settings)
    parts = load_all(settings, store)
    requests = [request(row, parts.vad) for row in rows]
    began, machine = datetime.now(UTC), fingerprint()
    with ExitStack() as stack:
        shop = Workshop(stack, settings, store)
        systems = lineup(only or [], shop, settings, parts, _leave_out)
        words = Normalizer("en").words
        results = list(measured(systems, requests, repeats, words, _leave_out))
    summary = summarise(results, OURS)
    if plot is not None:
        title = f"{machine['cpu']}, {machine['cores_usable']} cores, {began:%Y-%m-%d}"
        chart(results, summary, title, plot)
    if as_json:
        _print_json(began, machine, settings, summary, results)
    else:
        report.show(summary, Console(highlight=False))


def _check(settings: Settings) -> None:
    if not settings.stt.model.startswith("whisper-tiny.en"):
        raise InputError(
            f"Peers transcribe with whisper-tiny.en and stt.model is {settings.stt.model}; "
            "set it to whisper-tiny.en-q8_0 for the comparison."
        )


def _leave_out(name: str, error: AssistantError) -> None:
    typer.echo(f"{name} is left out: {error}", err=True)


def _print_json(
    began: datetime,
    machine: dict[str, Any],
    settings: Settings,
    summary: dict[str, Any],
    results: Sequence[Result],
) -> None:
    result = {
        "began": began.isoformat(timespec="seconds"),
        "machine": machine,
        "versions": report.versions(),
        "models": {
            "stt": settings.stt.model,
            "llm": settings.llm.model,
            "tts": settings.tts.voice,
        },
        "threads": {
            "stt": settings.stt.threads,
            "llm": settings.llm.threads,
            "tts": settings.tts.threads,
        },
        "summary": summary,
        "answers": report.answers(results),
    }
    typer.echo(json.dumps(result))


if __name__ == "__main__":
    measure(peers)
