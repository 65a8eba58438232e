"""How the device is right now, for whoever asks it."""

from importlib.metadata import version

from assistant.world import Device
from hw.status import local_address, uptime_s
from hw.thermal import temperature_c


def here() -> Device:
    return Device(temperature_c(), uptime_s(), version("kitchen-assistant"), local_address())
