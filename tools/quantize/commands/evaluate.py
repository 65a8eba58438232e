"""`quantize evaluate`: measure one model on this machine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table as Columns

from assistant.errors import InputError, ModelError
from assistant.options import JsonOption
from hw.fingerprint import fingerprint
from models.store import Store, default_root
from tools.quantize.candidates import job_for, require_aids
from tools.quantize.commands.bars import bars
from tools.quantize.figures import described
from tools.quantize.job import Job, Kind, Outcome, Roots, Scalar
from tools.quantize.measure import measure
from tools.quantize.repeated import repeated, times
from tools.quantize.table import Table
from tools.quantize.turn import cache_root, turn

Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model file, or a name of the catalog.")
]
KindOption = Annotated[
    Kind | None, typer.Option(help="What it is, where its file does not tell.", show_default="auto")
]
Data = Annotated[
    Path | None,
    typer.Option(
        help="What to measure it on: a manifest of recordings for stt and wake, text for llm,"
        " sentences (one a line) for tts, which has some of its own."
    ),
]
Reference = Annotated[
    str | None,
    typer.Option(metavar="MODEL", help="The unquantised model, for figures that are distances."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="A setting of its engine: threads=4. May be repeated."
    ),
]
OptionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="KEY=VALUE",
        help="Of the measurement: limit=100, sets=A,B, half=tune, phrase=NAME, threshold=0.6,"
        " stt_model=NAME, chunk_tokens=256, language=en, deadline_s=600. May be repeated.",
    ),
]
Name = Annotated[str, typer.Option(help="What reports call it.", show_default="from its file")]
Quantisation = Annotated[
    str, typer.Option(help="What reports call its type.", show_default="from its file")
]
Repeat = Annotated[
    int, typer.Option(min=1, help="Measure so many times; the median of each figure is kept.")
]
TableOption = Annotated[
    Path | None,
    typer.Option("--table", help="Where results are kept.", show_default="the user's data folder"),
]
Again = Annotated[bool, typer.Option("--again", help="Measure even what was measured before.")]


def evaluate(
    model: Model,
    kind: KindOption = None,
    data: Data = None,
    reference: Reference = None,
    settings: SetOption = None,
    options: OptionOption = None,
    name: Name = "",
    quantisation: Quantisation = "",
    repeat: Repeat = 1,
    table: TableOption = None,
    as_json: JsonOption = False,
    again: Again = False,
) -> None:
    """Measure a model on this machine, and keep the figures in a table.

    It runs in a process of its own, so that its memory can be told and nothing else
    suffers if it crashes, and not while something else measures. The same files on
    the same data with the same versions are not measured again: it shows what is known.

    quantize evaluate ggml-tiny.en-q5_0.bin --data recordings/manifest.jsonl --set threads=4

    quantize evaluate my-voice-float16-weights.onnx --reference my-voice.onnx
    """
    job, roots = job_for(
        model, data, reference, pairs("--set", settings), pairs("--option", options),
        kind, name, quantisation,
    )  # fmt: skip
    results = Table(table or default_table())
    outcome = None if again else _known(results, job, repeat)
    if outcome is None:
        outcome = _measured(job, roots, repeat)
        results.add(outcome)
    if as_json:
        typer.echo(outcome.model_dump_json())
    if outcome.error:
        raise ModelError(outcome.error)
    if not as_json:
        _print(outcome)


def _known(results: Table, job: Job, runs: int) -> Outcome | None:
    found = results.find(times(job, runs), fingerprint())
    if found is not None:
        typer.echo(f"Measured before, on {found.date}; --again measures it anew.", err=True)
    return found


def _measured(job: Job, roots: Roots, runs: int) -> Outcome:
    require_aids(job, Store())
    with (
        turn(cache_root(), "quantize evaluate"),
        _bar(f"measuring {job.name} {job.quantisation}", runs) as observe,
    ):
        return repeated(
            job, runs, lambda once, number: measure(once, roots, observe=observe(number))
        )


def default_table() -> Path:
    """Where results are kept: beside the models, in the user's data folder."""
    return default_root().with_name("measurements.db")


def pairs(option: str, given: Sequence[str] | None) -> dict[str, Scalar]:
    """ "threads=4" and the like, as texts. InputError for one that is no pair, or a key twice."""
    found: dict[str, Scalar] = {}
    for pair in given or ():
        key, equals, value = pair.partition("=")
        if not (equals and key.strip()):
            raise InputError(f"{option} {pair} is no pair: write {option} KEY=VALUE.")
        if key.strip() in found:
            raise InputError(f"{option} {key.strip()} is given twice: leave one out.")
        found[key.strip()] = value.strip()
    return found


@contextmanager
def _bar(what: str, times: int) -> Iterator[Callable[[int], Callable[[float], None]]]:
    """A bar on stderr; gives the observer of each of the times."""
    with bars(TimeElapsedColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task(what, total=times)
        yield lambda number: lambda share: bar.update(task, completed=number + share)


def _print(outcome: Outcome) -> None:
    job = outcome.job
    console = Console()
    shown = Columns(
        title=f"{job.name} {job.quantisation}, {job.model.bytes / 1e6:,.1f} MB",
        title_justify="left",
        box=None,
        header_style="bold",
    )
    shown.add_column("figure")
    shown.add_column("value", justify="right")
    shown.add_column("95 %")
    for row in described(outcome.figures):
        shown.add_row(*row)
    console.print(shown)
    said = {**job.settings, **job.options}
    how = "".join(f", {key} {value}" for key, value in said.items())
    machine = outcome.machine
    console.print(
        f"On {machine['cpu']}, {machine['cores_usable']} cores, {outcome.date}{how}.", style="dim"
    )
