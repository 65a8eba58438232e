"""Virtual time: it skips what nobody works in, never what somebody computes in."""

import threading
import time

import pytest

from assistant.clock import Clock, SkippingClock, WallClock, sleep_until
from assistant.mailbox import Mailbox


@pytest.mark.parametrize("clock", [WallClock(), SkippingClock()])
def test_a_mailbox_gives_up_at_its_time(clock: Clock) -> None:
    clock.join()
    until = clock.now() + 0.01
    assert Mailbox[int](clock).get(until) is None
    assert clock.now() >= until
    clock.leave()


def test_an_idle_hour_passes_at_once() -> None:
    clock = SkippingClock()
    began = time.monotonic()
    clock.advance(3600)
    assert clock.now() >= 3600
    assert time.monotonic() - began < 60


def test_computing_takes_as_long_as_it_takes() -> None:
    """While a thread computes, the source of audio sees real time pass."""
    clock = SkippingClock()
    box: Mailbox[float] = Mailbox(clock)
    joined = threading.Event()
    spans: list[float] = []

    def compute() -> None:
        clock.join()
        joined.set()
        box.get()
        began = clock.now()
        time.sleep(0.05)
        spans.append(clock.now() - began)
        clock.leave()

    thread = threading.Thread(target=compute)
    thread.start()
    joined.wait()
    clock.advance(10)  # idle: skipped
    box.put(1.0)
    clock.advance(20)  # first the computation in real time, then the rest at once
    thread.join()
    assert 0.05 <= spans[0] < 5
    assert clock.now() >= 20


def test_a_sleeper_wakes_when_its_time_has_come_not_when_the_source_is_done() -> None:
    clock = SkippingClock()
    joined = threading.Event()
    woken: list[float] = []

    def sleep() -> None:
        clock.join()
        joined.set()
        for until in (1.0, 2.0, 3.0):
            sleep_until(clock, until)
            woken.append(clock.now())
        clock.leave()

    thread = threading.Thread(target=sleep)
    thread.start()
    joined.wait()
    clock.advance(100)
    thread.join()
    assert [round(at) for at in woken] == [1, 2, 3]
