"""`assistant alarms`: at a time of day, once or on days of the week."""

from typing import Annotated

import typer

from assistant import agenda
from assistant.actions import AddAlert, Change, ReplaceAlert
from assistant.alerts import Alert
from assistant.commands.alerts import (
    cancel,
    carry_out,
    of_kind,
    opened,
    parsed_days,
    parsed_moment,
    parsed_time,
    report,
    show,
    silence,
)
from assistant.errors import InputError
from assistant.moments import local_time, moment
from assistant.options import JsonOption
from assistant.store import Book

app = typer.Typer(invoke_without_command=True)


@app.callback()
def alarms(context: typer.Context, as_json: JsonOption = False) -> None:
    """Alarms: list them, or set, stop, snooze and cancel them.

    To get up:  assistant alarms add 07:30 --days weekdays

    The running service rings them; what is changed here it notices within a second.
    """
    if context.invoked_subcommand is None:
        show("alarm", as_json)


@app.command()
def add(
    time: Annotated[str, typer.Argument(help='07:30, 19:30 or "7:30 pm".')],
    days: Annotated[
        str, typer.Option(help="Repeat on: weekdays, weekends, daily, or mon,thu.")
    ] = "",
    on: Annotated[str, typer.Option(help="Once, on this day: 2026-12-24, tomorrow, friday.")] = "",
    name: Annotated[str, typer.Option(help="What it is for; said when it rings.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Set an alarm: once, at the next such time, or on days of the week.

    For example:  assistant alarms add 06:45 --days mon,thu --name swimming
    """
    if days and on:
        raise InputError("An alarm repeats (--days) or is for one day (--on): give one of them.")
    if days:
        at, repeats = parsed_time(time), parsed_days(days)
        due = agenda.next_due(at, repeats, local_time())
    else:
        at, repeats, due = "", (), parsed_moment(time, on or None)
    alert = agenda.new_alarm("alarm", name.strip(), due.timestamp(), at, repeats)
    book = opened()
    carry_out(book, lambda _: [AddAlert(alert)])
    report("set", "alarm", of_kind(book, "alarm")[-1:], as_json)


@app.command("cancel")
def cancel_alarm(
    which: Annotated[str, typer.Argument(metavar="ID|NAME|all")], as_json: JsonOption = False
) -> None:
    """Remove an alarm for good, or all; one that rings falls silent.

    For example:  assistant alarms cancel 4
    """
    cancel("alarm", which, as_json)


@app.command()
def stop(as_json: JsonOption = False) -> None:
    """Silence the alarms that ring; those that repeat ring again on their next day.

    For example:  assistant alarms stop
    """
    silence("alarm", as_json)


@app.command()
def snooze(
    minutes: Annotated[float, typer.Argument(min=0.1, max=600)] = 9.0, as_json: JsonOption = False
) -> None:
    """Silence the alarms that ring, and have them ring again soon.

    For example:  assistant alarms snooze 5
    """
    book = opened()
    snoozed: list[Alert] = []

    def changes(book: Book) -> list[Change]:
        ringing = [alert for alert in of_kind(book, "alarm") if agenda.is_ringing(alert)]
        if not ringing:
            raise InputError("No alarm rings: `assistant alarms` shows when they do.")
        snoozed[:] = [agenda.snoozed(alert, minutes * 60, moment()) for alert in ringing]
        return [ReplaceAlert(old, new) for old, new in zip(ringing, snoozed, strict=True)]

    carry_out(book, changes)
    report("snoozed", "alarm", snoozed, as_json)
