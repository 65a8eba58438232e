"""An older version of the assistant meets the file of a newer one: nothing is lost, all rings."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import agenda, database
from assistant.actions import AddAlert, AddItems, RemoveAlerts
from assistant.alerts import Moment
from assistant.doctor import household
from assistant.doctor.looking import Machine
from assistant.store import Book
from assistant.tables import NEWEST

START = Moment(1_800_000_000.25, 1_000.125, "first")
PASTA = agenda.new_timer("pasta", 600, START)
WAKE = agenda.new_alarm("alarm", "work", START.wall_s + 9e4, "07:30", (0, 1, 2, 3, 4))
ADDED = (
    "ALTER TABLE alert ADD COLUMN sound TEXT NOT NULL DEFAULT 'bell'",
    "CREATE TABLE person (name TEXT NOT NULL)",
    "INSERT INTO person VALUES ('somebody')",
    "CREATE VIEW everybody AS SELECT name FROM person",
    "CREATE TRIGGER heard AFTER INSERT ON alert BEGIN DELETE FROM person; END",
)


def newer(path: Path, *statements: str) -> None:
    """What a newer version may have done to it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in (*statements, f"PRAGMA user_version = {NEWEST + 1}"):
            connection.execute(statement)


def dump(path: Path) -> list[str]:
    with closing(database.readable(path)) as connection:
        return list(connection.iterdump())


def copies(path: Path) -> list[Path]:
    found = path.parent.glob("household.db.newer-*")
    return [copy for copy in found if not copy.name.endswith(("-wal", "-shm"))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a household with a timer, an alarm, a list and a setting."""
    made = tmp_path / "household.db"
    with closing(Book.open(made)) as book:
        book.apply([AddAlert(PASTA), AddAlert(WAKE), AddItems("shopping", ("milk",))], START)
        book.put_setting("volume", 0.4)
    return made


@pytest.fixture
def open_book(path: Path) -> Iterator[Callable[[], Book]]:
    """Each time it is opened, the one before is closed."""
    opened: list[Book] = []

    def once_more() -> Book:
        if opened:
            opened[-1].close()
        opened.append(Book.open(path))
        return opened[-1]

    yield once_more
    opened[-1].close()


def test_all_that_is_understood_is_there_and_stays(
    path: Path, open_book: Callable[[], Book], caplog: pytest.LogCaptureFixture
) -> None:
    newer(path, *ADDED)
    before = dump(path)
    with caplog.at_level(logging.WARNING):
        book = open_book()
    assert book.durable
    assert book.alerts == (replace(PASTA, id=1), replace(WAKE, id=2))
    assert book.lists == {"shopping": ("milk",)}
    assert (book.settings, book.last_seen) == ({"volume": 0.4}, START)
    (message,) = caplog.messages
    (copy,) = copies(path)
    assert "newer version" in message
    assert str(copy) in message
    assert dump(copy) == before, "nothing is lost"
    assert copy.stat().st_mode & 0o077 == 0
    book.apply([RemoveAlerts((1,)), AddAlert(PASTA)])
    assert [alert.id for alert in open_book().alerts] == [2, 3], "what is set now stays set"
    assert copies(path) == [copy], "and once is enough"


def test_it_is_as_if_it_had_never_been_newer(path: Path, open_book: Callable[[], Book]) -> None:
    """So the newer version, once it is back, finds what it can bring up to date."""
    before = dump(path)
    newer(path, *ADDED)
    open_book()
    assert dump(path) == before
    with closing(database.readable(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("change", "alerts", "lists", "settings"),
    [
        ((), 2, 1, 1),
        (("ALTER TABLE alert DROP COLUMN rang_s",), 2, 1, 1),
        (("ALTER TABLE alert RENAME TO event",), 0, 1, 1),
        (("ALTER TABLE alert RENAME COLUMN due_s TO due",), 0, 1, 1),
        (("UPDATE alert SET days = '[0, 1]' WHERE name = 'work'",), 1, 1, 1),
        (("UPDATE alert SET due_s = 'tomorrow' WHERE name = 'pasta'",), 1, 1, 1),
        (("UPDATE alert SET due_s = NULL WHERE name = 'pasta'",), 1, 1, 1),
        (("UPDATE alert SET name = x'00ff' WHERE name = 'pasta'",), 1, 1, 1),
        (("UPDATE alert SET boot_due_s = 'soon' WHERE name = 'pasta'",), 1, 1, 1),
        (("UPDATE alert SET ringing_since_s = x'00' WHERE name = 'work'",), 1, 1, 1),
        (("DROP TABLE list",), 2, 0, 1),
        (("DELETE FROM list",), 2, 0, 1),
        (("UPDATE item SET text = x'00ff'",), 2, 1, 1),
        (("INSERT INTO item (list, text) VALUES ('gone', 'bread')",), 2, 1, 1),
        (("UPDATE alert SET boot_due_s = 9e999 WHERE name = 'pasta'",), 1, 1, 1),
        (
            ("ALTER TABLE alert RENAME TO old", "CREATE VIEW alert AS SELECT * FROM nowhere"),
            0,
            1,
            1,
        ),
        (("DROP TABLE setting", "CREATE VIEW setting AS SELECT * FROM nowhere"), 2, 1, 0),
        (("DROP TABLE setting",), 2, 1, 0),
        (("ALTER TABLE setting ADD COLUMN of TEXT",), 2, 1, 1),
        (("UPDATE setting SET value = 'loud' WHERE name = 'volume'",), 2, 1, 0),
        (("UPDATE setting SET value = '[1, 2]'",), 2, 1, 0),
    ],
)
def test_what_is_not_understood_costs_nothing_else(
    path: Path,
    open_book: Callable[[], Book],
    change: tuple[str, ...],
    alerts: int,
    lists: int,
    settings: int,
) -> None:
    newer(path, *change)
    before = dump(path)
    book = open_book()
    assert book.durable
    assert (len(book.alerts), len(book.lists), len(book.settings)) == (alerts, lists, settings)
    assert dump(copies(path)[0]) == before
    book.apply([AddAlert(PASTA)], START)
    assert len(open_book().alerts) == alerts + 1


def test_a_kind_that_this_version_cannot_ring_is_left_to_the_newer_one(
    path: Path, open_book: Callable[[], Book]
) -> None:
    newer(
        path,
        "ALTER TABLE alert RENAME TO old",
        "CREATE TABLE alert AS SELECT * FROM old",
        "UPDATE alert SET kind = 'nap' WHERE name = 'pasta'",
        "DROP TABLE old",
    )
    assert [alert.name for alert in open_book().alerts] == ["work"]
    assert any("nap" in line for line in dump(copies(path)[0]))


def test_without_room_for_a_copy_all_rings_and_the_file_stays_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    newer(path, *ADDED)
    before = dump(path)

    def full(path: Path, aside: Path) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(database, "_copy", full)
    with closing(Book.open(path)) as book:
        assert not book.durable
        assert [alert.name for alert in book.alerts] == ["pasta", "work"]
    assert "nothing is kept" in caplog.text
    assert dump(path) == before
    assert not copies(path)


def test_a_copy_that_cannot_be_finished_does_not_stay(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(database, "readable", refuse)
    with pytest.raises(sqlite3.OperationalError):
        database._copy(path, path.with_name("household.db.newer-1"))
    assert not copies(path)


def test_two_processes_take_it_over_once(path: Path, open_book: Callable[[], Book]) -> None:
    newer(path)
    with closing(Book.open(path)) as first:
        second = open_book()
        first.apply([AddItems("shopping", ("bread",))])
        assert second.refresh()
        assert second.lists == {"shopping": ("milk", "bread")}
    assert len(copies(path)) == 1


def test_the_doctor_says_so_before_and_after(path: Path, open_book: Callable[[], Book]) -> None:
    newer(path, "ALTER TABLE alert DROP COLUMN rang_s")
    before = Machine(path).household()
    assert before.level == "yellow"
    assert "1 alarm, 1 timer, 1 list" in before.text
    assert "newer" in before.text
    look = household.look(path)
    assert look is not None
    assert set(look.words) == {"pasta", "work", "shopping", "milk"}
    assert not copies(path), "it changes nothing"
    open_book()
    after = Machine(path).household()
    assert after.level == "yellow"
    assert str(copies(path)[0]) in after.text
    copies(path)[0].unlink()
    assert Machine(path).household().level == "green"
