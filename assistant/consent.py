"""Ask before something happens that cannot be taken back at once."""

import sys
from typing import Annotated

import typer

from assistant.errors import InputError

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def require_consent(question: str, given: bool) -> None:
    """Ask on the terminal unless consent is `given` already. InputError if there is no terminal,
    typer.Abort if the answer is no."""
    if given:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{question} Nobody is there to answer: add --yes.")
    typer.confirm(question, abort=True, err=True)
