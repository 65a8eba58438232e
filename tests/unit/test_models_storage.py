"""Locks, workspaces, atomic placing and remembered digests."""

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest

from assistant.errors import ModelError
from models.pins import Pins
from models.storage import digests, explained, locked, place, sha256, workspace, write_atomically


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "disk is full"),
        (errno.EACCES, "closed to this user"),
        (errno.EROFS, "closed to this user"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_what_the_file_system_refuses_becomes_one_sentence(code: int, says: str) -> None:
    with pytest.raises(ModelError, match=says) as caught, explained(Path("/models")):
        raise OSError(code, os.strerror(code), "/models/alexa")
    assert str(caught.value).endswith("set ASSISTANT_DATA_DIR to another folder.")
    assert "/models" in str(caught.value)


def test_a_lock_makes_the_second_wait_and_says_so(tmp_path: Path) -> None:
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        with locked(tmp_path, "alexa", waiting.set):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(tmp_path, "alexa"):
        thread.start()
        assert waiting.wait(10)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_workspace_is_gone_afterwards_also_after_an_error(tmp_path: Path) -> None:
    def fail_in_workspace() -> None:
        with workspace(tmp_path) as work:
            (work / "half").write_bytes(b"x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_workspace()
    assert list((tmp_path / ".work").iterdir()) == []


def test_abandoned_workspaces_are_removed_and_living_ones_kept(tmp_path: Path) -> None:
    for name in ("no-lock-yet", "killed"):
        (tmp_path / ".work" / name).mkdir(parents=True)
    (tmp_path / ".work" / "killed" / ".alive").touch()
    with workspace(tmp_path) as first, workspace(tmp_path) as second:
        assert {path.name for path in (tmp_path / ".work").iterdir()} == {first.name, second.name}


def test_a_placed_file_is_readable_by_the_service(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.write_bytes(b"weights")
    fresh.chmod(0o600)
    place(fresh, tmp_path / "alexa" / "alexa.onnx")
    assert (tmp_path / "alexa" / "alexa.onnx").stat().st_mode & 0o777 == 0o644
    assert not fresh.exists()


def test_several_digests_come_from_one_reading(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc" * 1_000_000)
    read: list[int] = []
    found = digests(path, ["sha256", "md5"], read.append)
    assert found == {
        "sha256": hashlib.sha256(b"abc" * 1_000_000).hexdigest(),
        "md5": hashlib.md5(b"abc" * 1_000_000, usedforsecurity=False).hexdigest(),
    }
    assert read == [1 << 20, 2 << 20, 3_000_000]


def test_a_remembered_digest_notices_a_write_that_hides_its_time(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"weights")
    os.utime(path, ns=(1, 1))
    before = sha256(path)
    status = path.stat()
    while path.stat().st_ctime_ns == status.st_ctime_ns:  # until the kernel's clock has ticked
        with path.open("r+b") as file:
            file.write(b"Weights")
        os.utime(path, ns=(1, 1))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert sha256(path) != before


def test_an_interrupted_write_leaves_the_old_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pins.json"
    write_atomically(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_first_pin_stays(tmp_path: Path) -> None:
    pins = Pins(tmp_path)
    assert pins.get("voice/voice.onnx") is None
    pins.add("voice/voice.onnx", "a" * 64)
    pins.add("voice/voice.onnx", "b" * 64)
    assert Pins(tmp_path).get("voice/voice.onnx") == "a" * 64


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}'])
def test_damaged_pins_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "pins.json").write_text(text)
    with pytest.raises(ModelError, match=r"pins\.json is damaged: delete it"):
        Pins(tmp_path).get("a")
