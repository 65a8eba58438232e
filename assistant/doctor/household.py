"""The file with timers, alarms, reminders and lists: can it be read, and was it ever damaged?"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.doctor.check import Check
from assistant.store import readable
from assistant.tables import read, read_settings


@dataclass(frozen=True, slots=True)
class Book:
    """What is known of it; no names and no items."""

    alerts: Mapping[str, int] = field(default_factory=dict)
    """How many there are of each kind."""
    lists: int = 0
    items: int = 0
    last_seen_s: float | None = None
    """What the clock said when it was last stored."""
    words: tuple[str, ...] = field(default=(), repr=False)
    """All names and items: what must not be told to anybody."""


def look(path: Path) -> Book | None:
    """Without changing it; None if it is not there. Raises sqlite3.Error or ValueError."""
    if not path.exists():
        return None
    connection = readable(path)
    try:
        contents, settings = read(connection), read_settings(connection)
    finally:
        connection.close()
    clock = settings.get("clock")
    names = (alert.name for alert in contents.alerts)
    items = [item for each in contents.lists.values() for item in each]
    return Book(
        dict(Counter(alert.kind for alert in contents.alerts)),
        len(contents.lists),
        len(items),
        float(json.loads(clock)[0]) if clock else None,
        tuple(filter(None, (*names, *contents.lists, *items))),
    )


def check(path: Path, book: Book | None, damaged: list[Path]) -> Check:
    """`damaged`: files that were moved aside."""
    if damaged:
        return Check(
            "household",
            "yellow",
            f"The file of timers and lists was damaged and begun anew; {damaged[-1]} is it.",
            "Check the disk (`dmesg`), then delete it, or ask somebody who knows SQLite.",
        )
    if book is None:
        return Check("household", "green", f"No timers or lists yet ({path}).")
    counts = [f"{count} {kind}{'s' * (count != 1)}" for kind, count in sorted(book.alerts.items())]
    counts.append(f"{book.lists} list{'s' * (book.lists != 1)}")
    return Check("household", "green", f"{path}: {', '.join(counts)}.")


def unusable(path: Path, error: sqlite3.Error | ValueError | OSError) -> Check:
    return Check(
        "household",
        "red",
        f"{path} cannot be read: {error}.",
        "At its next start the assistant moves a damaged file aside; first make a copy of it.",
    )
