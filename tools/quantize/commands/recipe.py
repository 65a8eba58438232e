"""`quantize recipe`: ready-made paths, listed, shown and run."""

import json
import shlex
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.errors import InputError
from assistant.options import JsonOption
from models.store import Store
from tools.quantize.child import program
from tools.quantize.recipes import Recipe, recipes
from tools.quantize.recipes import recipe as find

NameArgument = Annotated[str | None, typer.Argument(help="A recipe; without one, all are listed.")]
Work = Annotated[Path, typer.Option("--work", help="Folder for what it makes.")]
Given = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="NAME=PATH", help="What it needs; may be repeated."),
]
Run = Annotated[bool, typer.Option("--run", help="Do it, instead of showing the commands.")]


def recipe(
    name: NameArgument = None,
    given: Given = None,
    work: Work = Path("quantized"),
    run: Run = False,
    as_json: JsonOption = False,
) -> None:
    """Ready-made paths from a model of the catalog to its best version: list or run them.

    A recipe is nothing but `quantize` commands, which are shown before
    anything is done. It ends at the first that fails or refuses:

      quantize recipe whisper-tiny.en --with data=kitchen/manifest.jsonl --run
    """
    if name is None:
        _list(as_json)
        return
    chosen = find(name)
    commands = chosen.commands(_places(given or []), work, Store().path)
    if as_json:
        typer.echo(json.dumps(chosen.model_dump() | {"commands": commands}, indent=2))
    elif not run:
        _show(chosen, commands)
    if run:
        work.mkdir(parents=True, exist_ok=True)
        for command in commands:
            _do(command)


def _places(given: list[str]) -> dict[str, Path]:
    places = {}
    for pair in given:
        place, equals, path = pair.partition("=")
        if not equals or not path:
            raise InputError(f"--with {pair} is no NAME=PATH: write --with data=manifest.jsonl.")
        places[place] = Path(path)
    return places


def _list(as_json: bool) -> None:
    known = recipes().values()
    if as_json:
        typer.echo(json.dumps([each.model_dump() for each in known], indent=2))
        return
    table = Table("recipe", "what comes of it", "needs", box=None, header_style="bold")
    for each in known:
        table.add_row(each.name, each.title, ", ".join(each.needs))
    Console().print(table)


def _show(chosen: Recipe, commands: list[list[str]]) -> None:
    typer.echo(f"# {chosen.title}")
    if chosen.note:
        typer.echo(f"# {chosen.note}")
    for command in commands:
        typer.echo(_line(command))


def _line(command: list[str]) -> str:
    return shlex.join(["quantize", *command])


def _do(command: list[str]) -> None:
    """A process of its own for each: what one leaves in memory is not measured with the next."""
    typer.echo(f"$ {_line(command)}", err=True)
    code = subprocess.run([*program("tools.quantize.cli"), *command]).returncode
    if code:
        raise typer.Exit(code)
