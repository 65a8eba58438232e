"""What becomes of a household's file that a newer version of the assistant has made: after
`assistant update --rollback`, or after an update that changed the file and then did not get ready.

What a family has set must ring, and what it sets from now on must be there after a power cut,
however long it stays with the older version. So the file is neither merely read nor left alone:
what can be understood of it is written anew into the older version's own tables, in one
transaction. Before that a copy of the whole file is laid beside it, which nothing touches again:
what only the newer version understands is in there. Once that is back, it goes on with the file,
and so with what was set since.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
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
    read_lists,
    read_settings,
    version_of,
    write,
    write_setting,
)


def take_over(connection: sqlite3.Connection, keep: Callable[[], object]) -> bool:
    """Make the file one of this version; False: another process has done so meanwhile. `keep` lays
    the copy aside; nobody else can change the file then. Raises sqlite3.Error, or what `keep`
    raises, and then nothing is changed."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if version_of(connection) <= NEWEST:
            return False
        keep()
        contents, settings = understood(connection)
        _clear(connection)
        build(connection, since=0)
        write(connection, Contents(), contents)
        for name, value in settings.items():
            write_setting(connection, name, value)
        connection.execute("COMMIT")
        return True
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def understood(connection: sqlite3.Connection) -> tuple[Contents, dict[str, str]]:
    """Contents and settings of a newer version's file, without changing it. A table or a row that
    is not what this version would have written is as good as none."""
    alerts = tuple(_alerts(connection))
    try:
        lists = read_lists(connection)
    except (sqlite3.Error, KeyError):  # an item of no list
        lists = {}
    words = {name: items for name, items in lists.items() if _texts([name, *items])}
    try:
        settings = read_settings(connection)
    except (sqlite3.Error, ValueError):  # not two columns
        settings = {}
    known = {name: text for name, text in settings.items() if _is_setting(name, text)}
    return Contents(alerts, words, max((alert.id for alert in alerts), default=0)), known


def _alerts(connection: sqlite3.Connection) -> Iterator[Alert]:
    there = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('alert')")}
    columns = [field.name for field in fields(Alert) if field.name in there]
    if not {"id", "kind", "name", "due_s"} <= set(columns):
        return
    for row in connection.execute(f"SELECT {', '.join(columns)} FROM alert ORDER BY id"):
        alert = _alert(dict(zip(columns, row, strict=True)))
        if alert is not None:
            yield alert


def _alert(values: Mapping[str, Any]) -> Alert | None:
    """None: the bell of this version could not ring it."""
    try:
        alert = alert_of(values)
        changed(Contents(), [AddAlert(alert)])
    except (StageError, AttributeError, TypeError, ValueError):
        return None
    times = (value for name, value in values.items() if name.endswith("_s"))
    sound = all(isinstance(value, int | float | None) for value in times)
    known = alert.kind in get_args(Kind) and _texts([alert.name, alert.boot, alert.at])
    return alert if sound and known else None


def _is_setting(name: Any, text: Any) -> bool:
    """As `Book` reads it."""
    if not _texts([name, text]):
        return False
    try:
        value = json.loads(text)
    except ValueError:
        return False
    if name != CLOCK:
        return isinstance(value, str | int | float)
    match value:
        case [int() | float(), int() | float(), str()]:
            return True
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
