"""Programs of many commands, of which only the one that is called is imported: some need every
engine and a second or two for that, and `assistant timers` should answer at once.
"""

import logging
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from assistant.errors import AssistantError


class Place(NamedTuple):
    """Where a command is written, and what the program's `--help` says of it."""

    module: str
    """In the package of its program's commands."""
    attribute: str
    """A function, or a `typer.Typer` with commands of its own."""
    help: str
    """The first paragraph of the command's own help, which is not imported to show this."""


def group(package: str, places: Mapping[str, Place]) -> type[TyperGroup]:
    """A program's commands, in the order of its `--help`: all as what is only listed, until one is
    called."""

    class Commands(TyperGroup):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            for name, place in places.items():
                self.add_command(TyperCommand(name, help=place.help))

        def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
            """The one that is called, imported."""
            name, listed, rest = super().resolve_command(ctx, args)
            return name, listed if name is None else imported(package, name, places[name]), rest

    return Commands


def imported(package: str, name: str, place: Place) -> Any:
    """A command as typer runs it, with its own help and options."""
    found = getattr(import_module(f"{package}.{place.module}"), place.attribute)
    parent = typer.Typer()
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name)
    else:
        parent.command(name)(found)
    return get_group(parent).commands[name]


def log_to_stderr(verbose: bool) -> None:
    """Warnings, and what else happens if it is wanted."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


def run(app: typer.Typer) -> None:
    """What was called. Every AssistantError ends as one sentence on stderr and exit code 2."""
    try:
        app()
    except AssistantError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except PermissionError as error:  # an installed device's own user may read few files
        typer.echo(
            f"Error: {error.filename} is closed to this user: let it be read, or copy it to a"
            " folder where it can be.",
            err=True,
        )
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
