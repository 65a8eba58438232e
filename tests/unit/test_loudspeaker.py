"""The loudspeaker's thread, over a PortAudio without devices. Waits for real moments, briefly."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.audio.loudspeaker import Loudspeaker
from assistant.audio.portaudio import PortAudio
from assistant.audio.reference import Reference
from assistant.audio.types import RATE, AudioChunk
from assistant.clock import WallClock
from assistant.errors import StageError
from assistant.events import DeviceFound, DeviceLost
from assistant.speaker import SpeakerSettings
from tests.fake_sound import FakeDevice, FakeLibrary
from tests.fakes import tone
from tests.system.sound import wait_for


class Speaker:
    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.audio.loudspeaker.GIVE_UP_S", 0.2)
        self.clock = WallClock()
        self.device = FakeDevice("Speaker", inputs=0, outputs=1)
        self.library = FakeLibrary(self.clock, self.device)
        self.reports: list[DeviceLost | DeviceFound] = []
        self.ended = 0
        host = PortAudio(self.library, tmp_path / "cards")
        self.loudspeaker = Loudspeaker(
            host, SpeakerSettings(), self.clock, Reference(), self.reports.append, self._end
        )

    def _end(self) -> None:
        self.ended += 1


@pytest.fixture
def speaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Speaker:
    return Speaker(tmp_path, monkeypatch)


def never() -> bool:
    return False


def test_what_is_written_is_played(speaker: Speaker) -> None:
    speaker.loudspeaker.start()
    assert speaker.loudspeaker.write(AudioChunk(tone(440, 0.3), RATE), never)
    speaker.loudspeaker.close()
    played = np.concatenate([pcm for _, pcm in speaker.library.streams[0].played])  # type: ignore[attr-defined]
    assert np.count_nonzero(played) > 0.28 * RATE


def test_a_device_that_ran_dry_and_waits_for_more_is_given_more(speaker: Speaker) -> None:
    speaker.device.reluctant_s = 0.2
    speaker.loudspeaker.start()
    until = time.monotonic() + 5
    for _ in range(3):
        chunk = AudioChunk(tone(440, 0.1), RATE)
        assert speaker.loudspeaker.write(chunk, lambda: time.monotonic() > until)
        time.sleep(0.3)
    speaker.loudspeaker.close()
    assert not speaker.reports
    assert speaker.loudspeaker.playback.losses == 0


def test_a_lost_loudspeaker_costs_no_processor_even_after_giving_up(speaker: Speaker) -> None:
    speaker.loudspeaker.start()
    speaker.device.plugged = False
    wait_for(lambda: len(speaker.reports) == 1, 3)
    with pytest.raises(StageError, match="gone"):
        speaker.loudspeaker.write(AudioChunk(tone(440, 0.3), RATE), never)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.1
    speaker.device.plugged = True
    wait_for(lambda: len(speaker.reports) == 2, 5)
    assert speaker.loudspeaker.write(AudioChunk(tone(440, 0.1), RATE), never)
    speaker.loudspeaker.close()


def test_portaudio_that_cannot_start_is_tried_again(
    speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker.loudspeaker.start()
    starts: list[int] = []
    initialize = speaker.library._initialize

    def broken() -> None:
        starts.append(1)
        if len(starts) < 3:
            raise speaker.library.PortAudioError("Error initializing PortAudio")
        initialize()

    monkeypatch.setattr(speaker.library, "_initialize", broken)
    speaker.device.plugged = False
    wait_for(lambda: len(starts) >= 2, 5)
    speaker.device.plugged = True
    wait_for(lambda: len(speaker.reports) == 2, 5)
    assert isinstance(speaker.reports[-1], DeviceFound)
    speaker.loudspeaker.close()


def test_a_thread_that_dies_says_so_and_keeps_nobody_waiting(
    speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(speaker.library, "RawOutputStream", bug)
    speaker.loudspeaker.start()
    wait_for(lambda: speaker.ended == 1, 2)
    with pytest.raises(StageError):
        speaker.loudspeaker.write(AudioChunk(tone(440, 0.3), RATE), never)
    with pytest.raises(RuntimeError, match="a bug"):
        speaker.loudspeaker.close()
