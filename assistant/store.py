"""Timers, alarms, reminders and lists on the disk: what was stored is there after a power cut.

One SQLite file that the service and the command line may have open at the same time. Readers look
at a picture in memory, which is replaced as a whole after each commit.
"""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from platformdirs import user_state_path

from assistant import database
from assistant.actions import Change
from assistant.alerts import Alert, Moment
from assistant.contents import Contents, changed, forced
from assistant.errors import StageError
from assistant.tables import CLOCK, migrate, read, read_settings, write, write_setting

log = logging.getLogger(__name__)

Setting = str | float
_CODES = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_CANTOPEN: "readonly",
    sqlite3.SQLITE_PERM: "readonly",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def standard_path() -> Path:
    return user_state_path("kitchen-assistant") / "household.db"


class Book:
    """What the household has written down. May be used from any thread."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Never fails: where `path` cannot be written, all lives in memory until the program ends,
        see `durable`. A damaged file is moved aside and a new one begun; one of a newer version of
        the assistant is taken over, and a copy of it laid aside."""
        try:
            try:
                return cls(database.opened(path))
            except sqlite3.DatabaseError as error:
                if database.primary(error) not in _DAMAGED:
                    raise
                aside = database.move_aside(path)
                log.warning("%s is damaged (%s), it is now %s", path, error, aside)
                return cls(database.opened(path))
        except (sqlite3.Error, OSError) as error:
            log.warning("%s cannot be written, nothing is kept over a restart: %s", path, error)
            return cls(database.in_memory(path), str(error))

    @classmethod
    def forgetful(cls) -> Self:
        """One that nobody keeps: for rehearsals."""
        connection = database.connected(":memory:")
        migrate(connection)
        return cls(connection)

    def __init__(self, connection: sqlite3.Connection, reason: str = "") -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._unstored: tuple[Change, ...] = ()
        """Had to be done although the disk refused them; they go with the next commit."""
        self.reason = reason
        """Why nothing is kept over a restart; empty: it is."""
        self._version = -1
        self._contents = Contents()
        self.settings: Mapping[str, Setting] = {}
        self.last_seen: Moment | None = None
        """The clocks of the device, when they were last stored."""
        with self._lock:
            self._reread()

    @property
    def durable(self) -> bool:
        """What `apply` returned from is there after a restart."""
        return not self.reason

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return self._contents.alerts

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        return self._contents.lists

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Have it called after each change that this process makes, in the thread that makes it."""
        self._listeners.append(listener)

    def apply(self, changes: Sequence[Change], seen: Moment | None = None) -> None:
        """All of them or none; when it returns they are stored. `seen`: clocks to be remembered
        with them. Raises StageError("skill", code, …): "full", "readonly", "busy", "disk",
        "conflict", "too many", "too long" or "invalid"."""
        with self._lock, self._transaction():
            stored = read(self._connection)
            new = changed(forced(stored, self._unstored), changes)
            write(self._connection, stored, new)
            if seen is not None:
                clock = json.dumps([seen.wall_s, seen.boot_s, seen.boot])
                write_setting(self._connection, CLOCK, clock)
            self._connection.execute("COMMIT")
            self._contents, self._unstored = new, ()
            self.last_seen = seen or self.last_seen
        self._tell()

    def insist(self, changes: Sequence[Change], seen: Moment | None = None) -> None:
        """As `apply`, but what the disk refuses is done in memory: for what rings, and for its
        dismissal. Raises StageError for a conflict alone."""
        try:
            self.apply(changes, seen)
        except StageError as error:
            if error.code == "conflict":
                raise
            log.warning("a change of what rings could not be stored: %s", error)
            with self._lock:
                self._contents = forced(self._contents, changes)
                self._unstored += tuple(changes)
                self.last_seen = seen or self.last_seen
            self._tell()

    def put_setting(self, name: str, value: Setting) -> None:
        """Keep a small thing, as the volume. Raises StageError as `apply` does."""
        with self._lock, self._transaction():
            write_setting(self._connection, name, json.dumps(value))
            self._connection.execute("COMMIT")
            self.settings = {**self.settings, name: value}

    def refresh(self) -> bool:
        """Look whether another process has changed it; True: it has."""
        with self._lock:
            try:
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
                if version == self._version:
                    return False
                self._reread()
            except sqlite3.Error as error:
                log.warning("what others changed cannot be read: %s", error)
                return False
        return True

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _reread(self) -> None:
        connection = self._connection
        (self._version,) = connection.execute("PRAGMA data_version").fetchone()
        connection.execute("BEGIN")
        try:
            self._contents = forced(read(connection), self._unstored)
            texts = read_settings(connection)
        finally:
            connection.execute("COMMIT")
        if clock := texts.pop(CLOCK, None):
            self.last_seen = Moment(*json.loads(clock))
        self.settings = {name: json.loads(text) for name, text in texts.items()}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Takes the file for this process. The block commits; whatever it raises undoes it all."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
        except sqlite3.Error as error:
            code = _CODES.get(database.primary(error), "disk")
            raise StageError("skill", code, str(error)) from error
        finally:
            with suppress(sqlite3.Error):  # a broken disk: what failed first is what is told
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
