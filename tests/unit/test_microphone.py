"""The microphone over a PortAudio without devices: nothing here waits."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.front_end import FrontEnd
from assistant.audio.microphone import Microphone
from assistant.audio.portaudio import PortAudio
from assistant.audio.reference import Reference
from assistant.audio.types import FRAME, RATE, Frame
from assistant.events import MUTED, DeviceFound, DeviceLost
from assistant.mic import MicSettings
from tests.fake_sound import FakeClock, FakeDevice, FakeLibrary
from tests.system.sound import Unchanged


class Kitchen:
    def __init__(self, tmp_path: Path, settings: MicSettings, *devices: FakeDevice) -> None:
        self.clock = FakeClock()
        self.cards = tmp_path / "cards"
        self.cards.write_text("0 [Device]")
        self.library = FakeLibrary(self.clock, *devices)
        self.host = PortAudio(self.library, self.cards)
        self.reports: list[tuple[float, DeviceLost | DeviceFound]] = []
        self.microphone = Microphone(
            self.host,
            settings,
            self.clock,
            FrontEnd(Unchanged(), Reference()),
            lambda event: self.reports.append((self.clock.now(), event)),
        )
        self._frames = self.microphone.frames()

    def until(self, seconds: float) -> list[Frame]:
        """Every frame up to that clock time."""
        self.clock.at(seconds, self.microphone.close)
        return list(self._frames)

    def each(self) -> Iterator[Frame]:
        return self._frames

    def lost(self) -> list[float]:
        return [at for at, each in self.reports if isinstance(each, DeviceLost)]

    def found(self) -> list[float]:
        return [at for at, each in self.reports if isinstance(each, DeviceFound)]


@pytest.fixture
def usb() -> FakeDevice:
    return FakeDevice("USB Mic")


def kitchen(tmp_path: Path, *devices: FakeDevice, **settings: object) -> Kitchen:
    return Kitchen(tmp_path, MicSettings.model_validate(settings), *devices)


def test_every_sample_arrives_once_and_in_time(tmp_path: Path, usb: FakeDevice) -> None:
    here = kitchen(tmp_path, usb)
    frames = here.until(10)
    assert [frame.start for frame in frames] == [FRAME * i for i in range(len(frames))]
    heard = np.concatenate([frame.pcm for frame in frames])
    assert np.array_equal(heard, usb.sound(np.arange(len(heard))))
    assert 10 - len(heard) / RATE < 0.15
    assert here.reports == []


def test_frames_are_fetched_one_by_one_while_somebody_has_the_floor(
    tmp_path: Path, usb: FakeDevice
) -> None:
    here = kitchen(tmp_path, usb)
    here.microphone.relax(False)
    here.clock.at(5, here.microphone.close)
    late_s = [here.clock.now() - frame.end / RATE for frame in here.each()]
    assert max(late_s) < 0.03


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
def test_a_device_of_any_rate_keeps_pace(tmp_path: Path, rate: int) -> None:
    frames = kitchen(tmp_path, FakeDevice("odd", rates=(rate,))).until(10)
    assert 10 - frames[-1].end / RATE < 0.2


@pytest.mark.parametrize(("channels", "channel"), [(1, None), (2, None), (6, None), (6, 6)])
def test_a_device_of_many_channels_is_heard_as_one(
    tmp_path: Path, channels: int, channel: int | None
) -> None:
    frames = kitchen(tmp_path, FakeDevice("array", channels), channel=channel).until(1)
    assert frames[0].pcm[:3].tolist() == [1, 2, 3]


def test_a_microphone_that_hangs_is_lost_within_a_second_and_found_again(
    tmp_path: Path, usb: FakeDevice
) -> None:
    here = kitchen(tmp_path, usb)
    here.clock.at(3, lambda: setattr(usb, "hanging", True))
    here.clock.at(20, lambda: setattr(usb, "hanging", False))
    frames = here.until(30)
    assert here.lost()[0] == pytest.approx(3.5, abs=0.1)
    assert 20 < here.found()[-1] < 25
    assert here.microphone.capture.losses == 1
    [gap] = [(a, b) for a, b in pairwise(frames) if a.end != b.start]
    assert gap[1].start % 2_560 == 0
    assert frames[-1].end / RATE == pytest.approx(30, abs=0.3), "indices keep pace with the clock"


def test_an_unplugged_microphone_is_found_under_another_index(
    tmp_path: Path, usb: FakeDevice
) -> None:
    here = kitchen(tmp_path, usb, FakeDevice("Webcam"), device="USB Mic")

    def unplug() -> None:
        usb.plugged = False
        here.cards.write_text("")

    def plug() -> None:
        usb.plugged = True
        here.library.there.reverse()
        here.cards.write_text("1 [Device]")

    here.clock.at(3, unplug)
    here.clock.at(9, plug)
    here.until(20)
    assert here.lost() == [pytest.approx(3, abs=0.1)]
    assert here.found() == [pytest.approx(9, abs=2.5)]
    assert set(here.library.opened) == {"USB Mic"}, "never another one in its place"


def test_a_missing_microphone_is_waited_for_without_haste(tmp_path: Path, usb: FakeDevice) -> None:
    usb.plugged = False
    here = kitchen(tmp_path, usb)

    def plug() -> None:
        usb.plugged = True
        here.cards.write_text("0 [Device] 1 [Mic]")

    here.clock.at(600, plug)
    frames = here.until(610)
    assert len(here.reports) == 2, "lost once, found once"
    assert frames
    assert here.found()[0] <= 601
    assert here.library.renewals < 30, "each costs ALSA some memory"


def test_samples_that_nobody_fetched_are_counted(tmp_path: Path, usb: FakeDevice) -> None:
    here = kitchen(tmp_path, usb, buffer_s=0.5)
    for frame in here.each():
        if frame.start == 100 * FRAME:
            here.clock.advance(here.clock.now() + 1.5)
        if frame.start == 300 * FRAME:
            break
    assert here.microphone.capture.overflows == 1
    assert here.microphone.capture.lost_s == pytest.approx(1.0, abs=0.05)
    assert here.reports == []


@pytest.mark.parametrize("drift", [-1e-4, 1e-4])
def test_a_crystal_that_is_off_is_not_a_loss(tmp_path: Path, usb: FakeDevice, drift: float) -> None:
    usb.drift = drift
    here = kitchen(tmp_path, usb)
    here.until(300)
    assert here.microphone.capture.overflows == 0


def test_nothing_but_zeros_means_that_it_is_dead(tmp_path: Path, usb: FakeDevice) -> None:
    here = kitchen(tmp_path, usb, silent_s=5)
    sound, usb.sound = usb.sound, lambda index: 0 * index
    here.clock.at(60, lambda: setattr(usb, "sound", sound))
    here.until(70)
    assert here.lost() == [pytest.approx(5, abs=0.2)]
    assert here.found() == [pytest.approx(60, abs=6)], "zeros alone are no return"


def test_mute_closes_the_device(tmp_path: Path, usb: FakeDevice) -> None:
    here = kitchen(tmp_path, usb)
    here.clock.at(2, lambda: here.microphone.mute(True))
    here.clock.at(4, lambda: here.clock.at(4, all_closed))
    here.clock.at(8, lambda: here.microphone.mute(False))

    def all_closed() -> None:
        assert all(stream.closed for stream in here.library.streams)

    frames = here.until(12)
    assert not [frame for frame in frames if 2.2 < frame.start / RATE < 7.9]
    assert here.lost() == [pytest.approx(2, abs=0.2)]
    assert here.found() == [pytest.approx(8, abs=0.4)]


def test_what_is_muted_and_gone_is_told_as_what_it_is_now(tmp_path: Path, usb: FakeDevice) -> None:
    here = kitchen(tmp_path, usb)

    def plug(there: bool) -> None:
        usb.plugged = there
        here.cards.write_text("0 [Device]" if there else "")

    here.clock.at(2, lambda: plug(False))
    here.clock.at(4, lambda: here.microphone.mute(True))
    here.clock.at(6, lambda: here.microphone.mute(False))
    here.clock.at(8, lambda: plug(True))
    here.until(15)
    reasons = [each.reason for _, each in here.reports if isinstance(each, DeviceLost)]
    assert [reason == MUTED for reason in reasons] == [False, True, False]
    assert here.found() == [pytest.approx(8, abs=2.5)]


def test_a_call_that_never_returns_is_reported_from_outside(
    tmp_path: Path, usb: FakeDevice
) -> None:
    here = kitchen(tmp_path, usb)
    next(iter(here.each()))
    here.microphone.check()
    assert here.reports == []
    here.clock.advance(here.clock.now() + 2.5)  # the reading thread is stuck meanwhile
    here.microphone.check()
    assert len(here.lost()) == 1
    assert "answered" in str(here.reports[0][1])
    next(iter(here.each()))
    assert len(here.found()) == 1


def test_a_card_that_grants_a_tiny_buffer_is_heard_all_the_same(tmp_path: Path) -> None:
    here = kitchen(tmp_path, FakeDevice("Tiny", buffer_s=0.06))
    frames = here.until(5)
    assert 5 - frames[-1].end / RATE < 0.2
    assert here.reports == []
    assert here.microphone.capture.overflows == 0


def test_both_threads_learn_of_a_new_list(tmp_path: Path, usb: FakeDevice) -> None:
    """The one that makes the list anew must not keep the other waiting for minutes."""
    usb.plugged = False
    here = kitchen(tmp_path, usb)

    def somebody_else_renews() -> None:
        usb.plugged = True
        assert here.host.renew()

    here.clock.at(200, somebody_else_renews)
    here.until(210)
    assert here.found()[0] < 201
