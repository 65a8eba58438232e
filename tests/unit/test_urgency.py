"""Threads that go before others, where that is allowed."""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.audio.urgency import NICENESS, hurry


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
