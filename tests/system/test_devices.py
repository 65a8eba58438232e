"""Real PortAudio streams over a private sound server: what happens to devices in a kitchen."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from assistant.audio.portaudio import PortAudio
from assistant.audio.types import RATE, AudioChunk, Pcm
from assistant.errors import StageError
from assistant.events import DeviceFound, DeviceLost
from assistant.mic import MicSettings
from assistant.speaker import SpeakerSettings
from tests.fakes import noise, tone
from tests.system.sound import loud, room, wait_for
from tools.virtual_sound import SoundServer

pytestmark = pytest.mark.sound

VOICE = 22_050
"""A rate that no device has by itself."""


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    with pytest.MonkeyPatch.context() as patch, SoundServer() as running:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        yield running


@pytest.fixture
def host(server: SoundServer) -> PortAudio:
    made = PortAudio()
    assert made.renew()
    return made


def spoken(seconds: float) -> AudioChunk:
    t = np.arange(round(seconds * VOICE)) / VOICE
    return AudioChunk((8_000 * np.sin(2 * np.pi * 441 * t)).astype(np.int16), VOICE)


def never() -> bool:
    return False


def over(pcm: Pcm) -> bool:
    """There was a sound, and then silence."""
    sounds = loud(pcm)
    return bool(sounds) and sounds[-1][1] < len(pcm) / RATE - 0.3


def test_devices_are_found_by_their_names(host: PortAudio) -> None:
    names = [device.name for device in host.devices()]
    assert {"kitchen_mic", "kitchen_speaker"} <= set(names)


def test_what_is_said_is_heard_whole_and_in_time(host: PortAudio, server: SoundServer) -> None:
    with room(host, MicSettings(device="kitchen_mic")) as here:
        server.speak(tone(500, 1.5)).wait()
        wait_for(lambda: over(here.heard()), 5)
        [(start, end)] = loud(here.heard())
        assert end - start == pytest.approx(1.5, abs=0.02)
        first = here.frames[0].start
        assert [frame.start for frame in here.frames] == [
            first + 512 * i for i in range(len(here.frames))
        ]
        behind_s = here.clock.now() - here.frames[-1].end / RATE
        assert -0.2 < behind_s < 0.15
        assert here.microphone.capture.overflows == 0


def test_sentences_follow_each_other_without_a_gap(host: PortAudio, server: SoundServer) -> None:
    with room(host) as here, server.recording() as recording:
        time.sleep(0.3)
        whole = spoken(1.2)
        for first in range(0, len(whole.pcm), 5_000):
            part = AudioChunk(whole.pcm[first : first + 5_000], VOICE)
            assert here.loudspeaker.write(part, never)
        time.sleep(0.5)
        [(start, end)] = loud(recording.pcm())
        assert end - start == pytest.approx(1.2, abs=0.02)
        assert here.loudspeaker.playback.underruns == 0


def test_a_reply_stops_at_once(host: PortAudio, server: SoundServer) -> None:
    with room(host) as here, server.recording() as recording:
        time.sleep(0.3)
        here.loudspeaker.write(spoken(0.1), never)
        wait_for(lambda: bool(loud(recording.pcm())), 2)
        began = time.monotonic()
        # The server and the recorder are late by the same time at both ends.
        here.loudspeaker.write(spoken(3), lambda: time.monotonic() > began + 0.8)
        returned = time.monotonic() - began
        time.sleep(0.6)
        sounds = loud(recording.pcm())
        assert returned < 0.8 + 0.03
        assert sounds[-1][1] - sounds[-1][0] < 0.8 + 0.06


def test_ducking_makes_it_quieter_and_comes_back(host: PortAudio, server: SoundServer) -> None:
    with room(host, speaker=SpeakerSettings(duck_db=-20)) as here, server.recording() as recording:
        time.sleep(0.3)
        here.loudspeaker.write(spoken(0.6), never)
        here.loudspeaker.duck(True)
        here.loudspeaker.write(spoken(0.6), never)
        here.loudspeaker.duck(False)
        here.loudspeaker.write(spoken(0.6), never)
        time.sleep(0.5)
        pcm = recording.pcm()
        start = round(loud(pcm, 300)[0][0] * RATE)
        levels = [
            np.abs(pcm[start + round(at * RATE) :][: RATE // 10].astype(int)).max()
            for at in (0.3, 0.9, 1.5)
        ]
        assert levels[1] == pytest.approx(levels[0] / 10, rel=0.1)
        assert levels[2] == pytest.approx(levels[0], rel=0.1)


def test_a_sound_server_that_dies_is_noticed_and_waited_for(
    host: PortAudio, server: SoundServer
) -> None:
    with room(host) as here:
        server.stop()
        assert here.reported(DeviceLost, "microphone", 2) <= 2
        time.sleep(1)
        before = here.frames[-1]
        server.start()
        assert here.reported(DeviceFound, "microphone", 5) <= 5
        server.speak(noise(1.0)).wait()
        wait_for(lambda: bool(loud(here.heard()[-RATE * 2 :])), 3)
        after = next(frame for frame in here.frames if frame.start > before.end)
        assert after.start % 2_560 == 0
        assert after.start - before.end > 0.8 * RATE, "the gap is on the timeline"
        wait_for(lambda: here.loudspeaker.write(spoken(0.2), never), 5)


def test_a_loudspeaker_that_dies_goes_on_when_it_is_back(
    host: PortAudio, server: SoundServer
) -> None:
    with room(host) as here:
        here.loudspeaker.write(spoken(0.2), never)
        server.stop()
        here.reported(DeviceLost, "loudspeaker", 2)
        with pytest.raises(StageError, match="gone"):
            here.loudspeaker.write(spoken(0.2), never)
        server.start()
        here.reported(DeviceFound, "loudspeaker", 5)
        with server.recording() as recording:
            time.sleep(0.3)
            assert here.loudspeaker.write(spoken(0.5), never)
            time.sleep(0.5)
            assert loud(recording.pcm())


def test_the_same_microphone_is_found_under_another_number(
    host: PortAudio, server: SoundServer
) -> None:
    with room(host, MicSettings(device="kitchen_mic")) as here:
        before = {device.name: device.index for device in host.devices()}
        server.stop()
        server.name_devices("porch_mic:silent", "kitchen_mic:microphone", "kitchen_speaker:speaker")
        here.reported(DeviceLost, "microphone", 2)
        time.sleep(1)
        server.start()
        server.plug("silent")
        here.reported(DeviceFound, "microphone", 5)
        after = {device.name: device.index for device in host.devices()}
        assert after["kitchen_mic"] != before["kitchen_mic"]
        server.speak(tone(500, 0.5)).wait()
        wait_for(lambda: bool(loud(here.heard()[-RATE * 2 :])), 3)


def test_zeros_alone_mean_that_the_microphone_is_dead(host: PortAudio, server: SoundServer) -> None:
    with room(host, MicSettings(silent_s=1.5)) as here:
        here.reported(DeviceLost, "microphone", 4)
        time.sleep(2)
        assert not here.reports, "still nothing but zeros: not found, not lost again"
        said = server.speak(noise(1.0))
        here.reported(DeviceFound, "microphone", 3)
        said.wait()
        wait_for(lambda: over(here.heard()), 3)


def test_mute_closes_the_microphone(host: PortAudio, server: SoundServer) -> None:
    with room(host) as here:
        assert server.recorders() == 1
        here.microphone.mute(True)
        here.reported(DeviceLost, "microphone", 1)
        wait_for(lambda: server.recorders() == 0, 1)
        here.microphone.mute(False)
        here.reported(DeviceFound, "microphone", 3)
        assert server.recorders() == 1


def test_a_process_that_is_busy_for_a_while_loses_nothing(
    host: PortAudio, server: SoundServer
) -> None:
    """A sound card keeps `buffer_s`; what is lost beyond that is counted (see the unit tests)."""
    with room(host) as here:
        said = server.speak(tone(500, 1.5))
        wait_for(lambda: bool(loud(here.heard()[-8_000:])), 3)
        here.delay_s = 0.4
        said.wait()
        wait_for(lambda: over(here.heard()), 5)
        [(start, end)] = loud(here.heard())
        assert end - start == pytest.approx(1.5, abs=0.02)
        assert here.microphone.capture.overflows == 0
