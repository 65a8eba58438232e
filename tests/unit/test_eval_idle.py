"""What listening costs: every frame is counted, every sound is as long as it should be."""

from itertools import count
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.audio.types import FRAME, RATE
from assistant.errors import InputError
from assistant.evaluate.idle import (
    CountedVad,
    CountedWake,
    measure,
    recordings,
    resident_bytes,
    silence,
)
from assistant.evaluate.manifest import Row
from assistant.listen import Endpointer, Endpointing, Listener
from tests.fakes import FakeVoiceDetector, FakeWakeDetector, speech


def _parts() -> tuple[Listener, CountedWake, CountedVad]:
    wake, vad = CountedWake(FakeWakeDetector()), CountedVad(FakeVoiceDetector())
    return Listener(wake, vad, Endpointer(Endpointing(), 0.5)), wake, vad


def _row(folder: Path, seconds: float, number: int = 0) -> Row:
    path = folder / f"{number}.wav"
    soundfile.write(path, speech("light on", seconds), RATE)
    return Row(file=path.name, path=path)


def test_silence_costs_a_gate_and_speech_costs_everything(tmp_path: Path) -> None:
    cpu, wall = count(0, 0.001), count(0, 0.002)
    ticks = (lambda: float(next(cpu)), lambda: float(next(wall)))
    quiet = measure(silence(60), *_parts(), *ticks)
    loud = measure(recordings([_row(tmp_path, 10)], 60), *_parts(), *ticks)
    assert (quiet["seconds"], loud["seconds"]) == (60.0, 10.0)
    # Until its noise is known a room may hold anything.
    assert quiet["wake_share"] == quiet["vad_share"] < 0.11
    assert (loud["wake_share"], loud["vad_share"]) == (1, 1)
    assert quiet["facts"] == 0 < loud["facts"]
    assert quiet["cpu_percent"] == pytest.approx(100 * 0.001 / 0.032, abs=0.01)
    assert loud["frame_ms_p50"] == loud["frame_ms_max"] == pytest.approx(2)


def test_recordings_are_heard_one_after_the_other_and_cut(tmp_path: Path) -> None:
    rows = [_row(tmp_path, 1.5, number) for number in range(3)]
    starts = [frame.start for frame in recordings(rows, 4)]
    assert starts == list(range(0, 4 * RATE, FRAME))
    assert len(list(recordings(rows, 60))) == 4.5 * RATE // FRAME


def test_nothing_to_hear_is_said() -> None:
    with pytest.raises(InputError, match="choose another --set"):
        measure(recordings([], 5), *_parts(), float, float)


def test_resident_memory_is_read_as_linux_writes_it(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tx\nVmRSS:\t  300 kB\nRssAnon:\t 200 kB\nRssFile:\t 100 kB\n")
    assert resident_bytes(status) == {"total": 307_200, "own": 204_800, "mapped": 102_400}
    assert resident_bytes(tmp_path / "absent") is None


def test_silence_is_the_same_every_time() -> None:
    first, second = (np.concatenate([frame.pcm for frame in silence(2)]) for _ in range(2))
    assert np.array_equal(first, second)
    assert 0 < np.abs(first).max() < 100
