"""A prompt's state on disk: whole, of the right model, or none."""

import os
from pathlib import Path

import pytest

from assistant.engines.prompt_state import KEPT, PromptState


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights")
    return path


def test_what_was_saved_is_there_after_a_restart(model: Path) -> None:
    folder = model.parent / "cache" / "kitchen"
    assert PromptState(folder, model, "1", [1, 2]).load() is None
    PromptState(folder, model, "1", [1, 2]).save(b"state")
    assert PromptState(folder, model, "1", [1, 2]).load() == b"state"
    assert [file.suffix for file in folder.iterdir()] == [".state"]


def test_another_prompt_build_or_model_has_another_state(model: Path) -> None:
    folder = model.parent
    PromptState(folder, model, "1", [1, 2]).save(b"state")
    assert PromptState(folder, model, "1", [12]).load() is None
    assert PromptState(folder, model, "2", [1, 2]).load() is None
    model.write_bytes(b"other weights")
    assert PromptState(folder, model, "1", [1, 2]).load() is None


@pytest.mark.parametrize("damage", [b"", b"state", bytes(40)])
def test_a_damaged_file_is_none(model: Path, damage: bytes) -> None:
    kept = PromptState(model.parent, model, "1", [1, 2])
    kept.save(b"state")
    (file,) = model.parent.glob("*.state")
    file.write_bytes(damage)
    assert kept.load() is None


def test_only_the_latest_stay(model: Path) -> None:
    for number in range(KEPT + 2):
        PromptState(model.parent, model, "1", [number]).save(b"state")
        for file in model.parent.glob("*.state"):
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 10))
    left = [PromptState(model.parent, model, "1", [n]).load() for n in range(KEPT + 2)]
    assert left == [None, None, *[b"state"] * KEPT]


def test_where_nothing_can_be_written_nothing_is_kept(model: Path) -> None:
    PromptState(model / "folder", model, "1", [1]).save(b"state")
    assert PromptState(model / "folder", model, "1", [1]).load() is None
