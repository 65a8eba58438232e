"""The file of timers, alarms, reminders and lists, opened whatever state it is in: new, old, of a
newer version, damaged, or on a disk that may only be read."""

import logging
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from assistant.downgrade import take_over
from assistant.tables import NewerFileError, migrate, read

log = logging.getLogger(__name__)

_BUSY_S = 5.0
"""For so long one process waits for the other's commit: the slowest of SD cards needs less."""


def opened(path: Path) -> sqlite3.Connection:
    """Ready to be written. Raises sqlite3.Error or OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    connection = connected(str(path))
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            error = sqlite3.DatabaseError(verdict)
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        _updated(connection, path)
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    return connection


def _updated(connection: sqlite3.Connection, path: Path) -> None:
    """The file has the tables of this version, whichever wrote it."""
    try:
        migrate(connection)
    except NewerFileError:
        aside = path.with_name(f"{path.name}.newer-{_stamp()}")
        if take_over(connection, lambda: _copy(path, aside)):
            log.warning(
                "%s was written by a newer version of the assistant: its timers and lists were "
                "taken over. %s is a copy of it as it was, which nothing reads: delete it once you "
                "have seen that nothing is missing",
                path,
                aside,
            )


def in_memory(path: Path) -> sqlite3.Connection:
    """With what can still be read of the file: on a disk that may only be read, alarms ring."""
    memory = connected(":memory:")
    try:
        kept = readable(path)
        try:
            kept.backup(memory)
        finally:
            kept.close()
        try:
            migrate(memory)
        except NewerFileError:  # that on the disk stays as it is
            take_over(memory, lambda: None)
        read(memory)
    except (sqlite3.Error, ValueError) as error:
        log.info("%s cannot be read either: %s", path, error)
        memory.close()
        memory = connected(":memory:")
        migrate(memory)
    return memory


def readable(path: Path) -> sqlite3.Connection:
    """The file with its write-ahead log, which holds what was stored last; without it only where
    SQLite may not even read it beside the file."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    connection = connected(address)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        connection = connected(f"{address}&immutable=1")
    return connection


def connected(address: str) -> sqlite3.Connection:
    return sqlite3.connect(
        address, _BUSY_S, isolation_level=None, check_same_thread=False, uri=address[:5] == "file:"
    )


def primary(error: sqlite3.Error) -> int:
    """Its code, without SQLite's finer distinctions."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF


def move_aside(path: Path) -> Path:
    """With the files that SQLite keeps beside it, so that the owner may still rescue something."""
    stamp = _stamp()
    for suffix in ("", "-wal", "-shm"):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.rename(file.with_name(f"{path.name}.corrupt-{stamp}{suffix}"))
    return path.with_name(f"{path.name}.corrupt-{stamp}")


def _copy(path: Path, aside: Path) -> Path:
    """`aside`: the file as it is now, with what its write-ahead log holds. Raises sqlite3.Error or
    OSError, and then there is none."""
    os.close(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(readable(path)) as source, closing(connected(str(aside))) as target:
            source.backup(target)
    except (sqlite3.Error, OSError):
        aside.unlink()
        raise
    return aside


def _stamp() -> str:
    return datetime.now().strftime("%Y%m%d-%H%M%S")
