"""`assistant timers|alarms|reminders|lists` as a person and as a script see them."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from assistant import agenda
from assistant.actions import ReplaceAlert
from assistant.alerts import Alert
from assistant.commands import alarms, lists, reminders, timers
from assistant.errors import InputError
from assistant.moments import local_time, moment
from assistant.store import Book

APP = typer.Typer()
APP.add_typer(timers.app, name="timers")
APP.add_typer(alarms.app, name="alarms")
APP.add_typer(reminders.app, name="reminders")
APP.add_typer(lists.app, name="lists")


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of the household's file."""
    path = tmp_path / "household.db"
    monkeypatch.setattr("assistant.commands.alerts.standard_path", lambda: path)
    return path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(APP, arguments)
    if isinstance(result.exception, InputError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def told(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


def ring(path: Path) -> None:
    """All that there is."""
    book = Book.open(path)
    book.apply([ReplaceAlert(alert, agenda.rung(alert, moment())) for alert in book.alerts])
    book.close()


def stored(path: Path) -> tuple[Alert, ...]:
    book = Book.open(path)
    book.close()
    return book.alerts


def test_a_timer_from_its_start_to_its_end(path: Path) -> None:
    assert run("timers").startswith("No timers.")
    assert run("timers", "add", "10m", "--name", "pasta").startswith("set: timer 1 (pasta), 10 min")
    assert run("timers", "pause", "PASTA").endswith("left, paused\n")
    assert told("timers")["timers"][0]["state"] == "paused"
    assert told("timers")["timers"][0]["due"] is None
    run("timers", "resume", "1")
    (row,) = told("timers")["timers"]
    assert (row["id"], row["name"], row["state"], row["duration_s"]) == (1, "pasta", "on", 600)
    assert 590 < row["remaining_s"] <= 600
    due_s = datetime.fromisoformat(row["due"]).timestamp() - moment().wall_s
    assert 585 < due_s <= 601
    assert [alert.name for alert in stored(path)] == ["pasta"]
    header, line = run("timers").splitlines()
    assert header.split("\t") == ["id", "name", "remaining", "rings", "state"]
    assert line.split("\t")[:2] == ["1", "pasta"]
    assert run("timers", "cancel", "pasta").startswith("cancelled: timer 1 (pasta)")
    assert told("timers") == {"timers": []}


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (("90s",), 90),
        (("1h30m",), 5400),
        (("1:30:00",), 5400),
        (("ten", "minutes"), 600),
        (("an hour and a half",), 5400),
    ],
)
def test_lengths(words: tuple[str, ...], seconds: float) -> None:
    assert told("timers", "add", *words)["set"][0]["duration_s"] == seconds


def test_only_what_rings_is_stopped(path: Path) -> None:
    run("timers", "add", "10m")
    run("alarms", "add", "07:30", "--days", "daily")
    ring(path)
    run("timers", "add", "20m")
    assert [row["id"] for row in told("timers", "stop")["stopped"]] == [1]
    assert [row["id"] for row in told("timers")["timers"]] == [3]
    assert told("alarms")["alarms"][0]["state"] == "ringing"
    assert told("alarms", "stop")["stopped"][0]["id"] == 2
    (alarm,) = told("alarms")["alarms"]
    assert (alarm["state"], alarm["days"]) == ("on", list(range(7)))
    assert run("timers", "stop").startswith("Nothing was stopped")


def test_a_snoozed_alarm_rings_again(path: Path) -> None:
    run("alarms", "add", "07:30")
    ring(path)
    (row,) = told("alarms", "snooze", "5")["snoozed"]
    assert 290 < row["remaining_s"] <= 300


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ("weekdays", [0, 1, 2, 3, 4]),
        ("mon,tue", [0, 1]),
        ("sunday, Mo", [0, 6]),
        ("every day", list(range(7))),
        ("monday", [0]),
    ],
)
def test_days_of_an_alarm(days: str, numbers: list[int]) -> None:
    assert told("alarms", "add", "07:30", "--days", days)["set"][0]["days"] == numbers


def test_an_alarm_rings_at_the_time_that_was_given() -> None:
    for said, hour in (("07:30", 7), ("7:30", 7), ("7:30 pm", 19), ("19:30", 19)):
        due = datetime.fromisoformat(told("alarms", "add", said)["set"][0]["due"])
        assert (due.hour, due.minute, due.second) == (hour, 30, 0)
        assert 0 < due.timestamp() - moment().wall_s <= 25 * 3600
    day = (local_time() + timedelta(days=3)).date()
    alarm = told("alarms", "add", "12:00", "--on", day.isoformat())["set"][0]
    assert alarm["due"].startswith(f"{day}T12:00:00")


def test_reminders() -> None:
    (row,) = told("reminders", "add", "call mom", "--in", "20m")["set"]
    assert (row["name"], row["kind"]) == ("call mom", "reminder")
    assert 1190 < row["remaining_s"] <= 1200
    run("reminders", "add", "the bins", "--at", "19:00", "--on", "tomorrow")
    assert {row["name"] for row in told("reminders")["reminders"]} == {"call mom", "the bins"}
    run("reminders", "cancel", "the bins")
    run("reminders", "cancel", "all")
    assert told("reminders") == {"reminders": []}
    assert told("reminders", "stop") == {"stopped": []}


def test_lists() -> None:
    assert run("lists").startswith("No lists.")
    assert run("lists", "add", "Shopping", "milk", "olive oil") == "milk\nolive oil\n"
    assert told("lists", "add", "shopping", "MILK", "eggs")["items"] == [
        "milk",
        "olive oil",
        "eggs",
    ]
    assert run("lists", "remove", "SHOPPING", "Milk") == "olive oil\neggs\n"
    assert told("lists") == {"lists": {"shopping": ["olive oil", "eggs"]}}
    assert run("lists").splitlines()[1] == "shopping\t2\tolive oil, eggs"
    assert told("lists", "show", "shopping")["items"] == ["olive oil", "eggs"]
    assert run("lists", "clear", "shopping", "--yes") == "The shopping list is empty.\n"
    assert run("lists", "delete", "shopping", "--yes") == "deleted: shopping\n"


WRONG: dict[str, str] = {
    "timers add xyz": "write 10m",
    "timers add 0s": "write 10m",
    "timers add 30h": "24 hours at most",
    "timers resume 1": "runs already",
    "alarms add 07:30 --on 9999-12-31": "within 10 years",
    "timers cancel soup": "`assistant timers` lists them",
    "timers cancel egg": "give the id, 1 or 2",
    "timers pause 77": "`assistant timers` lists them",
    "alarms add 25:00": "write 07:30",
    "alarms add 07:30 --days never": "write weekdays",
    "alarms add 07:30 --on someday": "write 2026-12-24",
    "alarms add 07:30 --on 2020-01-01": "is over",
    "alarms add 07:30 --days daily --on friday": "give one of them",
    "alarms snooze": "No alarm rings",
    "reminders add call": "Say when",
    "reminders add call --at 19:00 --in 5m": "Say when",
    "reminders cancel call": "`assistant reminders` lists them",
    "lists show party": "there is: shopping",
    "lists remove shopping bread": "not on the shopping list",
    "lists clear shopping": "nothing was changed",
    "lists delete shopping": "nothing was changed",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_said_in_one_sentence_and_changes_nothing(line: str, path: Path) -> None:
    run("timers", "add", "5m", "--name", "egg")
    run("timers", "add", "6m", "--name", "egg")
    run("lists", "add", "shopping", "milk")
    before = stored(path), told("lists")
    with pytest.raises(InputError) as caught:
        run(*line.split())
    assert WRONG[line] in str(caught.value)
    assert str(caught.value).count("\n") == 0
    assert (stored(path), told("lists")) == before


def test_a_ringing_timer_is_not_paused(path: Path) -> None:
    run("timers", "add", "5m")
    ring(path)
    with pytest.raises(InputError, match="timers stop"):
        run("timers", "pause", "1")


def test_a_paused_timer_is_not_paused_again() -> None:
    run("timers", "add", "5m")
    run("timers", "pause", "1")
    with pytest.raises(InputError, match="paused already"):
        run("timers", "pause", "1")
    run("timers", "pause", "all")


def test_where_nothing_can_be_kept_that_is_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path.parent / "file").write_text("no folder")
    nowhere = path.parent / "file" / "household.db"
    monkeypatch.setattr("assistant.commands.alerts.standard_path", lambda: nowhere)
    with pytest.raises(InputError, match="cannot be written"):
        run("timers", "add", "5m")


@pytest.mark.parametrize("command", ["timers", "alarms", "reminders", "lists"])
def test_help_teaches_by_example(command: str) -> None:
    app = {"timers": timers, "alarms": alarms, "reminders": reminders, "lists": lists}[command].app
    assert "assistant " in run(command, "--help")
    for each in app.registered_commands:
        name = each.name or (each.callback.__name__ if each.callback else "")
        assert f"assistant {command} {name}" in run(command, name, "--help")
