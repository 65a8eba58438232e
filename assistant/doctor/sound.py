"""The microphone and the loudspeaker."""

from collections.abc import Collection, Iterator, Sequence

from assistant.audio.devices import Device, Kind, choose
from assistant.config import Settings
from assistant.doctor.check import Check, told
from assistant.errors import DeviceError
from hw.alsa import Card, Owner

_SERVERS = {"pipewire", "pulseaudio", "jackd", "jackdbus", "wireplumber"}
"""Programs that share a card with all others."""
_LOW_HZ = 16_000
"""Below this, speech recognition misses what tells "s" from "f": a Bluetooth headset has 8,000."""


def checks(found: list[Device], settings: Settings) -> Iterator[Check]:
    """`found`: all there are. A missing one is waited for, so it is not red."""
    wanted: tuple[tuple[str, str, Kind], ...] = (
        ("microphone", settings.mic.device, "input"),
        ("loudspeaker", settings.speaker.device, "output"),
    )
    for name, selector, kind in wanted:
        try:
            device = choose(found, selector, kind)
        except DeviceError as error:
            yield told(name, "yellow", str(error), "See `assistant devices`.")
            continue
        text = f"{device.name}, {device.rate:,} Hz."
        if kind == "input" and device.rate < _LOW_HZ:
            remedy = "Use another microphone; one of a Bluetooth headset hardly does."
            yield Check(
                name, "yellow", f"{text[:-1]}, which is too few to understand well.", remedy
            )
        else:
            yield Check(name, "green", text)


def cards(found: Sequence[Card], locked: Sequence[str], devices: Collection[Device]) -> Check:
    """`locked`: nodes that this user may not open; `devices`: what PortAudio found."""
    if not found and not devices:
        return Check(
            "sound cards",
            "yellow",
            "The kernel has found no sound card.",
            "Plug one in (`lsusb` shows it), or look for its driver: `dmesg | grep -i snd`.",
        )
    names = ", ".join(f"{card.name} (card:{card.id})" for card in found)
    if found and locked:
        return Check(
            "sound cards",
            "yellow",
            f"{names}: this user may not open {', '.join(locked)}.",
            "`sudo usermod -aG audio $USER`, then log in again.",
        )
    return Check("sound cards", "green", f"{names or 'Through a sound server only'}.")


def busy(owners: Sequence[Owner], assistants: Collection[int]) -> Iterator[Check]:
    """Cards that another program keeps for itself. `assistants`: processes of ours."""
    for owner in owners:
        if owner.pid in assistants or owner.program in _SERVERS:
            continue
        what = "microphone" if owner.kind == "input" else "loudspeaker"
        yield Check(
            f"{what} in use",
            "yellow",
            f"{owner.program or 'A program'} (process {owner.pid}) has the {what} of card "
            f"{owner.card} for itself.",
            f"End it: `kill {owner.pid}`; or let all go through PipeWire.",
        )


def broken(error: DeviceError) -> Check:
    """For when there is no PortAudio to ask."""
    return told("sound", "red", str(error), "Install libportaudio2.")
