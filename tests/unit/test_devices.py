"""Naming a device so that it is found again."""

from pathlib import Path
from typing import Any

import pytest

from assistant.audio.devices import Device, choose, listed
from assistant.errors import DeviceError

ON_PI: list[dict[str, Any]] = [
    {"name": "vc4-hdmi-0: MAI PCM i2s-hifi-0 (hw:0,0)", "out": 2},
    {"name": "USB PnP Sound Device: Audio (hw:1,0)", "in": 1},
    {"name": "USB PnP Sound Device: Audio (hw:2,0)", "in": 1},
    {"name": "pulse", "in": 32, "out": 32},
    {"name": "default", "in": 32, "out": 32},
]


def described() -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "name": each["name"],
            "max_input_channels": each.get("in", 0),
            "max_output_channels": each.get("out", 0),
            "default_samplerate": 48_000.0,
        }
        for index, each in enumerate(ON_PI)
    ]


@pytest.fixture
def on_pi(tmp_path: Path) -> list[Device]:
    for number, card in enumerate(("vc4hdmi0", "Device", "Device_1")):
        (tmp_path / f"proc/asound/card{number}").mkdir(parents=True)
        (tmp_path / f"proc/asound/card{number}/id").write_text(f"{card}\n")
    for number, port in ((1, "1-1.3"), (2, "1-1.4")):
        bus = tmp_path / f"sys/devices/platform/pcie/0000:01:00.0/usb1/1-1/{port}/{port}:1.0"
        bus.mkdir(parents=True)
        (tmp_path / f"sys/class/sound/card{number}").mkdir(parents=True)
        (tmp_path / f"sys/class/sound/card{number}/device").symlink_to(bus)
    return listed(described(), 4, 4, tmp_path)


def test_names_do_without_numbers_and_ports_tell_twins_apart(on_pi: list[Device]) -> None:
    assert on_pi[0].names == ("vc4-hdmi-0: MAI PCM i2s-hifi-0", "card:vc4hdmi0")
    assert on_pi[1].names == ("USB PnP Sound Device: Audio", "card:Device", "usb:1-1.3")
    assert on_pi[3].names == ("pulse",)


@pytest.mark.parametrize(
    ("selector", "index"),
    [("default", 3), ("pulse", 3), ("card:Device", 1), ("usb:1-1.4", 2), ("PULSE", 3)],
)
def test_a_microphone_is_chosen_by_any_of_its_names(
    on_pi: list[Device], selector: str, index: int
) -> None:
    assert choose(on_pi, selector, "input").index == index


def test_without_a_sound_server_the_default_is_alsas(on_pi: list[Device]) -> None:
    alone = [device for device in on_pi if device.name != "pulse"]
    assert choose(alone, "default", "input").name == "default"


def test_a_part_of_a_name_is_enough_if_it_is_the_only_one(on_pi: list[Device]) -> None:
    assert choose(on_pi, "hdmi", "output").index == 0


def test_twins_must_be_told_apart(on_pi: list[Device]) -> None:
    with pytest.raises(DeviceError, match=r"'usb:1-1\.3', 'usb:1-1\.4'"):
        choose(on_pi, "USB PnP", "input")


def test_what_is_missing_is_named_with_what_is_there(on_pi: list[Device]) -> None:
    with pytest.raises(DeviceError, match=r"Jabra.*pulse.*assistant devices"):
        choose(on_pi, "Jabra", "output")
    with pytest.raises(DeviceError, match="found: none"):
        choose([], "default", "input")


def test_a_loudspeaker_is_no_microphone(on_pi: list[Device]) -> None:
    with pytest.raises(DeviceError):
        choose(on_pi, "hdmi", "input")


def test_only_what_converts_well_is_asked_for_other_rates(on_pi: list[Device]) -> None:
    assert on_pi[1].rates("input")[0] == 16_000, "a card takes it only if it can"
    assert on_pi[3].rates("input")[0] == 16_000, "a sound server"
    assert on_pi[4].rates("input")[0] == 48_000, "ALSA would convert badly"
    assert on_pi[1].rates("output")[0] == 48_000
