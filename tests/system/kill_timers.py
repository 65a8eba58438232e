"""Kill it at any moment: `python -m tests.system.kill_timers --kills 500`.

A child sets, cancels and dismisses timers and lets them ring. It says what it did after each
commit, and its parent kills it (SIGKILL) at random moments and starts it again on the same file.
Nothing that the child acknowledged may be lost, and nothing may ring again after its dismissal.
"""

import argparse
import contextlib
import itertools
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from assistant import agenda
from assistant.actions import AddAlert, RemoveAlerts, ReplaceAlert
from assistant.alerts import Alert
from assistant.bell import Bell
from assistant.clock import WallClock
from assistant.errors import StageError
from assistant.events import AlertRang
from assistant.moments import moment
from assistant.store import Book
from assistant.watch import AlertEvent, Watch

FORK = multiprocessing.get_context("fork")
"""A child that need not import anything is quickly killed and started often."""
SOONEST_S, LATEST_S = 0.05, 2.0
LONG_S = 3600.0


def say(out: int, deed: str, name: str) -> None:
    """One line in one write, so that a kill leaves no half of it."""
    os.write(out, f"{deed} {name}\n".encode())


def live(path: Path, life: int, out: int) -> None:
    """Until killed; tells `out`, an open file, what was done."""
    chance = random.Random(life)
    book = Book.open(path)
    rang: SimpleQueue[AlertEvent] = SimpleQueue()
    bell = Bell(book, rang.put, WallClock(), Watch(UTC))
    say(out, "started", str(life))
    bell.start()
    heard: set[int] = set()
    for number in itertools.count():
        with contextlib.suppress(Empty):
            while isinstance(event := rang.get(timeout=chance.uniform(0, 0.01)), AlertRang):
                say(out, "rang", event.alert.name)
                heard.add(event.alert.id)
        ringing = [alert for alert in book.alerts if alert.id in heard]
        counting = [alert for alert in book.alerts if not agenda.is_ringing(alert)]
        with contextlib.suppress(StageError):  # the bell was quicker: nothing is acknowledged
            if ringing and chance.random() < 0.5:
                dismiss(book, out, chance.choice(ringing))
            elif len(counting) > 40 or (counting and chance.random() < 0.2):
                cancel(book, out, chance.choice(counting))
            else:
                long = chance.random() < 0.3
                length_s = LONG_S if long else chance.uniform(SOONEST_S, LATEST_S)
                name = f"{life}-{number}"
                book.apply([AddAlert(agenda.new_timer(name, length_s, moment()))])
                say(out, "set", name)


def dismiss(book: Book, out: int, alert: Alert) -> None:
    say(out, "dismissing", alert.name)
    left = agenda.dismissed(alert, datetime.now(UTC))
    assert left is None
    book.apply([RemoveAlerts((alert.id,))])
    say(out, "dismissed", alert.name)


def cancel(book: Book, out: int, alert: Alert) -> None:
    say(out, "cancelling", alert.name)
    # Only if it has not begun to ring: that would be a dismissal.
    book.apply([ReplaceAlert(alert, alert), RemoveAlerts((alert.id,))])
    say(out, "cancelled", alert.name)


@dataclass
class Verdict:
    kills: int = 0
    deeds: Counter[str] = field(default_factory=Counter)
    corrupt: int = 0
    moved_aside: int = 0
    lost: set[str] = field(default_factory=set)
    rang_again: set[str] = field(default_factory=set)
    overdue: set[str] = field(default_factory=set)
    """Due long ago, never rung."""
    died_by_itself: int = 0

    @property
    def good(self) -> bool:
        disk = self.corrupt + self.moved_aside
        return not (disk or self.lost or self.rang_again or self.overdue or self.died_by_itself)

    def figures(self) -> dict[str, object]:
        return {
            "kills": self.kills,
            "acknowledged": {deed: self.deeds[deed] for deed in sorted(self.deeds)},
            "corrupt": self.corrupt + self.moved_aside,
            "acknowledged_lost": len(self.lost),
            "rang_after_dismissal": len(self.rang_again),
            "never_rang": len(self.overdue),
            "died_by_itself": self.died_by_itself,
        }


def kill_often(path: Path, kills: int, seed: int) -> Verdict:
    chance, verdict = random.Random(seed), Verdict()
    said: list[tuple[str, str]] = []
    for life in range(kills):
        said += one_life(path, seed * 1_000_000 + life, chance.uniform(0.01, 0.3), verdict)
        verdict.kills += 1
        check_file(path, verdict)
    time.sleep(LATEST_S)  # everything short is due by then
    said += one_life(path, seed * 1_000_000 + kills, 1.0, verdict)
    judge(path, said, verdict)
    return verdict


def one_life(path: Path, life: int, length_s: float, verdict: Verdict) -> list[tuple[str, str]]:
    """What the child said before it was killed, `length_s` after it began to live."""
    reader, writer = os.pipe()
    child = FORK.Process(target=live, args=(path, life, writer))
    child.start()
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as lines:
        said = [lines.readline()]
        time.sleep(length_s)
        child.kill()
        said += lines
    child.join()
    verdict.died_by_itself += child.exitcode != -signal.SIGKILL
    return [(deed, name) for deed, _, name in (line.strip().partition(" ") for line in said)]


def check_file(path: Path, verdict: Verdict) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check").fetchone()
    verdict.corrupt += found != "ok"
    verdict.moved_aside = len(list(path.parent.glob("*.corrupt-*")))


def judge(path: Path, said: list[tuple[str, str]], verdict: Verdict) -> None:
    verdict.deeds.update(deed for deed, _ in said)
    gone: set[str] = set()
    ended: set[str] = set()
    rang: set[str] = set()
    for deed, name in said:
        match deed:
            case "dismissing" | "cancelling":
                gone.add(name)  # from here on it may be gone, acknowledged or not
            case "dismissed" | "cancelled":
                ended.add(name)
            case "rang":
                rang.add(name)
                if name in ended:
                    verdict.rang_again.add(name)
    book = Book.open(path)
    there = {alert.name: alert for alert in book.alerts}
    book.close()
    verdict.rang_again |= ended & there.keys()
    expected = {name for deed, name in said if deed == "set"} - gone
    verdict.lost = expected - there.keys()
    # What the last child set may have come due after it was killed.
    last_life = [name for deed, name in said if deed == "started"][-1]
    verdict.overdue = {
        name
        for name in expected & there.keys() - rang
        if agenda.is_due(there[name], moment()) and not name.startswith(f"{last_life}-")
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        verdict = kill_often(Path(folder) / "household.db", chosen.kills, chosen.seed)
    print(json.dumps(verdict.figures() | {"seconds": round(time.monotonic() - began_s, 1)}))
    return 0 if verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
