"""What the household has written down as rows of SQLite tables."""

import sqlite3
from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

from assistant.alerts import Alert
from assistant.contents import Contents

CLOCK = "clock"
"""The setting that holds the clocks of the device, when they were last stored: a Moment."""
_MIGRATIONS = (
    """
    CREATE TABLE alert (
        kind TEXT NOT NULL CHECK (kind IN ('timer', 'alarm', 'reminder')),
        name TEXT NOT NULL,
        due_s REAL,
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        boot_due_s REAL,
        boot TEXT NOT NULL,
        duration_s REAL,
        remaining_s REAL,
        at TEXT NOT NULL,
        days TEXT NOT NULL,
        ringing_since_s REAL,
        rang_s REAL
    );
    CREATE TABLE list (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
    CREATE TABLE item (
        id INTEGER PRIMARY KEY,
        list TEXT NOT NULL REFERENCES list (name),
        text TEXT NOT NULL
    );
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
)
"""Each leads from one version of the file to the next. Never change one that was released, and
never give an old column another meaning: an older version takes over what it finds there
(`downgrade.py`)."""
NEWEST = len(_MIGRATIONS)
"""Version of the file (PRAGMA user_version) that this program makes, and understands in full."""
_COLUMNS = ", ".join(field.name for field in fields(Alert))
_BLANKS = ", ".join("?" for _ in fields(Alert))


class NewerFileError(sqlite3.NotSupportedError):
    """A newer version of the program has made the file: see `downgrade.py`."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file up to date, in one transaction. Raises sqlite3.Error; NewerFileError if it
    would have to be brought back."""
    connection.execute("BEGIN IMMEDIATE")  # two processes may begin at once
    try:
        version = version_of(connection)
        if version > NEWEST:
            raise NewerFileError("a newer version of the assistant has made this file")
        build(connection, version)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def version_of(connection: sqlite3.Connection) -> int:
    """Of the file; 0: it is empty."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def build(connection: sqlite3.Connection, since: int) -> None:
    """The tables, in a file that has those of version `since`; the caller commits."""
    for script in _MIGRATIONS[since:]:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
    if since < NEWEST:
        connection.execute(f"PRAGMA user_version = {NEWEST}")


def read(connection: sqlite3.Connection) -> Contents:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM alert ORDER BY id")
    names = [field.name for field in fields(Alert)]
    alerts = tuple(alert_of(dict(zip(names, row, strict=True))) for row in rows)
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'alert'").fetchone()
    return Contents(alerts, read_lists(connection), last[0] if last else 0)


def read_lists(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {}
    for (name,) in connection.execute("SELECT name FROM list ORDER BY id"):
        lists[name] = []
    for name, text in connection.execute("SELECT list, text FROM item ORDER BY id"):
        lists[name].append(text)
    return {name: tuple(items) for name, items in lists.items()}


def alert_of(row: Mapping[str, Any]) -> Alert:
    """`row`: column to value."""
    days = tuple(map(int, filter(None, row.get("days", "").split(","))))
    return Alert(**{**row, "days": days})


def write(connection: sqlite3.Connection, old: Contents, new: Contents) -> None:
    """What is different between the two; `old` is what is stored."""
    before, after = ({alert.id: alert for alert in book.alerts} for book in (old, new))
    gone = [(id,) for id in before.keys() - after.keys()]
    connection.executemany("DELETE FROM alert WHERE id = ?", gone)
    connection.executemany(
        f"INSERT OR REPLACE INTO alert ({_COLUMNS}) VALUES ({_BLANKS})",
        [_row(alert) for id, alert in after.items() if alert != before.get(id)],
    )
    for name in {**old.lists, **new.lists}:  # in their order
        if old.lists.get(name) != new.lists.get(name):
            _write_list(connection, name, new.lists.get(name))


def write_last_id(connection: sqlite3.Connection, id: int) -> None:
    """Of any alert there ever was, at least those there are: later ones get larger ids."""
    changed = connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'alert'", (id,))
    if changed.rowcount == 0 and id:
        connection.execute("INSERT INTO sqlite_sequence VALUES ('alert', ?)", (id,))


def read_settings(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT name, value FROM setting").fetchall())


def write_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def _write_list(connection: sqlite3.Connection, name: str, items: tuple[str, ...] | None) -> None:
    connection.execute("DELETE FROM item WHERE list = ?", (name,))
    if items is None:
        connection.execute("DELETE FROM list WHERE name = ?", (name,))
        return
    connection.execute("INSERT OR IGNORE INTO list (name) VALUES (?)", (name,))
    connection.executemany(
        "INSERT INTO item (list, text) VALUES (?, ?)", [(name, item) for item in items]
    )


def _row(alert: Alert) -> tuple[Any, ...]:
    return tuple(
        ",".join(map(str, value)) if isinstance(value, tuple) else value for value in astuple(alert)
    )
