"""The thread that rings: it stores before it tells, and hears of changes at once."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from assistant import agenda, moments
from assistant.actions import AddAlert, RemoveAlerts
from assistant.alerts import Moment
from assistant.bell import REMEMBER_S, Bell
from assistant.clock import WallClock
from assistant.errors import StageError
from assistant.events import AlertOver, AlertRang
from assistant.moments import moment
from assistant.store import Book
from assistant.watch import AlertEvent, Watch
from tests.unit.test_watch import Brief, brief

START = Moment(1_800_000_000.0, 1_000.0, "first")


def later(seconds: float) -> Moment:
    return Moment(START.wall_s + seconds, START.boot_s + seconds, START.boot)


class Hand:
    """A bell that is looked at by hand, at made-up moments."""

    def __init__(self, path: Path) -> None:
        self.book = Book.open(path)
        self.now = START
        self.told: list[tuple[Brief, bool]] = []
        """Also whether it rang in the file by then."""
        self.bell = Bell(self.book, self.post, WallClock(), Watch(UTC), lambda: self.now)

    def post(self, event: AlertEvent) -> None:
        other = Book.open(self.book_path())
        self.told.append((brief(event), any(map(agenda.is_ringing, other.alerts))))
        other.close()

    def book_path(self) -> Path:
        return Path(self.book._connection.execute("PRAGMA database_list").fetchone()[2])

    def at(self, seconds: float) -> float:
        self.now = later(seconds)
        return self.bell.look()


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    made = Hand(tmp_path / "household.db")
    yield made
    made.book.close()


def test_a_ring_is_stored_before_it_is_told(hand: Hand) -> None:
    hand.book.apply([AddAlert(agenda.new_timer("pasta", 10, START))])
    assert hand.at(0) == 1.0
    assert hand.at(9.5) == 0.5
    hand.at(10)
    assert hand.told == [(("rang", 1, "timer", "pasta", 0.0), True)]


def test_it_notices_what_another_process_has_done(hand: Hand) -> None:
    hand.book.apply([AddAlert(agenda.new_timer("pasta", 10, START))])
    hand.at(10)
    tool = Book.open(hand.book_path())
    tool.apply([RemoveAlerts((1,))])
    hand.at(10.5)
    assert hand.told[1:] == [(("over", 1), False)]
    tool.apply([AddAlert(agenda.new_timer("eggs", 1, later(11)))])
    tool.close()
    hand.at(12)
    assert hand.told[2:] == [(("rang", 2, "timer", "eggs", 0.0), True)]


def test_a_change_in_between_is_looked_at_again(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.book.apply([AddAlert(agenda.new_timer("pasta", 10, START))])
    hand.at(0)
    tool = Book.open(hand.book_path())
    refresh = Book.refresh

    def and_then_it_is_removed(book: Book) -> bool:
        found = refresh(book)
        tool.apply([RemoveAlerts((1,))])
        return found

    monkeypatch.setattr(Book, "refresh", and_then_it_is_removed)
    assert hand.at(10) < 0.1
    monkeypatch.undo()
    tool.close()
    hand.at(10.1)
    assert hand.told == []


def test_it_rings_even_if_that_cannot_be_stored(hand: Hand) -> None:
    hand.book.apply([AddAlert(agenda.new_timer("pasta", 10, START))])
    hand.at(0)
    hand.book._connection.execute("PRAGMA query_only = 1")
    hand.at(10)
    hand.at(11)
    assert hand.told == [(("rang", 1, "timer", "pasta", 0.0), False)]
    with pytest.raises(StageError):
        hand.book.apply([RemoveAlerts((1,))])
    hand.book.insist([RemoveAlerts((1,))])
    hand.at(12)
    assert hand.told[1:] == [(("over", 1), False)]


def test_the_clocks_are_stored_now_and_then_while_something_counts(hand: Hand) -> None:
    hand.at(0)
    assert hand.book.last_seen is None, "for nobody"
    hand.book.apply([AddAlert(agenda.new_timer("roast", 9_000, START))])
    hand.at(1)
    hand.at(1 + REMEMBER_S / 2)
    assert hand.book.last_seen == later(1)
    hand.at(1 + REMEMBER_S)
    assert hand.book.last_seen == later(1 + REMEMBER_S)


def test_a_clock_that_is_doubted_is_not_stored(hand: Hand) -> None:
    hand.book.apply([AddAlert(agenda.new_timer("roast", 9_000, START))])
    hand.at(1)
    bell = Bell(hand.book, hand.post, WallClock(), Watch(UTC), lambda: Moment(9.0, 9.0, "next"))
    bell.look()
    assert hand.book.last_seen == later(1)


def test_the_thread_rings_on_time_and_hears_of_a_change_at_once(tmp_path: Path) -> None:
    book, rang = Book.open(tmp_path / "household.db"), threading.Event()
    told: list[AlertEvent] = []

    def post(event: AlertEvent) -> None:
        told.append(event)
        rang.set()

    bell = Bell(book, post, WallClock(), Watch(UTC))
    bell.start()
    time.sleep(0.05)  # it sleeps for a second from now on
    began = time.monotonic()
    book.apply([AddAlert(agenda.new_timer("eggs", 0.1, moment()))])
    assert rang.wait(5)
    assert time.monotonic() - began >= 0.1
    rang.clear()
    book.apply([RemoveAlerts((1,))])
    assert rang.wait(5)
    bell.stop()
    book.close()
    assert isinstance(told[0], AlertRang)
    assert told[0].late_s < 0.8, "it did not wait for its next look"
    assert told[1:] == [AlertOver(1)]


def test_the_clocks_of_this_device() -> None:
    first, second = moment(), moment()
    assert second.boot_s >= first.boot_s > 0
    assert first.boot == second.boot != ""
    assert abs(first.wall_s - time.time()) < 60


def test_the_time_zone_knows_when_its_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    moments.zone.cache_clear()
    offsets = {moments.local_time(1_800_000_000 + month * 2.6e6).utcoffset() for month in range(12)}
    moments.zone.cache_clear()
    assert len(offsets) == 2
    monkeypatch.setenv("TZ", "Nowhere/Land")
    assert moments.zone() is not None
    moments.zone.cache_clear()
