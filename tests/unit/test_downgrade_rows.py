"""Whatever is in the rows of a newer version's file: it opens, is copied once, and what is valid in
it is kept."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import astuple, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import agenda, database, downgrade
from assistant.actions import AddAlert, RemoveAlerts
from assistant.alerts import Alert, Moment
from assistant.doctor import household
from assistant.store import Book
from assistant.tables import NEWEST, read, read_settings

START = Moment(1_800_000_000.25, 1_000.125, "first")
PASTA = agenda.new_timer("pasta", 600, START)
COLUMNS = [field.name for field in fields(Alert)]
BARE = (
    f"CREATE TABLE alert ({', '.join(COLUMNS)})",
    "CREATE TABLE list (id, name)",
    "CREATE TABLE item (id, list, text)",
    "CREATE TABLE setting (name, value)",
    f"PRAGMA user_version = {NEWEST + 1}",
)
"""A newer version's tables, which take any value."""
Row = tuple[Any, ...]
Tables = dict[str, list[Row]]


class Raw(bytes):
    """Stored as text, whatever is in it."""


def fill(connection: sqlite3.Connection, tables: Tables) -> None:
    for table, rows in tables.items():
        for row in rows:
            blanks = ", ".join("CAST(? AS TEXT)" if type(v) is Raw else "?" for v in row)
            connection.execute(f"INSERT INTO {table} VALUES ({blanks})", row)


def newer(path: Path, tables: Tables) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in BARE:
            connection.execute(statement)
        fill(connection, tables)


def row(alert: Alert, **other: Any) -> Row:
    """With what is to be in its columns instead."""
    values = dict(zip(COLUMNS, astuple(alert), strict=True))
    values["days"] = ",".join(map(str, alert.days))
    return tuple((values | other).values())


def copies(path: Path) -> list[Path]:
    found = path.parent.glob("household.db.newer-*")
    return [copy for copy in found if not copy.name.endswith(("-wal", "-shm"))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "household.db"


def test_ids_that_are_none_or_there_twice_cost_their_rows_alone(path: Path) -> None:
    ids = [None, "two", b"\x01", 2.5, 0, -4, 2**63 - 1, 7, 7, 3]
    alerts = [row(replace(PASTA, name=f"row {n}"), id=id) for n, id in enumerate(ids)]
    newer(path, {"alert": alerts})
    looked = household.look(path)
    assert looked is not None
    assert looked.alerts == {"timer": 2}
    with closing(Book.open(path)) as book:
        assert book.durable
        assert [(alert.id, alert.name) for alert in book.alerts] == [(3, "row 9"), (7, "row 7")]
        book.apply([AddAlert(PASTA)])


def test_a_letter_that_is_none_does_not_cost_the_name(path: Path) -> None:
    alert = row(replace(PASTA, id=1), name=Raw(b"caf\xe9"))
    items: list[Row] = [(1, "shopping", Raw(b"p\xe2t\xe9"))]
    newer(path, {"alert": [alert], "list": [(1, "shopping")], "item": items})
    assert household.look(path) is not None
    with closing(Book.open(path)) as book:
        assert book.durable
        assert [alert.name for alert in book.alerts] == ["caf\ufffd"]
        assert book.lists == {"shopping": ("p\ufffdt\ufffd",)}


def test_an_id_is_not_used_again(path: Path) -> None:
    with closing(Book.open(path)) as book:
        book.apply([AddAlert(PASTA), AddAlert(PASTA), AddAlert(PASTA)])
        book.apply([RemoveAlerts((1, 2, 3))])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    with closing(Book.open(path)) as book:
        book.apply([AddAlert(PASTA)])
        assert [alert.id for alert in book.alerts] == [4]


@pytest.mark.parametrize(("sequence", "then"), [("'9'", 6), ("2.5", 6), ("3", 6), ("8", 9)])
def test_the_last_id_is_believed_if_it_can_be(path: Path, sequence: str, then: int) -> None:
    with closing(Book.open(path)) as book:
        book.apply([AddAlert(PASTA)])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE alert SET id = 5")
        connection.execute(f"UPDATE sqlite_sequence SET seq = {sequence} WHERE name = 'alert'")
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    with closing(Book.open(path)) as book:
        book.apply([AddAlert(PASTA)])
        assert [alert.id for alert in book.alerts] == [5, then]


@pytest.mark.parametrize("step", ["_clear", "build", "write", "write_last_id", "write_setting"])
@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk is full"), TypeError("None")])
def test_no_copy_stays_of_what_was_not_taken_over(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    newer(path, {"alert": [row(PASTA, id=1)], "setting": [("volume", "0.4")]})

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(downgrade, step, fail)
        for _ in range(2):
            with pytest.raises(type(error)):
                database.opened(path)
    assert not copies(path)
    with closing(Book.open(path)) as book:
        assert [alert.name for alert in book.alerts] == ["pasta"]
    assert len(copies(path)) == 1


def test_a_disk_that_cannot_be_read_is_not_an_empty_one(path: Path) -> None:
    """Else all would be written anew without what could not be read."""
    newer(path, {"alert": [row(PASTA, id=1)]})

    class Failing(sqlite3.Connection):
        def execute(self, sql: str, *_: Any) -> sqlite3.Cursor:
            if "FROM alert" in sql:
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
                raise error
            return super().execute(sql)

    with closing(sqlite3.connect(path, factory=Failing, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="I/O"):
            downgrade.take_over(connection, lambda: None)
        assert connection.text_factory is str
    with closing(Book.open(path)) as book:
        assert len(book.alerts) == 1


@pytest.mark.parametrize("number", ["1e999", "NaN", f"1{'0' * 400}"])
def test_a_clock_shows_no_number_that_is_none(path: Path, number: str) -> None:
    newer(path, {"setting": [("clock", f'[{number}, 0, ""]'), ("volume", number)]})
    looked = household.look(path)
    assert looked is not None
    assert looked.last_seen_s is None
    with closing(Book.open(path)) as book:
        assert book.last_seen is None
        assert book.settings == {}


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
ANY = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-1, 9),
    st.floats(),
    TEXTS,
    st.binary(max_size=8),
    st.binary(max_size=8).map(Raw),
    st.sampled_from(["timer", "alarm", "clock", "volume", "shopping", "0.4", "1e999", "07:30"]),
    st.sampled_from(['[1, 2, "b"]', '[1e999, 0, ""]', "[" * 100_000, "", "0,1", "9"]),
)
NEAR = st.tuples(*[ANY | st.just(value) for value in row(PASTA, id=1)])
"""Rows that are nearly an alert, or not at all."""
SECONDS = st.floats(-1e10, 1e10)
VALID = st.builds(
    Alert,
    st.sampled_from(["timer", "alarm", "reminder"]),
    TEXTS,
    SECONDS,
    id=st.integers(1, 2**62 - 1),
    boot_due_s=st.none() | SECONDS,
    boot=TEXTS,
    duration_s=st.none() | SECONDS,
    remaining_s=st.none() | SECONDS,
    at=st.just("07:30"),
    days=st.just(()) | st.just((0, 6)),
    ringing_since_s=st.none() | SECONDS,
    rang_s=st.none() | SECONDS,
)
ALERTS = st.lists(VALID, max_size=3, unique_by=lambda alert: alert.id)
OTHERS = st.fixed_dictionaries(
    {
        "alert": st.lists(NEAR, max_size=4),
        "list": st.lists(st.tuples(ANY, ANY), max_size=3),
        "item": st.lists(st.tuples(ANY, ANY, ANY), max_size=3),
        "setting": st.lists(st.tuples(ANY, ANY), max_size=3),
    }
)


def with_valid(tables: Tables, alerts: Iterable[Alert]) -> Tables:
    """The valid ones come first: of a repeated id, they are kept."""
    return {**tables, "alert": [*map(row, alerts), *tables["alert"]]}


@given(ALERTS, OTHERS)
def test_any_rows_are_taken_over(alerts: list[Alert], tables: Tables) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in BARE:
            connection.execute(statement)
        fill(connection, with_valid(tables, alerts))
        contents, kept = downgrade.understood(connection)
        assert downgrade.take_over(connection, lambda: None)
        assert read(connection) == contents
        assert read_settings(connection) == kept
        assert set(alerts) <= set(contents.alerts)


@given(ALERTS, OTHERS)
@settings(max_examples=20)
def test_any_file_opens_with_one_copy_at_most(alerts: list[Alert], tables: Tables) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "household.db"
        newer(path, with_valid(tables, alerts))
        looked = household.look(path)
        assert looked is not None
        for _ in range(3):
            with closing(Book.open(path)) as book:
                assert book.durable
                assert set(alerts) <= set(book.alerts)
                assert sum(looked.alerts.values()) == len(book.alerts)
        assert len(copies(path)) == 1
