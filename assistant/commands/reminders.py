"""`assistant reminders`: something to be said at a time."""

from typing import Annotated

import typer

from assistant import agenda
from assistant.actions import AddAlert
from assistant.commands.alerts import (
    cancel,
    carry_out,
    of_kind,
    opened,
    parsed_duration,
    parsed_moment,
    report,
    show,
    silence,
)
from assistant.errors import InputError
from assistant.moments import moment
from assistant.options import JsonOption

app = typer.Typer(invoke_without_command=True)


@app.callback()
def reminders(context: typer.Context, as_json: JsonOption = False) -> None:
    """Reminders: list them, or make, stop and cancel them.

    For the bins:  assistant reminders add "take out the bins" --at 19:00 --on tuesday

    The running service says them; what is changed here it notices within a second.
    """
    if context.invoked_subcommand is None:
        show("reminder", as_json)


@app.command()
def add(
    text: Annotated[str, typer.Argument(help="What to be reminded of.")],
    at: Annotated[str, typer.Option(help='At this time: 19:00, "7 pm".')] = "",
    on: Annotated[
        str, typer.Option(help="With --at, on this day: 2026-12-24, tomorrow, friday.")
    ] = "",
    later: Annotated[str, typer.Option("--in", help="After this time: 20m, 1h30m.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Be reminded of something once, --at a time or --in a while.

    For example:  assistant reminders add "call mom" --in 20m
    """
    if bool(at) == bool(later) or (on and later):
        raise InputError("Say when: --at 19:00 (with --on friday, if you like) or --in 20m.")
    if not text.strip():
        raise InputError('Say of what: assistant reminders add "call mom" --in 20m')
    if later:
        due_s = moment().wall_s + parsed_duration([later])
    else:
        due_s = parsed_moment(at, on or None).timestamp()
    alert = agenda.new_alarm("reminder", text.strip(), due_s)
    book = opened()
    carry_out(book, lambda _: [AddAlert(alert)])
    report("set", "reminder", of_kind(book, "reminder")[-1:], as_json)


@app.command("cancel")
def cancel_reminder(
    which: Annotated[str, typer.Argument(metavar="ID|TEXT|all")], as_json: JsonOption = False
) -> None:
    """Remove a reminder, or all.

    For example:  assistant reminders cancel 4
    """
    cancel("reminder", which, as_json)


@app.command()
def stop(as_json: JsonOption = False) -> None:
    """Silence the reminders that ring.

    For example:  assistant reminders stop
    """
    silence("reminder", as_json)
