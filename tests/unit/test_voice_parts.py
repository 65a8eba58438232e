"""A voice's stages on the disk: made once, compared with the voice, never in the way of speech."""

import errno
import logging
from pathlib import Path

import numpy as np
import pytest

from assistant.engines import ModelPath, voice_parts
from assistant.engines.voice_parts import NAMES, is_prepared, open_parts, prepare
from assistant.errors import ModelError
from models import storage
from tests.toy_voice import toy_voice


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    return toy_voice(tmp_path)


def made_of(voice: Path) -> list[str]:
    return sorted(path.name for path in voice.parent.iterdir() if path.suffix[1:] in NAMES)


def no_cutting(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(content: bytes) -> None:
        raise AssertionError("it was cut again")

    monkeypatch.setattr(voice_parts, "stages", cut)


def test_a_second_load_reads_what_the_first_made(
    voice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_prepared(voice)
    assert open_parts(voice, 1) is not None
    assert is_prepared(voice)
    assert made_of(voice) == ["voice.onnx.decoder", "voice.onnx.flow", "voice.onnx.front"]
    no_cutting(monkeypatch)
    parts = open_parts(voice, 1)
    assert parts is not None
    given = {
        "input": np.array([[1, 2, 3]], np.int64),
        "input_lengths": np.array([3], np.int64),
        "scales": np.array([0.6, 1, 0.8], np.float32),
    }
    latents, durations = parts.front.run(None, given)
    assert latents.shape == (1, 2, 6)
    assert durations.reshape(-1).tolist() == [2, 2, 2]
    [samples] = parts.decoder.decode(iter([latents[0]]))
    assert samples.shape == (24,)
    assert np.abs(samples).max() > 0


def test_another_voice_under_the_same_name_is_cut_anew(voice: Path) -> None:
    prepare(voice)
    before = voice.with_name("voice.onnx.decoder").read_bytes()
    toy_voice(voice.parent, loudness=0.02)
    assert not is_prepared(voice)
    assert open_parts(voice, 1) is not None
    assert is_prepared(voice)
    assert voice.with_name("voice.onnx.decoder").read_bytes() != before


@pytest.mark.parametrize("part", [*NAMES, "parts.json"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b'{"format": 1}', b"\xff"])
def test_what_is_damaged_or_gone_is_made_again(
    voice: Path, part: str, content: bytes | None
) -> None:
    prepare(voice)
    file = voice.with_name(f"voice.onnx.{part}")
    whole = file.read_bytes()
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    assert not is_prepared(voice)
    assert open_parts(voice, 1) is not None
    assert file.read_bytes() == whole


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_full_disk_keeps_nothing_and_costs_only_time(
    voice: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    written, write = list[Path](), storage.write_atomically

    def full(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == failing:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr(voice_parts, "write_atomically", full)
    assert open_parts(voice, 1) is not None
    assert made_of(voice) == []
    assert not is_prepared(voice)


def test_a_voice_that_differs_in_parts_is_spoken_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    voice = toy_voice(tmp_path, far=True)
    stages, fault = prepare(voice)
    assert stages is None
    assert "its samples are off by" in fault
    no_cutting(monkeypatch)  # that is not found out at every start
    with caplog.at_level(logging.WARNING):
        assert open_parts(voice, 1) is None
    assert "voice.onnx speaks a sentence only when all of it is computed" in caplog.text
    assert made_of(voice) == []


def test_a_silent_voice_proves_nothing(tmp_path: Path) -> None:
    assert prepare(toy_voice(tmp_path, loudness=0)) == (None, "nothing is heard of it")


def test_what_is_no_voice_is_spoken_whole(voice: Path) -> None:
    voice.write_bytes(b"no model")
    stages, fault = prepare(voice)
    assert stages is None
    assert fault


@pytest.mark.parametrize("content", [b"", b"[]", b"{}"])
def test_a_voice_without_its_settings_proves_nothing(voice: Path, content: bytes) -> None:
    voice.with_name("voice.onnx.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"voice\.onnx\.json are missing or damaged"):
        prepare(voice)
    assert not is_prepared(voice)


def test_a_missing_voice_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"voice\.onnx is missing"):
        open_parts(tmp_path / "voice.onnx", 1)


@pytest.mark.models
def test_the_default_voice_says_in_parts_what_it_says_whole(
    model: ModelPath, tmp_path: Path
) -> None:
    voice = tmp_path / "voice.onnx"
    installed = model("en_US-joe-medium")
    voice.symlink_to(installed)
    voice.with_name("voice.onnx.json").symlink_to(f"{installed}.json")
    stages, fault = prepare(voice)
    assert fault == ""
    assert stages is not None
    assert is_prepared(voice)
