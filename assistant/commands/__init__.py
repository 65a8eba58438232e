"""The commands. Only the one that is called is imported: some need every engine and a second or
two for that, and `assistant timers` should answer at once.

To add one: its file, then its line in `COMMANDS`.
"""

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


class Place(NamedTuple):
    """Where a command is written, and what `assistant --help` says of it."""

    module: str
    """In this package."""
    attribute: str
    """A function, or a `typer.Typer` with commands of its own."""
    help: str
    """The first paragraph of the command's own help, which is not imported to show this."""


COMMANDS = {
    "run": Place(
        "run",
        "run",
        "Listen to the microphone, answer through the loudspeaker, until stopped.",
    ),
    "devices": Place(
        "devices",
        "devices",
        "List microphones and loudspeakers, and what to write into the configuration.",
    ),
    "doctor": Place(
        "doctor",
        "doctor",
        "Check this installation: one line a check, and what to do where it is not green.",
    ),
    "hw": Place(
        "hw",
        "hw",
        "Show the board, the profile chosen for it, the threads and models that suit it, and why.",
    ),
    "turn": Place(
        "turn",
        "turn",
        "Hear a recorded request, think, answer, and say where the time went.",
    ),
    "ask": Place(
        "speak",
        "ask",
        "Answer a typed request; the same conversation as with a voice, without the ears.",
    ),
    "say": Place("speak", "say", "Speak a text into a WAV file."),
    "transcribe": Place(
        "hear",
        "transcribe",
        "Print what is said in recordings; with --json one object a line.",
    ),
    "listen": Place(
        "hear",
        "listen",
        "Print every wake word and every turn of the voice in a recording, with its time.",
    ),
    "bench": Place(
        "bench",
        "bench",
        "How soon this machine answers: every request is asked in real time, and what is heard of "
        "the answer is compared with the end of the last word. Takes 5 to 10 s a request.",
    ),
    "timers": Place(
        "timers",
        "app",
        "Timers: list them, or set, pause, resume, stop and cancel them.",
    ),
    "alarms": Place("alarms", "app", "Alarms: list them, or set, stop, snooze and cancel them."),
    "reminders": Place("reminders", "app", "Reminders: list them, or make, stop and cancel them."),
    "lists": Place(
        "lists", "app", "Lists: show them, or add to, remove from, clear and delete one."
    ),
    "models": Place(
        "models",
        "app",
        "Fetch, check and locate the models. `pull` is the only command of the assistant that uses "
        "the network; everything it fetches is verified before it is installed.",
    ),
    "eval": Place("evaluate", "app", "Measure the engines on labelled recordings."),
}
"""By name, in the order of `assistant --help`."""


class Commands(TyperGroup):
    """All of `COMMANDS`: as what is only listed, until one is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, place in COMMANDS.items():
            self.add_command(TyperCommand(name, help=place.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The one that is called, imported."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed if name is None else imported(name), rest


def imported(name: str) -> Any:
    """A command as typer runs it, with its own help and options."""
    place = COMMANDS[name]
    found = getattr(import_module(f"{__name__}.{place.module}"), place.attribute)
    parent = typer.Typer()
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name)
    else:
        parent.command(name)(found)
    return get_group(parent).commands[name]
