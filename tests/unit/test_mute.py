"""Mute outlasts a restart, and two assistants do not share one household."""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import StageError
from assistant.mute import Mute
from assistant.only_one import only_one
from assistant.store import Book


class FakeMicrophone:
    def __init__(self) -> None:
        self.muted = False

    def mute(self, on: bool) -> None:
        self.muted = on


def started(path: Path) -> tuple[FakeMicrophone, Mute]:
    microphone = FakeMicrophone()
    return microphone, Mute(microphone, Book.open(path))


def test_a_microphone_that_was_closed_is_closed_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "household.db"
    microphone, mute = started(path)
    assert not microphone.muted
    mute.toggle()
    assert microphone.muted, "at once"
    mute.remember()
    microphone, mute = started(path)
    assert microphone.muted
    mute.toggle()
    mute.remember()
    assert not started(path)[0].muted


def test_a_full_disk_does_not_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    microphone = FakeMicrophone()
    book = Book.open(tmp_path / "household.db")
    mute = Mute(microphone, book)

    def full(name: str, value: float) -> None:
        raise StageError("skill", "full", "The disk is full.")

    mute.toggle()
    monkeypatch.setattr(book, "put_setting", full)
    mute.remember()
    assert microphone.muted
    monkeypatch.undo()
    mute.remember()
    assert started(tmp_path / "household.db")[0].muted, "it was asked again"


def test_a_second_assistant_is_told_of_the_first(tmp_path: Path) -> None:
    """In another process: a lock of this one would be its own."""
    code = (
        "from pathlib import Path\n"
        "from assistant.only_one import only_one\n"
        f"with only_one(Path({str(tmp_path)!r})): print('alone')"
    )
    alone = [sys.executable, "-c", code]
    with only_one(tmp_path):
        second = subprocess.run(alone, capture_output=True, text=True, check=False)
        assert second.returncode != 0
        assert "Another assistant is running" in second.stderr
    third = subprocess.run(alone, capture_output=True, text=True, check=True)
    assert third.stdout == "alone\n"


def test_where_nothing_can_be_written_nothing_is_shared(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with only_one(blocked), only_one(blocked):
        assert blocked.is_file()
