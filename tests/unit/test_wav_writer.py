"""Writing recordings: pieces on a timeline, whole files or none, nothing else overwritten."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio import wav
from assistant.audio.types import RATE, Pcm
from assistant.errors import InputError


def test_pieces_go_where_they_belong_and_gaps_are_silent(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wav.WavWriter(path, RATE) as writer:
        writer.write(10, np.full(5, 7, np.int16))
        writer.write(2, np.full(3, 9, np.int16))
        writer.append(np.full(1, 4, np.int16))
        assert writer.end == 16
        assert not path.exists()
    np.testing.assert_array_equal(wav.read(path), [0, 0, 9, 9, 9, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 4])
    assert list(tmp_path.iterdir()) == [path]


@given(
    pieces=st.lists(
        st.tuples(st.integers(0, 300), st.lists(st.integers(-9, 9), max_size=50)), max_size=10
    )
)
def test_the_timeline_is_an_array_one_writes_into(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[int, list[int]]]
) -> None:
    path = tmp_path_factory.mktemp("timeline") / "a.wav"
    model = np.zeros(400, np.int16)
    end = 0
    with wav.WavWriter(path, 22_050) as writer:
        for at, values in pieces:
            writer.write(at, np.array(values, np.int16))
            model[at : at + len(values)] = values
            end = max(end, at + len(values))
    written, rate = soundfile.read(path, dtype="int16")
    assert rate == 22_050
    np.testing.assert_array_equal(written, model[:end])


def test_a_failure_leaves_the_old_recording_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    wav.write(path, np.full(50, 3, np.int16))
    before = path.read_bytes()

    def record_until_something_breaks() -> None:
        with wav.WavWriter(path, RATE) as writer:
            writer.append(np.full(99, 5, np.int16))
            raise RuntimeError("the engine broke")

    with pytest.raises(RuntimeError):
        record_until_something_breaks()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_wav_is_replaced_and_keeps_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    wav.write(path, np.ones(500, np.int16))
    wav.write(path, np.ones(5, np.int16))
    assert len(wav.read(path)) == 5


def no_folder(tmp_path: Path) -> Path:
    return tmp_path / "absent" / "a.wav"


def a_folder(tmp_path: Path) -> Path:
    return tmp_path


def a_text(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("do not lose me")
    return path


def a_pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (no_folder, "no folder"),
        (a_folder, "not a regular file"),
        (a_text, "not a WAV file"),
        (a_pipe, "not a regular file"),
    ],
)
def test_where_no_recording_may_be_written(
    tmp_path: Path, target: Callable[[Path], Path], words: str
) -> None:
    path = target(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=words) as refused:
        wav.write(path, np.ones(5, np.int16))
    assert str(path) in str(refused.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="no space left on device"):
        wav.write(tmp_path / "a.wav", np.ones(5, np.int16))
    assert list(tmp_path.iterdir()) == []


def test_a_position_before_the_start_is_a_bug_and_one_beyond_4_gib_is_refused(
    tmp_path: Path,
) -> None:
    one: Pcm = np.ones(1, np.int16)
    with wav.WavWriter(tmp_path / "a.wav", RATE) as writer:
        with pytest.raises(ValueError, match="before the start"):
            writer.write(-1, one)
        with pytest.raises(InputError, match="4 GiB"):
            writer.write(2**31, one)
