"""Threads that go before others, where that is allowed."""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.audio import urgency
from assistant.audio.urgency import NICENESS, hurry, set_apart, together_again


def niceness_after_hurrying() -> int:
    hurry()
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_only_the_thread_that_asked_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int, int]] = []
    monkeypatch.setattr(os, "setpriority", lambda *given: asked.append(given))
    with ThreadPoolExecutor(1) as pool:
        thread = pool.submit(threading.get_native_id).result()
        pool.submit(hurry).result()
    assert asked == [(os.PRIO_PROCESS, thread, NICENESS)]
    assert thread != threading.get_native_id()


def test_where_it_is_not_allowed_it_goes_with_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    with caplog.at_level(logging.INFO), ThreadPoolExecutor(1) as pool:
        before = os.getpriority(os.PRIO_PROCESS, 0)
        assert pool.submit(niceness_after_hurrying).result() == before
    assert "not allowed" in caplog.text


@pytest.fixture
def processors(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """What the threads of a machine with six were allowed, in order."""
    asked: list[set[int]] = []
    monkeypatch.setattr(urgency, "_apart", set())
    monkeypatch.setattr(urgency, "_before", set())
    monkeypatch.setattr(os, "sched_getaffinity", lambda thread: {0, 1, 2, 3, 4, 5})
    monkeypatch.setattr(os, "sched_setaffinity", lambda thread, mask: asked.append(set(mask)))
    monkeypatch.setattr(os, "setpriority", lambda *given: None)
    return asked


def test_the_audio_gets_processors_of_its_own_and_gives_them_back(
    processors: list[set[int]],
) -> None:
    hurry()
    assert processors == []
    set_apart((0,), (1, 2, 3, 4, 5))
    hurry()
    together_again()
    assert processors == [{1, 2, 3, 4, 5}, {0}, {0, 1, 2, 3, 4, 5}]


def test_where_processors_cannot_be_set_apart_all_are_shared(
    processors: list[set[int]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(thread: int, mask: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    with caplog.at_level(logging.INFO):
        set_apart((0,), (1,))
    hurry()
    together_again()
    assert "share" in caplog.text
