"""What becomes of a household's file that a newer version of the assistant has made: after
`assistant update --rollback`, or after an update that changed the file and then did not get ready.

What a family has set must ring, and what it sets from now on must be there after a power cut,
however long it stays with the older version. So the file is neither merely read nor left alone:
what can be understood of it is written anew into the older version's own tables, in one
transaction. Before that a copy of the whole file is laid beside it, which nothing reads or touches
again: what only the newer version understands is in there, for the owner to look after. Once that
version is back, it goes on with the file, and so with what was set since.
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from assistant.actions import AddAlert
from assistant.alerts import Alert, Kind
from assistant.contents import Contents, changed
from assistant.errors import StageError
from assistant.tables import (
    CLOCK,
    NEWEST,
    alert_of,
    build,
    version_of,
    write,
    write_last_id,
    write_setting,
)

_NOT_UNDERSTOOD = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG)
"""What SQLite says of tables, columns and views that are not as they were: never of the disk."""
_IDS_END = 2**62
"""Larger ids would leave none for what is set later: SQLite has 64 bits."""


def take_over(connection: sqlite3.Connection, keep: Callable[[], Path | None]) -> bool:
    """Make the file one of this version; False: another process has done so meanwhile. `keep` lays
    the copy aside and says where; nobody else can change the file then. Raises sqlite3.Error, or
    what `keep` raises, and then nothing is changed, and no copy stays."""
    connection.execute("BEGIN IMMEDIATE")
    copy = None
    try:
        if version_of(connection) <= NEWEST:
            return False
        contents, settings = understood(connection)
        copy = keep()
        _clear(connection)
        build(connection, since=0)
        write(connection, Contents(), contents)
        write_last_id(connection, contents.last_id)
        for name, value in settings.items():
            write_setting(connection, name, value)
        connection.execute("COMMIT")
        copy = None  # it stays
        return True
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if copy is not None and version_of(connection) > NEWEST:
            # Of what is still there itself nobody needs a copy: each start would make one more.
            copy.unlink(missing_ok=True)


def understood(connection: sqlite3.Connection) -> tuple[Contents, dict[str, str]]:
    """Contents and settings of a newer version's file, without changing it. A table or a row that
    is not what this version would have written is as good as none. Raises sqlite3.Error if the
    disk cannot be read."""
    factory = connection.text_factory
    connection.text_factory = _decoded
    try:
        alerts = tuple(_alerts(connection))
        last_id = max((alert.id for alert in alerts), default=0)
        contents = Contents(alerts, _lists(connection), _last_id(connection, last_id))
        settings = _rows(connection, "SELECT name, value FROM setting")
    finally:
        connection.text_factory = factory
    return contents, {name: text for name, text in settings if _is_setting(name, text)}


def _rows(connection: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
    """None of them, if the newer version has no such table or columns, or a view that fails. That
    a disk cannot be read is another matter: then nothing may be written anew."""
    try:
        return connection.execute(query).fetchall()
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code & 0xFF not in _NOT_UNDERSTOOD:
            raise
        return []


def _decoded(text: bytes) -> str:
    """One letter that is none must not cost the whole name."""
    return text.decode(errors="replace")


def _alerts(connection: sqlite3.Connection) -> list[Alert]:
    """By id; of several with the same, the first."""
    there = {name for (name,) in _rows(connection, "SELECT name FROM pragma_table_info('alert')")}
    columns = [field.name for field in fields(Alert) if field.name in there]
    if not {"id", "kind", "name", "due_s"} <= set(columns):
        return []
    alerts: dict[int, Alert] = {}
    for row in _rows(connection, f"SELECT {', '.join(columns)} FROM alert"):
        alert = _alert(dict(zip(columns, row, strict=True)))
        if alert is not None:
            alerts.setdefault(alert.id, alert)
    return [alerts[id] for id in sorted(alerts)]


def _alert(values: Mapping[str, Any]) -> Alert | None:
    """None: the bell of this version could not ring it."""
    try:
        alert = alert_of(values)
        changed(Contents(), [AddAlert(alert)])
    except (StageError, AttributeError, TypeError, ValueError):
        return None
    times = (value for name, value in values.items() if name.endswith("_s"))
    sound = _is_id(alert.id) and all(value is None or _is_number(value) for value in times)
    known = alert.kind in get_args(Kind) and _texts([alert.name, alert.boot, alert.at])
    return alert if sound and known else None


def _last_id(connection: sqlite3.Connection, least: int) -> int:
    """Of any alert there ever was: none gets the id of one that is gone."""
    rows = _rows(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'alert'")
    seen: list[int] = [number for (number,) in rows if _is_id(number)]
    return max([least, *seen])


def _lists(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """As `tables.read_lists`, without what this version would not have written."""
    names = _rows(connection, "SELECT name FROM list ORDER BY id")
    lists: dict[str, list[str]] = {name: [] for (name,) in names if _texts([name])}
    for name, text in _rows(connection, "SELECT list, text FROM item ORDER BY id"):
        if name in lists and _texts([text]):
            lists[name].append(text)
    return {name: tuple(items) for name, items in lists.items()}


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value < _IDS_END


def _is_number(value: Any) -> bool:
    """Not infinite either, which no clock shows."""
    return isinstance(value, int | float) and abs(value) <= sys.float_info.max


def _is_setting(name: Any, text: Any) -> bool:
    """As `Book` reads it."""
    if not _texts([name, text]):
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if name != CLOCK:
        return isinstance(value, str) or _is_number(value)
    match value:
        case [wall_s, boot_s, str()]:
            return _is_number(wall_s) and _is_number(boot_s)
        case _:
            return False


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _clear(connection: sqlite3.Connection) -> None:
    """Whatever the newer version has made. A virtual table comes before those that it has made
    itself, and takes them with it."""
    wanted = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view', 'table')"
    order = "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'table', rowid"
    for kind, name in connection.execute(f"{wanted} {order}").fetchall():
        quoted = name.replace('"', '""')
        connection.execute(f'DROP {kind.upper()} IF EXISTS "{quoted}"')
