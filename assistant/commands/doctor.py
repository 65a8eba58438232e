"""`assistant doctor`: what could keep it from working well, and what to do about it."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.doctor.check import Check, worst
from assistant.doctor.examine import Examination, Wish
from assistant.options import ConfigOption, JsonOption

_LEVEL_WIDTH, _NAME_WIDTH = 8, 20


def doctor(
    read_models: Annotated[
        bool, typer.Option("--hash", help="Also read every model file and compare its digest.")
    ] = False,
    test: Annotated[
        bool,
        typer.Option("--test", help="Also play a tone and record 3 s with the configured devices."),
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Check this installation: one line a check, and what to do where it is not green.

    Green is well; yellow works, but not as well as it could; red does not
    work. Below what is not green stands what mends it, mostly a command.

    Nothing is changed and nobody is contacted. A service of another user is
    seen best with sudo. Exits with 1 if something is red.

    `assistant support-bundle` packs all this for somebody who is to help;
    docs/trouble.md goes from what you notice to what to do.
    """
    console = Console(highlight=False)
    examination = Examination(config, Wish(digests=read_models, sound=test))
    found = []
    for check in examination:
        found.append(check)
        if not as_json:
            _print(console, check)
    level = worst(found)
    if as_json:
        checks = [asdict(check) for check in found]
        typer.echo(json.dumps({"level": level, "checks": checks}, ensure_ascii=False))
    else:
        typer.echo(f"\n{summary(found)}")
    leave(examination, 1 if level == "red" else 0)


def leave(examination: Examination, code: int) -> NoReturn:
    """End the program. Python by itself would wait for what never answers."""
    if examination.stuck:
        sys.stdout.flush()
        os._exit(code)
    raise typer.Exit(code)


def summary(found: Iterable[Check]) -> str:
    """All of it in one sentence."""
    counts = Counter(check.level for check in found)
    red, yellow = counts["red"], counts["yellow"]
    better = f"{_things(yellow)} could be better" if yellow else ""
    if not red:
        return f"{better}, nothing is broken." if better else "Everything is well."
    broken = f"{_things(red)} {'is' if red == 1 else 'are'} broken"
    return f"{broken}, {better}." if better else f"{broken}."


def _things(count: int) -> str:
    return f"{count} thing{'s' * (count != 1)}"


def _print(console: Console, check: Check) -> None:
    """On a terminal in colour and wrapped below itself; elsewhere each text stays on its line."""
    if not console.is_terminal:
        typer.echo(f"{check.level:<{_LEVEL_WIDTH}}{check.name}: {check.text}")
        if check.remedy:
            typer.echo(f"{' ' * _LEVEL_WIDTH}{check.remedy}")
        return
    row = Table.grid(padding=(0, 1))
    row.add_column(width=_LEVEL_WIDTH - 1)
    row.add_column(width=_NAME_WIDTH - 1)
    row.add_column()
    row.add_row(Text(check.level, style=check.level), check.name, Text(check.text))
    console.print(row)
    if check.remedy:
        remedy = Text(check.remedy, style="bold")
        console.print(Padding(remedy, (0, 0, 0, _LEVEL_WIDTH + _NAME_WIDTH)))
