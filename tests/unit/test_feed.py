"""What reaches a loudspeaker, and what the echo canceller is told about it."""

from pathlib import Path

import numpy as np
import pytest

from assistant.audio.feed import LINGER_S, STALL_S, Feed, Loudness
from assistant.audio.portaudio import PortAudio
from assistant.audio.reference import Reference
from assistant.audio.resample import resample
from assistant.audio.types import RATE, AudioChunk, Pcm
from assistant.errors import DeviceError
from assistant.events import Span
from tests.fake_sound import FakeClock, FakeDevice, FakeLibrary, FakeOutput
from tests.fakes import noise, tone

PREBUFFER_S = 0.08


class Speaker:
    """A feed, driven as the loudspeaker's thread does."""

    def __init__(self, tmp_path: Path, rate: int, volume: float = 1.0) -> None:
        self.clock = FakeClock()
        self.device = FakeDevice("Speaker", inputs=0, outputs=2, rates=(rate,))
        library = FakeLibrary(self.clock, self.device)
        stream = PortAudio(library, tmp_path / "cards").output("default", 0.5)
        [output] = library.streams
        assert isinstance(output, FakeOutput)
        self.output = output
        self.loudness = Loudness(volume, -20)
        self.reference = Reference()
        self.feed = Feed(stream, self.clock, self.reference, self.loudness)

    def play(self, pcm: Pcm, rate: int) -> None:
        size = round(0.02 * rate)
        for start in range(0, len(pcm), size):
            while not self.feed.asleep and self.feed.ahead_s() >= PREBUFFER_S:
                self.clock.advance(self.clock.now() + 0.01)
            self.feed.sound(AudioChunk(pcm[start : start + size], rate))

    def rest(self, seconds: float) -> None:
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            if self.feed.ahead_s() < (0.2 if self.feed.asleep else PREBUFFER_S / 2):
                self.feed.silence()
            self.clock.advance(self.clock.now() + 0.01)


def first(pcm: Pcm) -> int:
    return int(np.argmax(np.abs(pcm.astype(int)) > 100))


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_reply_is_heard_at_once_whole_and_without_gaps(tmp_path: Path, rate: int) -> None:
    speaker = Speaker(tmp_path, rate)
    speaker.rest(5)
    began_s = speaker.clock.now()
    said = tone(440, 2.0)
    speaker.play(said[:15_000], RATE)
    speaker.play(said[15_000:], RATE)
    speaker.rest(0.5)
    track = resample(speaker.output.track(), rate, RATE)
    start = first(track)
    assert start / RATE - began_s == pytest.approx(0, abs=0.025)
    expected = said[first(said) :]
    heard = track[start : start + len(expected)]
    assert np.abs(heard[: 2 * RATE - 800].astype(int) - expected[: 2 * RATE - 800]).max() < 2_000
    assert speaker.feed.underruns == 0


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_the_reference_is_what_was_heard_when_it_was_heard(tmp_path: Path, rate: int) -> None:
    speaker = Speaker(tmp_path, rate)
    speaker.rest(3)
    speaker.play(noise(0.8), RATE)
    speaker.rest(0.3)
    span = Span(round(2.9 * RATE), round(4.2 * RATE))
    far = speaker.reference.read(span)
    track = resample(speaker.output.track(), rate, RATE)[span.start : span.end]
    lag = first(track) - first(far)
    assert abs(lag) < 0.005 * RATE, "EARLY allows for more, but not for much more"
    assert speaker.reference.sounding(Span(round(3.2 * RATE), round(3.3 * RATE)))
    assert not speaker.reference.sounding(Span(round(2.0 * RATE), round(2.9 * RATE)))


def test_a_sound_that_may_stay_is_played_and_not_referred_to(tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, 48_000)
    speaker.rest(1)
    speaker.feed.sound(AudioChunk(tone(440, 0.02), RATE, cancel_echo=False))
    speaker.rest(0.3)
    assert speaker.output.track().any()
    assert not speaker.reference.read(Span(RATE, round(1.3 * RATE))).any()


def test_clearing_is_silence_at_once(tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, 48_000)
    speaker.play(tone(440, 1.0), RATE)
    cleared_s = speaker.clock.now()
    speaker.feed.clear()
    speaker.rest(0.5)
    loud = np.flatnonzero(np.abs(speaker.output.track().astype(int)) > 100)
    assert loud[-1] / 48_000 - cleared_s < 0.02


def test_it_falls_asleep_and_then_costs_little(tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, 48_000)
    speaker.play(tone(440, 0.2), RATE)
    speaker.rest(LINGER_S + 0.5)
    assert speaker.feed.asleep
    before = len(speaker.output.played)
    speaker.rest(10)
    assert len(speaker.output.played) - before <= 55


def test_a_thread_that_comes_too_late_is_counted(tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, 48_000)
    speaker.play(tone(440, 0.2), RATE)
    speaker.clock.advance(speaker.clock.now() + 0.3)
    speaker.play(tone(440, 0.2), RATE)
    assert speaker.feed.underruns == 1


def test_a_device_that_plays_nothing_hangs(tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, 48_000)
    speaker.rest(1)
    speaker.device.hanging = True
    with pytest.raises(DeviceError, match="nothing was played"):
        speaker.rest(STALL_S + 0.5)


def test_ducking_and_volume_change_without_a_jump(tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, RATE)
    flat = np.full(round(0.1 * RATE), 10_000, np.int16)
    speaker.play(flat, RATE)
    speaker.loudness.ducked = True
    speaker.play(flat, RATE)
    speaker.loudness.ducked = False
    speaker.play(flat, RATE)
    track = speaker.output.track().astype(int)
    track = track[first(speaker.output.track()) :][: 3 * len(flat)]
    assert track[round(0.15 * RATE)] == pytest.approx(1_000, abs=2)
    assert track[round(0.25 * RATE)] == pytest.approx(10_000, abs=2)
    assert np.abs(np.diff(track)).max() < 100


@pytest.mark.parametrize(("volume", "factor"), [(1.0, 1.0), (0.5, 0.25), (0.0, 0.0)])
def test_volume(volume: float, factor: float) -> None:
    loudness = Loudness(volume, -15)
    pcm = np.full(100, 10_000, np.int16)
    assert loudness.apply(pcm)[-1] == pytest.approx(10_000 * factor, abs=1)


@pytest.mark.parametrize(("volume", "factor"), [(1.0, 1.0), (0.2, 0.25), (0.0, 0.25)])
def test_what_is_urgent_is_heard_at_any_volume(volume: float, factor: float) -> None:
    pcm = np.full(100, 10_000, np.int16)
    heard = Loudness(volume, -15).apply(pcm, urgent=True)
    assert heard[-1] == pytest.approx(10_000 * factor, abs=1)
