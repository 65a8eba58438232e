"""What is kept on the disk, by several processes, and what happens when the disk is not well."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from assistant import agenda
from assistant.actions import (
    AddAlert,
    AddItems,
    Change,
    CreateList,
    DeleteList,
    RemoveAlerts,
    RemoveItems,
    ReplaceAlert,
)
from assistant.alerts import Alert, Moment
from assistant.contents import MOST_ALERTS, MOST_ITEMS, MOST_LISTS
from assistant.errors import StageError
from assistant.store import Book

START = Moment(1_800_000_000.25, 1_000.125, "first")
PASTA = agenda.new_timer("pasta", 600, START)
WAKE = agenda.new_alarm("alarm", "work", START.wall_s + 9e4, "07:30", (0, 1, 2, 3, 4))


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every file that a test opens; a process that ends would do the same."""
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def remembering(*arguments: Any, **named: Any) -> sqlite3.Connection:
        made.append(connect(*arguments, **named))
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", remembering)
    yield
    for connection in made:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "household.db"


def full(book: Book) -> None:
    """Its disk is."""
    (pages,) = book._connection.execute("PRAGMA page_count").fetchone()
    book._connection.execute(f"PRAGMA max_page_count = {pages}")


def room_again(book: Book) -> None:
    book._connection.execute("PRAGMA max_page_count = 100000")


def fill(book: Book) -> None:
    """With something until no page is free."""
    full(book)

    def add_much() -> None:
        for number in range(1000):
            book.apply([AddItems("filler", (f"{number} " + "x" * 190,))])

    with pytest.raises(StageError) as caught:
        add_much()
    assert caught.value.code == "full"


def test_everything_is_there_again_after_a_restart(path: Path) -> None:
    book = Book.open(path)
    book.apply([AddAlert(PASTA), AddAlert(WAKE)], seen=START)
    book.apply([AddAlert(agenda.paused(PASTA, START)), AddAlert(agenda.rung(WAKE, START))])
    book.apply([AddItems("shopping", ("milk", "eggs")), CreateList("to-do")])
    book.put_setting("volume", 0.4)
    written = (book.alerts, book.lists, dict(book.settings), book.last_seen)
    book.close()
    again = Book.open(path)
    assert again.durable
    assert (again.alerts, again.lists, again.settings, again.last_seen) == written
    assert [alert.id for alert in again.alerts] == [1, 2, 3, 4]
    assert list(again.lists) == ["shopping", "to-do"]
    assert again.settings == {"volume": 0.4}
    assert again.last_seen == START


def test_only_the_owner_may_read_it(path: Path) -> None:
    Book.open(path).apply([AddItems("shopping", ("milk",))])
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name
    path.chmod(0o644)
    Book.open(path)
    assert path.stat().st_mode & 0o077 == 0


def test_no_id_is_given_twice(path: Path) -> None:
    book = Book.open(path)
    book.apply([AddAlert(PASTA), AddAlert(PASTA)])
    book.apply([RemoveAlerts((1, 2, 77))])
    book.close()
    again = Book.open(path)
    again.apply([AddAlert(PASTA)])
    assert [alert.id for alert in again.alerts] == [3]


def test_all_changes_or_none(path: Path) -> None:
    book = Book.open(path)
    book.apply([AddAlert(PASTA)])
    gone = Alert("timer", "gone", 1.0, id=9)
    with pytest.raises(StageError) as caught:
        book.apply([AddItems("shopping", ("milk",)), ReplaceAlert(gone, gone)])
    assert (caught.value.stage, caught.value.code) == ("skill", "conflict")
    assert book.lists == {}
    book.apply([ReplaceAlert(book.alerts[0], agenda.paused(book.alerts[0], START))])
    assert agenda.is_paused(book.alerts[0])
    assert book.alerts[0].id == 1


def test_another_process_sees_it_and_is_not_overwritten(path: Path) -> None:
    service, tool = Book.open(path), Book.open(path)
    assert not service.refresh()
    tool.apply([AddAlert(PASTA)])
    assert list(service.alerts) == []
    assert service.refresh()
    assert service.alerts == tool.alerts
    assert not service.refresh()
    tool.apply([AddItems("shopping", ("milk",))])
    service.apply([AddItems("shopping", ("eggs",))])
    assert service.lists == {"shopping": ("milk", "eggs")}
    ours = service.alerts[0]
    tool.apply([RemoveAlerts((1,))])
    with pytest.raises(StageError, match="changed meanwhile"):
        service.apply([ReplaceAlert(ours, agenda.rung(ours, START))])


def test_threads_wait_for_each_other(path: Path) -> None:
    book = Book.open(path)
    told: list[int] = []
    book.subscribe(lambda: told.append(len(book.alerts)))

    def add() -> None:
        for _ in range(5):
            book.apply([AddAlert(PASTA)])

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [alert.id for alert in book.alerts] == list(range(1, 21))
    assert len(told) == 20


def test_processes_wait_for_each_other(path: Path) -> None:
    books = [Book.open(path), Book.open(path)]

    def add(book: Book) -> None:
        for _ in range(20):
            book.apply([AddAlert(PASTA)])

    threads = [Thread(target=add, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    books[0].refresh()
    assert [alert.id for alert in books[0].alerts] == list(range(1, 41))


def test_lists_take_words_as_people_do(path: Path) -> None:
    book = Book.open(path)
    book.apply([AddItems("shopping", ("Milk", "eggs", "milk "))])
    book.apply([AddItems("Shopping", ("MILK", "bread"))])
    assert book.lists == {"shopping": ("Milk", "eggs", "bread")}
    book.apply([RemoveItems("shopping", ("EGGS", "caviar")), RemoveItems("none", ("milk",))])
    assert book.lists == {"shopping": ("Milk", "bread")}
    book.apply([CreateList("shopping")])
    assert book.lists["shopping"] == ("Milk", "bread")
    book.apply([DeleteList("SHOPPING"), DeleteList("none")])
    assert book.lists == {}


def test_there_is_an_end_to_everything(path: Path) -> None:
    book = Book.open(path)
    book.apply([AddAlert(PASTA)] * MOST_ALERTS)
    book.apply([CreateList(f"list {number}") for number in range(MOST_LISTS)])
    book.apply([AddItems("list 0", tuple(map(str, range(MOST_ITEMS))))])
    refused: tuple[tuple[Change, str], ...] = (
        (AddAlert(PASTA), "too many"),
        (CreateList("one more"), "too many"),
        (AddItems("list 0", ("one more",)), "too many"),
        (AddItems("list 1", ("x" * 201,)), "too long"),
    )
    for change, code in refused:
        with pytest.raises(StageError) as caught:
            book.apply([change])
        assert caught.value.code == code


@pytest.mark.parametrize(
    "alert",
    [
        Alert("timer", "", None),
        Alert("timer", "", float("nan")),
        Alert("alarm", "", float("inf")),
        replace(WAKE, at="7:30"),
        replace(WAKE, at="24:00"),
        replace(WAKE, days=(7,)),
    ],
)
def test_nothing_is_kept_that_the_bell_would_stumble_over(path: Path, alert: Alert) -> None:
    book = Book.open(path)
    with pytest.raises(StageError) as caught:
        book.apply([AddItems("shopping", ("milk",)), AddAlert(alert)])
    assert caught.value.code == "invalid"
    assert (book.alerts, book.lists) == ((), {})


def test_a_full_disk_refuses_and_loses_nothing(path: Path) -> None:
    book = Book.open(path)
    book.apply([AddAlert(PASTA)])
    fill(book)
    kept = book.lists
    book.close()
    again = Book.open(path)
    assert again.lists == kept
    assert len(again.alerts) == 1


def test_what_rings_is_silenced_even_if_that_cannot_be_stored(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = Book.open(path)
    book.apply([AddAlert(PASTA), AddAlert(WAKE)])
    fill(book)
    book._connection.execute("PRAGMA query_only = 1")
    book.insist([RemoveAlerts((1,))])
    assert [alert.id for alert in book.alerts] == [2]
    assert "could not be stored" in caplog.text
    Book.open(path).apply([AddAlert(PASTA), DeleteList("filler")])
    assert book.refresh()
    assert [alert.id for alert in book.alerts] == [2, 3], "it does not come back"
    book._connection.execute("PRAGMA query_only = 0")
    room_again(book)
    book.apply([AddItems("shopping", ("milk",))])
    assert [alert.id for alert in Book.open(path).alerts] == [2, 3], "stored with the next"


def test_without_a_place_to_write_it_works_until_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    book = Book.open(tmp_path / "file" / "household.db")
    assert not book.durable
    assert book.reason
    assert "nothing is kept" in caplog.text
    book.apply([AddAlert(PASTA), AddItems("shopping", ("milk",))])
    assert len(book.alerts) == 1
    assert not book.refresh()


def test_on_a_disk_that_may_only_be_read_alarms_are_still_known(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Book.open(path)
    book.apply([AddAlert(WAKE)])
    book.close()

    def refuse(_: Path) -> sqlite3.Connection:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("assistant.database.opened", refuse)
    again = Book.open(path)
    assert not again.durable
    assert [alert.name for alert in again.alerts] == ["work"]
    again.apply([RemoveAlerts((1,))])
    assert again.alerts == ()


@pytest.mark.parametrize("damage", ["noise", "middle"])
def test_a_damaged_file_is_moved_aside(
    path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    book = Book.open(path)
    book.apply([AddItems("shopping", tuple(f"{n} " + "x" * 100 for n in range(300)))])
    book.close()
    content = path.read_bytes()
    half = len(content) // 2
    broken = b"\x5a" * 5_000 if damage == "noise" else content[:half] + b"\x5a" * (half // 2)
    path.write_bytes(broken)
    again = Book.open(path)
    assert again.durable
    assert again.lists == {}
    assert "is damaged" in caplog.text
    (aside,) = path.parent.glob("household.db.corrupt-*")
    assert aside.read_bytes() == broken
    again.apply([AddAlert(PASTA)])
    assert len(Book.open(path).alerts) == 1
