"""The worker obeys in order, skips what nobody wants any more, and survives its engine."""

import logging
import threading
from collections.abc import Iterator

import pytest

from assistant.audio.types import Cancelled
from assistant.clock import WallClock
from assistant.errors import StageError
from assistant.events import (
    Attempt,
    Cancel,
    Chime,
    Chimed,
    Command,
    Respond,
    Result,
    SentenceReady,
    StageFailed,
)
from assistant.mailbox import Mailbox
from assistant.worker import Handler, Worker


class Bench:
    """A worker whose job does what the request's text says."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        clock = WallClock()
        self.results: Mailbox[Result | Chimed] = Mailbox(clock)
        handlers: dict[type[Command], Handler] = {Respond: self.respond, Chime: self.chime}
        self.worker = Worker("llm", handlers, clock, self.results.put)
        self.chimes: list[str] = []
        self.worker.start()

    def respond(self, order: Respond, cancelled: Cancelled) -> Iterator[Result]:
        if order.text == "wait":
            self.gate.wait(5)
        if order.text == "break":
            raise RuntimeError("native code said no")
        if order.text == "give up":
            raise StageError("llm", "context", "Too long.")
        if not cancelled():
            yield SentenceReady(order.attempt, order.text)

    def chime(self, order: Chime, cancelled: Cancelled) -> Iterator[Result]:
        assert not cancelled()
        self.chimes.append(order.name)
        yield from ()

    def ask(self, attempt: Attempt, text: str) -> None:
        self.worker.submit(Respond(attempt, (), text))


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.gate.set()
    bench.worker.stop()


def test_results_come_in_the_order_of_the_orders(bench: Bench) -> None:
    for text in "abc":
        bench.ask(Attempt(1), text)
    assert [bench.results.get() for _ in "abc"] == [
        SentenceReady(Attempt(1), text) for text in "abc"
    ]


def test_a_cancelled_job_that_has_not_started_never_starts(bench: Bench) -> None:
    """Without this an old sentence is spoken after a barge-in."""
    bench.ask(Attempt(1), "wait")
    bench.ask(Attempt(1), "old")
    bench.worker.cancel(Cancel(Attempt(1)))
    bench.ask(Attempt(2), "new")
    bench.gate.set()
    assert bench.results.get() == SentenceReady(Attempt(2), "new")


def test_a_revision_is_cancelled_without_its_successor(bench: Bench) -> None:
    bench.worker.cancel(Cancel(Attempt(1, 0)))
    bench.ask(Attempt(1, 0), "first try")
    bench.ask(Attempt(1, 1), "second try")
    assert bench.results.get() == SentenceReady(Attempt(1, 1), "second try")


def test_a_chime_belongs_to_nobody_and_is_always_wanted(bench: Bench) -> None:
    bench.worker.cancel(Cancel(Attempt(7)))
    bench.worker.submit(Chime("wake"))
    bench.ask(Attempt(8), "after it")
    bench.results.get()
    assert bench.chimes == ["wake"]


@pytest.mark.parametrize(("text", "code"), [("break", "crashed"), ("give up", "context")])
def test_a_failure_is_a_fact_and_the_next_job_runs(
    bench: Bench, text: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        bench.ask(Attempt(1), text)
        assert bench.results.get() == StageFailed(Attempt(1), "llm", code)
    bench.ask(Attempt(2), "fine")
    assert bench.results.get() == SentenceReady(Attempt(2), "fine")


def test_what_is_done_between_two_orders_waits_for_the_one_that_runs(bench: Bench) -> None:
    done: list[str] = []
    bench.ask(Attempt(1), "wait")
    bench.worker.between(lambda: done.append(threading.current_thread().name))
    assert done == []
    bench.gate.set()
    bench.ask(Attempt(2), "after it")
    assert bench.results.get() == SentenceReady(Attempt(1), "wait")
    assert bench.results.get() == SentenceReady(Attempt(2), "after it")
    assert done == ["llm"]


def test_a_failure_between_two_orders_is_logged_and_the_next_one_runs(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.worker.between(lambda: [].pop())
    bench.ask(Attempt(1), "fine")
    assert bench.results.get() == SentenceReady(Attempt(1), "fine")
    assert caplog.messages == ["llm failed between two orders"]
