"""Microphones and loudspeakers, and how to name one so that it is found again.

The index of a device changes whenever another is plugged in, and so does ALSA's card number. What
stays is its name, the id that ALSA gave its card, and the USB port it sits in.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import AbsentError

_HARDWARE = re.compile(r"\s*\(hw:(?P<card>\d+),(?P<device>\d+)\)$")
"""PortAudio writes ALSA's numbers behind the name: "USB PnP Sound Device: Audio (hw:1,0)"."""
_USB_PORT = re.compile(r"^\d+-\d+(\.\d+)*$")
"""A folder of sysfs named after a port: bus 1, hub port 1, its port 3 is "1-1.3"."""

_SERVERS = ("pulse", "pipewire")
"""ALSA's names of the sound servers."""

Kind = Literal["input", "output"]


@dataclass(frozen=True, slots=True)
class Device:
    index: int
    """PortAudio's number: valid until the list is renewed."""
    name: str
    """Without ALSA's numbers."""
    inputs: int
    """Channels that can be recorded."""
    outputs: int
    """Channels that can be played."""
    rate: int
    """Hertz, the device's own."""
    card: str | None = None
    """ALSA's id of the card, for example "Device" or "vc4hdmi0"."""
    usb: str | None = None
    """The USB port, for example "1-1.3"."""
    default_input: bool = False
    default_output: bool = False

    def can(self, kind: Kind) -> bool:
        return (self.inputs if kind == "input" else self.outputs) > 0

    def rates(self, kind: Kind) -> tuple[int, ...]:
        """Rates worth trying, in hertz, the best first. A card takes only what it can do itself and
        a sound server converts well; other ALSA devices take any rate and convert badly."""
        direct = (16_000,) if kind == "input" and (self.card or self.name in _SERVERS) else ()
        return tuple(dict.fromkeys((*direct, self.rate, 48_000, 44_100, 16_000)))

    @property
    def names(self) -> tuple[str, ...]:
        """All that may stand in the configuration, the most exact last."""
        card = (f"card:{self.card}",) if self.card else ()
        usb = (f"usb:{self.usb}",) if self.usb else ()
        return (self.name, *card, *usb)


def listed(
    found: Iterable[Mapping[str, Any]],
    default_input: int | None,
    default_output: int | None,
    root: Path = Path("/"),
) -> list[Device]:
    """`found`: sounddevice's description of each. `root`: where /proc and /sys are."""
    devices = []
    for each in found:
        hardware = _HARDWARE.search(each["name"])
        number = None if hardware is None else int(hardware["card"])
        index = int(each["index"])
        devices.append(
            Device(
                index,
                _HARDWARE.sub("", each["name"]).rstrip(": -"),
                int(each["max_input_channels"]),
                int(each["max_output_channels"]),
                round(each["default_samplerate"]),
                None if number is None else _card_id(root, number),
                None if number is None else _usb_port(root, number),
                index == default_input,
                index == default_output,
            )
        )
    return devices


def choose(devices: Sequence[Device], selector: str, kind: Kind) -> Device:
    """The device that `selector` names: "default", a name, "card:ID", "usb:PORT", or a part of one
    name. Raises AbsentError, naming what there is, if none fits or several do."""
    able = [device for device in devices if device.can(kind)]
    if selector == "default":
        # ALSA's default leads to the sound server if there is one; asked directly it does better.
        servers = [device for device in able if device.name in _SERVERS]
        default = [d for d in able if (d.default_input if kind == "input" else d.default_output)]
        chosen = (servers or default or able)[:1]
    else:
        chosen = [device for device in able if selector in device.names]
        wanted = selector.casefold()
        chosen = chosen or [device for device in able if wanted in device.name.casefold()]
    what = "microphone" if kind == "input" else "loudspeaker"
    section = "mic" if kind == "input" else "speaker"
    if not chosen:
        there = ", ".join(repr(device.name) for device in able) or "none"
        wish = "any" if selector == "default" else repr(selector)
        raise AbsentError(
            f"No {what} is found ({section}.device: {wish}; found: {there}); "
            "plug it in, or see `assistant devices`."
        )
    if len(chosen) > 1:
        exact = ", ".join(repr(device.names[-1]) for device in chosen)
        raise AbsentError(
            f"{section}.device = {selector!r} fits several devices; write one of: {exact}."
        )
    return chosen[0]


def _card_id(root: Path, number: int) -> str | None:
    try:
        return (root / f"proc/asound/card{number}/id").read_text().strip() or None
    except OSError:
        return None


def _usb_port(root: Path, number: int) -> str | None:
    """The last folder named like a port on the way to the card's device."""
    device = os.path.realpath(root / f"sys/class/sound/card{number}/device")
    ports = [part for part in device.split("/") if _USB_PORT.match(part)]
    return ports[-1] if ports else None
