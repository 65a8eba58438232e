"""What the commands about timers, alarms and reminders share: finding one, changing it, showing it.

They work on the same file as the service, which notices within a second, and without it.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from assistant import agenda
from assistant.actions import Change, RemoveAlerts, ReplaceAlert
from assistant.alerts import Alert, Kind
from assistant.errors import InputError, StageError
from assistant.moments import local_time, moment
from assistant.skills.wording import about_text, days_text, when_text
from assistant.store import Book, standard_path
from assistant.understand.calendar import WEEKDAYS
from assistant.understand.normal import normal
from assistant.understand.slots import SLOTS
from assistant.understand.slots.times import TimeOfDay
from assistant.understand.slots.weekdays import days as spoken_days

_TRIES = 3
"""The service may change the same alert in between, as when it begins to ring."""
_MOST_YEARS = 10
_DAYS = {day[:length]: number for number, day in enumerate(WEEKDAYS) for length in (2, 3, len(day))}


class Selected(NamedTuple):
    kind: Kind
    which: str
    """An id, a name, or "all"."""


def opened() -> Book:
    """The household's book. Raises InputError where nothing can be kept."""
    path = standard_path()
    book = Book.open(path)
    if not book.durable:
        raise InputError(f"{path} cannot be written ({book.reason}): see to its folder.")
    return book


def carry_out(book: Book, changes: Callable[[Book], Sequence[Change]]) -> None:
    """Have `changes` of the book stored, as they are by then. Raises InputError."""
    for tries_left in reversed(range(_TRIES)):
        try:
            book.apply(changes(book))
            return
        except StageError as error:
            if error.code != "conflict" or not tries_left:
                raise InputError(f"It could not be stored ({error.code}): {error}") from error
            book.refresh()


def of_kind(book: Book, kind: Kind) -> list[Alert]:
    return [alert for alert in book.alerts if alert.kind == kind]


def found(book: Book, selected: Selected) -> list[Alert]:
    """Those that are meant: exactly one, or all. Raises InputError otherwise."""
    kind, which = selected
    alerts = of_kind(book, kind)
    if which.casefold() == "all":
        return alerts
    by_id = [alert for alert in alerts if str(alert.id) == which]
    named = by_id or [alert for alert in alerts if alert.name.casefold() == which.casefold()]
    if not named:
        raise InputError(f'There is no {kind} "{which}": `assistant {kind}s` lists them.')
    if len(named) > 1:
        ids = " or ".join(str(alert.id) for alert in named)
        raise InputError(f'{len(named)} {kind}s are called "{which}": give the id, {ids}.')
    return named


def cancel(kind: Kind, which: str, as_json: bool) -> None:
    """Remove for good, also those that repeat."""
    book = opened()
    gone: list[Alert] = []

    def changes(book: Book) -> list[Change]:
        gone[:] = found(book, Selected(kind, which))
        return [RemoveAlerts(tuple(alert.id for alert in gone))]

    carry_out(book, changes)
    report("cancelled", kind, gone, as_json)


def silence(kind: Kind, as_json: bool) -> None:
    """What rings; one that repeats waits for its next day."""
    book = opened()
    silenced: list[Alert] = []

    def changes(book: Book) -> list[Change]:
        silenced[:] = filter(agenda.is_ringing, of_kind(book, kind))
        return [agenda.dismissal(alert, local_time()) for alert in silenced]

    carry_out(book, changes)
    report("stopped", kind, silenced, as_json)


def change(selected: Selected, make: Callable[[Alert], Alert]) -> list[Alert]:
    """Put what `make` returns in the place of each; returns those."""
    book = opened()
    made: list[Alert] = []

    def changes(book: Book) -> list[Change]:
        old = found(book, selected)
        made[:] = map(make, old)
        return [ReplaceAlert(before, after) for before, after in zip(old, made, strict=True)]

    carry_out(book, changes)
    return made


def report(deed: str, kind: Kind, alerts: Sequence[Alert], as_json: bool) -> None:
    """One line an alert: what was done to it."""
    if as_json:
        print_json({deed: [described(alert) for alert in alerts]})
        return
    for alert in alerts:
        typer.echo(f"{deed}: {titled(alert)}")
    if not alerts:
        typer.echo(f"Nothing was {deed}: `assistant {kind}s` shows what there is.")


def titled(alert: Alert) -> str:
    """ "timer 3 (pasta), 9 minutes 58 seconds left"."""
    name = f" ({alert.name})" if alert.name else ""
    return f"{alert.kind} {alert.id}{name}, {_when(alert)}"


def described(alert: Alert) -> dict[str, Any]:
    """For scripts."""
    now = moment()
    return {
        "id": alert.id,
        "kind": alert.kind,
        "name": alert.name,
        "state": state(alert),
        "remaining_s": round(agenda.remaining_s(alert, now), 1),
        "due": None if agenda.is_paused(alert) else _due(alert).isoformat(timespec="seconds"),
        "duration_s": alert.duration_s,
        "days": list(alert.days),
    }


def state(alert: Alert) -> str:
    if agenda.is_ringing(alert):
        return "ringing"
    if agenda.is_paused(alert):
        return "paused"
    return "due" if agenda.is_due(alert, moment()) else "on"


def show(kind: Kind, as_json: bool) -> None:
    """All of one kind, the next one first."""
    now = moment()
    alerts = sorted(of_kind(opened(), kind), key=lambda alert: agenda.remaining_s(alert, now))
    if as_json:
        print_json({f"{kind}s": [described(alert) for alert in alerts]})
        return
    if not alerts:
        typer.echo(f"No {kind}s. To make one: assistant {kind}s add --help")
        return
    columns = ("id", "name", "remaining", "rings", "repeats", "state")
    table = [columns, *(_row(alert) for alert in alerts)]
    if not any(alert.days for alert in alerts):
        table = [row[:4] + row[5:] for row in table]
    print_table(table)


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """For a person; separated by tabs if a program reads it."""
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(*rows[0], box=None, header_style="bold")
    for row in rows[1:]:
        table.add_row(*row)
    console.print(table)


def print_json(report: dict[str, Any]) -> None:
    typer.echo(json.dumps(report, ensure_ascii=False))


def parsed_duration(words: Iterable[str]) -> float:
    """Seconds. Raises InputError."""
    said = " ".join(words)
    seconds = SLOTS["duration"](normal(said), local_time())
    if not isinstance(seconds, float):
        raise InputError(f'"{said}" is no length of time: write 10m, 1h30m, 90s or 1:30:00.')
    return seconds


def parsed_time(said: str) -> str:
    """ "07:30". Raises InputError."""
    time = SLOTS["time"](normal(said), local_time())
    if not isinstance(time, TimeOfDay):
        raise InputError(f'"{said}" is no time of day: write 07:30, 19:30 or "7:30 pm".')
    return f"{time.hour:02d}:{time.minute:02d}"


def parsed_days(said: str) -> tuple[int, ...]:
    """Monday is 0. Raises InputError."""
    words = [word for word in re.split(r"[,\s]+", said.casefold()) if word]
    if words and all(word in _DAYS for word in words):
        return tuple(sorted({_DAYS[word] for word in words}))
    days = spoken_days(normal(said), local_time())
    if days is None:
        raise InputError(f'"{said}" are no days: write weekdays, weekends, daily or mon,thu.')
    return days


def parsed_moment(time: str, day: str | None) -> datetime:
    """The next such time, or that of the day. Raises InputError, also if it is over."""
    at, now = parsed_time(time), local_time()
    if day is None:
        return agenda.next_due(at, (), now)
    midnight = datetime.combine(_parsed_day(day, now), datetime.min.time(), now.tzinfo)
    due = agenda.next_due(at, (), midnight - timedelta(microseconds=1))
    if due.timestamp() <= now.timestamp():
        raise InputError(f"{due:%Y-%m-%d %H:%M} is over: give a later time or another day.")
    return due


def _parsed_day(said: str, now: datetime) -> date:
    try:
        day: object = date.fromisoformat(said)
    except ValueError:
        day = SLOTS["day"](normal(said), now)
    if not isinstance(day, date):
        raise InputError(f'"{said}" is no day: write 2026-12-24, tomorrow or friday.')
    if day.year > now.year + _MOST_YEARS:
        raise InputError(f"{day} is too far off: give a day within {_MOST_YEARS} years.")
    return day


def _row(alert: Alert) -> tuple[str, ...]:
    return (
        str(alert.id),
        alert.name,
        about_text(agenda.remaining_s(alert, moment())),
        "" if agenda.is_paused(alert) else _clock(alert),
        days_text(alert.days) if alert.days else "",
        state(alert),
    )


def _when(alert: Alert) -> str:
    if agenda.is_ringing(alert):
        return "ringing"
    if agenda.counts_down(alert):
        paused = ", paused" if agenda.is_paused(alert) else ""
        return f"{about_text(agenda.remaining_s(alert, moment()))} left{paused}"
    days = f", {days_text(alert.days)}" if alert.days else ""
    return f"{_clock(alert)}{days}"


def _clock(alert: Alert) -> str:
    return when_text(_due(alert), local_time())


def _due(alert: Alert) -> datetime:
    """A countdown's by the clock on the wall as it is now, also where that was set since."""
    if alert.due_s is not None and not agenda.counts_down(alert):
        return local_time(alert.due_s)
    now = moment()
    return local_time(round(now.wall_s - agenda.late_s(alert, now)))
