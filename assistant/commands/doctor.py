"""`assistant doctor`: what could keep it from working well, and what to do about it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from assistant.commands.options import ConfigOption, JsonOption
from assistant.doctor.check import Check, worst
from assistant.doctor.examine import examine

_INDENT = " " * 8


def doctor(
    read_models: Annotated[
        bool, typer.Option("--hash", help="Also read every model file and compare its digest.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Check this installation: one line a check, and what to do where it is not green.

    Exits with 1 if something is red, that is, does not work; yellow works, but not as well as it
    could.
    """
    found = []
    for check in examine(config, read_models):
        found.append(check)
        if not as_json:
            _print(check)
    if as_json:
        level = worst(found)
        checks = [asdict(check) for check in found]
        typer.echo(json.dumps({"level": level, "checks": checks}, ensure_ascii=False))
    if worst(found) == "red":
        raise typer.Exit(1)


def _print(check: Check) -> None:
    level = typer.style(f"{check.level:<8}", fg=check.level)
    typer.echo(f"{level}{check.name}: {check.text}")  # without colours where nobody looks
    if check.remedy:
        typer.echo(f"{_INDENT}{check.remedy}")
