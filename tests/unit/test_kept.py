"""What is kept in the cache folder: whole, of the right thing, or none."""

import os
from pathlib import Path

import pytest

from models.kept import KEPT, Kept


def test_what_was_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "kitchen"
    assert Kept(folder, "state", ["a", 1]).load() is None
    Kept(folder, "state", ["a", 1]).save(b"content")
    assert Kept(folder, "state", ["a", 1]).load() == b"content"
    assert [file.suffix for file in folder.iterdir()] == [".state"]


def test_what_is_of_something_else_is_none(tmp_path: Path) -> None:
    Kept(tmp_path, "state", [1, 2]).save(b"content")
    assert Kept(tmp_path, "state", [12]).load() is None
    assert Kept(tmp_path, "state", [2, 1]).load() is None
    assert Kept(tmp_path, "speech", [1, 2]).load() is None


@pytest.mark.parametrize("damage", [b"", b"content", bytes(40)])
def test_a_damaged_file_is_none(tmp_path: Path, damage: bytes) -> None:
    kept = Kept(tmp_path, "state", [1])
    kept.save(b"content")
    (file,) = tmp_path.glob("*.state")
    file.write_bytes(damage)
    assert kept.load() is None


def test_only_the_latest_of_a_kind_stay(tmp_path: Path) -> None:
    Kept(tmp_path, "speech", [0]).save(b"spoken")
    for number in range(KEPT + 2):
        Kept(tmp_path, "state", [number]).save(b"state")
        for file in tmp_path.iterdir():
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 10))
    left = [Kept(tmp_path, "state", [number]).load() for number in range(KEPT + 2)]
    assert left == [None, None, *[b"state"] * KEPT]
    assert Kept(tmp_path, "speech", [0]).load() == b"spoken"


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = Kept(tmp_path / "file" / "folder", "state", [1])
    kept.save(b"content")
    assert kept.load() is None
