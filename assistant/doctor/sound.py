"""The microphone and the loudspeaker."""

from collections.abc import Iterator

from assistant.audio.devices import Device, Kind, choose
from assistant.config import Settings
from assistant.doctor.check import Check, told
from assistant.errors import DeviceError


def checks(found: list[Device], settings: Settings) -> Iterator[Check]:
    """`found`: all there are. A missing one is waited for, so it is not red."""
    wanted: tuple[tuple[str, str, Kind], ...] = (
        ("microphone", settings.mic.device, "input"),
        ("loudspeaker", settings.speaker.device, "output"),
    )
    for name, selector, kind in wanted:
        try:
            yield Check(name, "green", f"{choose(found, selector, kind).name}.")
        except DeviceError as error:
            yield told(name, "yellow", str(error), "See `assistant devices`.")


def broken(error: DeviceError) -> Check:
    """For when there is no PortAudio to ask."""
    return told("sound", "red", str(error), "Install libportaudio2.")
