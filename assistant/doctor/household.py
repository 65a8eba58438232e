"""The file with timers, alarms, reminders and lists: can it be read, and was it ever damaged?"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.database import readable
from assistant.doctor.check import Check
from assistant.downgrade import understood
from assistant.tables import CLOCK, NEWEST, read, read_settings, version_of


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
    newer: bool = False
    """A newer version of the assistant has written it: this is what can be understood of it."""


def look(path: Path) -> Book | None:
    """Without changing it; None if it is not there. Raises sqlite3.Error or ValueError."""
    if not path.exists():
        return None
    connection = readable(path)
    try:
        newer = version_of(connection) > NEWEST
        if newer:
            contents, settings = understood(connection)
        else:
            contents, settings = read(connection), read_settings(connection)
    finally:
        connection.close()
    clock = settings.get(CLOCK)
    names = (alert.name for alert in contents.alerts)
    items = [item for each in contents.lists.values() for item in each]
    return Book(
        dict(Counter(alert.kind for alert in contents.alerts)),
        len(contents.lists),
        len(items),
        float(json.loads(clock)[0]) if clock else None,
        tuple(filter(None, (*names, *contents.lists, *items))),
        newer,
    )


def check(path: Path, book: Book | None, damaged: list[Path], newer: list[Path]) -> Check:
    """`damaged`: files that were moved aside. `newer`: copies of those that a newer version had
    written, before they were taken over."""
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
    found = f"{path}: {', '.join(counts)}"
    if book.newer:
        return Check(
            "household",
            "yellow",
            f"{found}, as far as this version understands what a newer one has written.",
            "At its next start the assistant takes that over, and lays a copy aside.",
        )
    if newer:
        return Check(
            "household",
            "yellow",
            f"{found}. They were taken over from a newer version, whose file was {newer[-1]}.",
            "Look whether all is there (`assistant timers`, `alarms`, …), then delete that copy: "
            "nothing reads it.",
        )
    return Check("household", "green", f"{found}.")


def unusable(path: Path, error: sqlite3.Error | ValueError | OSError) -> Check:
    return Check(
        "household",
        "red",
        f"{path} cannot be read: {error}.",
        "At its next start the assistant moves a damaged file aside; first make a copy of it.",
    )
