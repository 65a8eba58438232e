"""`assistant timers`: countdowns, also while the service runs."""

from typing import Annotated

import typer

from assistant import agenda
from assistant.actions import AddAlert
from assistant.alerts import Alert
from assistant.commands.alerts import (
    Selected,
    cancel,
    carry_out,
    change,
    of_kind,
    opened,
    parsed_duration,
    report,
    show,
    silence,
)
from assistant.errors import InputError
from assistant.moments import moment
from assistant.options import JsonOption
from assistant.skills.counting import LONGEST_S

app = typer.Typer(invoke_without_command=True)
Which = Annotated[str, typer.Argument(metavar="ID|NAME|all", help="As `assistant timers` lists.")]


@app.callback()
def timers(context: typer.Context, as_json: JsonOption = False) -> None:
    """Timers: list them, or set, pause, resume, stop and cancel them.

    For the noodles:  assistant timers add 10m --name pasta

    The running service rings them; what is changed here it notices within a second.
    """
    if context.invoked_subcommand is None:
        show("timer", as_json)


@app.command()
def add(
    length: Annotated[
        list[str], typer.Argument(help="10m, 1h30m, 90s, 1:30:00, or words as 10 minutes.")
    ],
    name: Annotated[str, typer.Option(help="What it is for; said when it rings.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Set a timer, which counts from now.

    For example:  assistant timers add 1h30m --name roast
    """
    seconds = parsed_duration(length)
    if seconds > LONGEST_S:
        raise InputError("A timer runs for 24 hours at most: use `assistant reminders add --in`.")
    alert = agenda.new_timer(name.strip(), seconds, moment())
    book = opened()
    carry_out(book, lambda _: [AddAlert(alert)])
    report("set", "timer", of_kind(book, "timer")[-1:], as_json)


@app.command("cancel")
def cancel_timer(which: Which, as_json: JsonOption = False) -> None:
    """Remove a timer, or all; one that rings falls silent.

    For example:  assistant timers cancel pasta
    """
    cancel("timer", which, as_json)


@app.command()
def pause(which: Which, as_json: JsonOption = False) -> None:
    """Let a timer stand still.

    For example:  assistant timers pause pasta
    """

    def paused(alert: Alert) -> Alert:
        if agenda.is_ringing(alert):
            raise InputError(f"Timer {alert.id} rings: use `assistant timers stop`.")
        if agenda.is_paused(alert) and which.casefold() != "all":
            raise InputError(f"Timer {alert.id} is paused already: `assistant timers resume`.")
        return agenda.paused(alert, moment())

    report("paused", "timer", change(Selected("timer", which), paused), as_json)


@app.command()
def resume(which: Which, as_json: JsonOption = False) -> None:
    """Let a paused timer go on.

    For example:  assistant timers resume pasta
    """

    def resumed(alert: Alert) -> Alert:
        if not agenda.is_paused(alert) and which.casefold() != "all":
            doing = "rings" if agenda.is_ringing(alert) else "runs"
            raise InputError(f"Timer {alert.id} {doing} already: only a paused one is resumed.")
        return agenda.resumed(alert, moment())

    report("resumed", "timer", change(Selected("timer", which), resumed), as_json)


@app.command()
def stop(as_json: JsonOption = False) -> None:
    """Silence the timers that ring, and leave the others alone.

    For example:  assistant timers stop
    """
    silence("timer", as_json)
