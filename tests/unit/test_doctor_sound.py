"""Cards, and what a tone tells, as the doctor sees them."""

from pathlib import Path

import numpy as np
import pytest

from assistant.audio import trial
from assistant.audio.devices import Device
from assistant.audio.portaudio import PortAudio
from assistant.audio.trial import Played, Together
from assistant.audio.types import Pcm
from assistant.config import Settings
from assistant.doctor import heard, sound
from assistant.doctor.check import Level
from assistant.errors import DeviceError
from assistant.mic import MicSettings
from assistant.speaker import SpeakerSettings
from hw.alsa import Card, Owner, cards, locked, owners
from tests.fake_sound import FakeClock, FakeDevice, FakeLibrary, FakeOutput
from tests.unit.test_doctor_checks import levels

RATE = 16_000
USB = Card(1, "Device", "USB PnP Sound Device")
MIC = Device(0, "USB", 1, 0, 16_000, default_input=True)


def together(pcm: Pcm, tone_s: float = 1.0) -> Together:
    return Together(pcm, RATE, tone_s, Played(48_000, 1.02))


def noise(level_dbfs: float, seconds: float = 3.0) -> Pcm:
    samples = np.random.default_rng(1).standard_normal(round(seconds * RATE))
    return (samples * 32768 * 10 ** (level_dbfs / 20)).astype(np.int16)


def with_tone(level_dbfs: float, hertz: float = trial.TONE_HZ, floor: float = -60) -> Pcm:
    """From 1.2 to 2.2 s."""
    t = np.arange(RATE) / RATE
    pcm = noise(floor).astype(np.float64)
    pcm[19_200:35_200] += 32767 * 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * t)
    return np.clip(pcm, -32768, 32767).astype(np.int16)


HEARD: dict[str, Level] = {"microphone test": "green", "loopback": "green"}


@pytest.mark.parametrize(
    ("pcm", "expected"),
    [
        (with_tone(-30), HEARD),
        (with_tone(-62), HEARD),  # softer than the noise, but on one frequency
        (with_tone(-30, hertz=900), HEARD | {"loopback": "yellow"}),
        (noise(-60), HEARD | {"loopback": "yellow"}),
        (with_tone(6), HEARD | {"microphone test": "yellow"}),
        (noise(-30), {"microphone test": "yellow", "loopback": "yellow"}),
        (with_tone(-30) + np.int16(3_000), HEARD | {"microphone test": "yellow"}),
        (noise(-90), {"microphone test": "yellow", "loopback": "yellow"}),
        (np.zeros(48_000, np.int16), {"microphone test": "red"}),
        (np.zeros(0, np.int16), {"microphone test": "red"}),
    ],
)
def test_what_was_heard(pcm: Pcm, expected: dict[str, Level]) -> None:
    found = levels(list(heard.checks(together(pcm))))
    assert found == {"loudspeaker test": "green"} | expected


def test_the_noise_floor_is_that_of_the_pauses() -> None:
    assert heard.noise_floor_dbfs(with_tone(-10), RATE) == pytest.approx(-60, abs=1.5)
    assert heard.noise_floor_dbfs(noise(-50, 0.01), RATE) == trial.FLOOR_DBFS


def test_a_tone_is_played_and_heard_at_once() -> None:
    clock = FakeClock()
    speaker = FakeDevice("box", inputs=0, outputs=1, rates=(48_000,))
    library = FakeLibrary(clock, FakeDevice("mic", buffer_s=5.0), speaker)
    done = trial.together(PortAudio(library), MicSettings(), SpeakerSettings(), clock)
    [output] = [each for each in library.streams if isinstance(each, FakeOutput)]
    assert trial.peak(output.track()) == pytest.approx(3_276, abs=2)  # -20 dBFS
    assert done.tone_s == pytest.approx(1.0, abs=0.05)
    assert len(done.heard) / done.rate == pytest.approx(trial.LISTEN_S, abs=0.2)
    assert all(stream.closed for stream in library.streams)


def test_a_loudspeaker_that_hangs_is_told() -> None:
    clock = FakeClock()
    speaker = FakeDevice("box", inputs=0, outputs=1, rates=(48_000,), hanging=True)
    library = FakeLibrary(clock, FakeDevice("mic"), speaker)
    with pytest.raises(DeviceError, match="does not play it") as caught:
        trial.together(PortAudio(library), MicSettings(), SpeakerSettings(), clock)
    assert levels([heard.refused(caught.value)]) == {"sound test": "red"}


# --- cards ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "closed", "devices", "level"),
    [
        ([USB], [], [MIC], "green"),
        ([], [], [MIC], "green"),
        ([], [], [], "yellow"),
        ([USB], ["pcmC1D0c"], [], "yellow"),
        ([USB], [], [], "green"),
    ],
)
def test_cards(found: list[Card], closed: list[str], devices: list[Device], level: Level) -> None:
    assert levels([sound.cards(found, closed, devices)]) == {"sound cards": level}


def test_a_card_that_another_program_has() -> None:
    taken = Owner(1, "input", 77, "arecord")
    assert levels(list(sound.busy([taken], []))) == {"microphone in use": "yellow"}
    assert list(sound.busy([taken], [77])) == []  # it is the assistant
    assert list(sound.busy([Owner(1, "output", 5, "pipewire")], [])) == []


def test_a_rate_too_low_to_understand_is_yellow() -> None:
    headset = Device(0, "headset", 1, 1, 8_000, default_input=True, default_output=True)
    found = levels(list(sound.checks([headset], Settings())))
    assert found == {"microphone": "yellow", "loudspeaker": "green"}


def test_what_the_kernel_tells_of_cards(tmp_path: Path) -> None:
    assert cards(tmp_path) == ()
    assert owners(tmp_path) == ()
    assert locked(tmp_path) == ()
    proc = tmp_path / "proc/asound"
    proc.mkdir(parents=True)
    (proc / "cards").write_text(
        " 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n                      vc4-hdmi-0\n"
        " 1 [Device         ]: USB-Audio - USB PnP Sound Device\n"
        "                      C-Media USB PnP Sound Device at usb-xhci-hcd.0-1, full speed\n"
    )
    assert cards(tmp_path) == (Card(0, "vc4hdmi0", "vc4-hdmi-0"), USB)
    for side, text in {
        "pcm0c": "state: RUNNING\nowner_pid   : 77\ntrigger_time: 1.2\n",
        "pcm0p": "closed\n",
    }.items():
        (proc / f"card1/{side}/sub0").mkdir(parents=True)
        (proc / f"card1/{side}/sub0/status").write_text(text)
    (tmp_path / "proc/77").mkdir()
    (tmp_path / "proc/77/comm").write_text("arecord\n")
    assert owners(tmp_path) == (Owner(1, "input", 77, "arecord"),)
