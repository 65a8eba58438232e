"""What the groups of checks look at: this machine, as it is now. Nothing is changed."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from platformdirs import user_cache_path

from assistant.doctor import household, running, service
from assistant.doctor.check import Check
from assistant.doctor.disk import Place
from assistant.doctor.privacy import Kept, kept
from assistant.status import APP, STATUS, Status, status_path
from assistant.status import read as read_status
from assistant.store import standard_path
from hw import systemctl
from hw.disk import space
from hw.processes import Socket, sockets
from hw.processes import running as processes

SERVICE_STATUS = Path("/run") / APP / STATUS
_WEEK = "-7d"


@dataclass
class Machine:
    """Looked at once, when first asked, by whichever group that is."""

    book: Path = field(default_factory=standard_path)

    @cached_property
    def assistants(self) -> tuple[int, ...]:
        """Processes that run `assistant run`."""
        return processes("assistant", "run")

    @cached_property
    def unit(self) -> dict[str, str] | None:
        return systemctl.show(service.UNIT, service.PROPERTIES)

    def watchdog(self) -> str | None:
        """The last time that the service was ended for standing still, as the journal has it."""
        if (self.unit or {}).get("NRestarts", "0") in ("", "0"):
            return None  # nothing to look for, and looking takes a while
        lines = systemctl.journal(service.UNIT, _WEEK, 1, pattern="Watchdog timeout")
        return lines[-1] if lines else None

    def places(self, models: Path, to_pull: int) -> list[Place]:
        """Where the assistant writes. `to_pull`: bytes of models that are missing."""
        return [
            Place("timers and lists", space(self.book.parent)),
            Place("models", space(models), to_pull, vital=False),
            Place("what makes the next start quicker", space(_cache()), vital=False),
        ]

    def last_seen_s(self) -> float | None:
        """What the clock said when timers were last stored."""
        try:
            book = household.look(self.book)
        except (sqlite3.Error, ValueError, OSError):  # which a check of its own tells
            return None
        return None if book is None else book.last_seen_s

    def household(self) -> Check:
        try:
            book = household.look(self.book)
            return household.check(self.book, book, self._aside("corrupt"), self._aside("newer"))
        except (sqlite3.Error, ValueError, OSError) as error:
            return household.unusable(self.book, error)

    def _aside(self, why: str) -> list[Path]:
        """Files that were laid beside the book, oldest first, without those that SQLite keeps."""
        found = sorted(self.book.parent.glob(f"{self.book.name}.{why}-*"))
        return [path for path in found if not path.name.endswith(("-wal", "-shm"))]

    def private(self, recordings: Path | None) -> list[Kept]:
        """What holds words and sounds, as far as it is there."""
        wanted = [self.book.parent, self.book, *([recordings] if recordings else [])]
        return [found for path in wanted if (found := kept(path, os.getuid())) is not None]

    def status(self) -> tuple[Status | None, Iterable[Check]]:
        """What a running assistant says of itself, and what keeps that from being read."""
        for path in _status_files(os.environ):
            try:
                if (status := read_status(path)) is not None:
                    return status, ()
            except (OSError, ValueError) as error:
                return None, (running.unreadable(path, error),)
        return None, ()

    def sockets(self) -> list[Socket] | None:
        """Of all assistants; None if one belongs to somebody else."""
        found: list[Socket] = []
        for pid in self.assistants:
            try:
                found += sockets(pid)
            except PermissionError:
                return None
            except FileNotFoundError:  # it has ended since
                continue
        return found


def _cache() -> Path:
    return user_cache_path(APP)


def _status_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Of this user's assistant, which has a runtime folder or has not, and of the service's."""
    yield status_path(environment)
    yield status_path({})
    yield SERVICE_STATUS
