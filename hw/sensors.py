"""How the board is at this moment, as far as its files tell. Nothing is started and nobody is
asked, so it may be looked at every second; what cannot be read is None.

A Raspberry Pi's word of throttle bits is in a file that the kernel calls deprecated (it writes one
warning into its log when that is first read), and that some kernels for the Pi 5 do not have. Low
voltage is then known from the driver `rpi_volt`, and slowing down only by the temperature at which
it begins.
"""

from dataclasses import dataclass
from pathlib import Path

from hw import memory, speed, sysfs, thermal, throttle
from hw.memory import Memory
from hw.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Readings:
    temperature_c: float | None
    """Of the processor's hottest zone."""
    throttle: Throttle | None
    """A Raspberry Pi's own account."""
    under_voltage: bool | None
    slowed: bool | None
    """The processor is held back right now, because it is hot or its supply too weak."""
    power_mode: str | None
    """A Jetson's."""
    governors: tuple[str, ...]
    allowed_mhz: int | None
    """The highest speed that is allowed now,"""
    possible_mhz: int | None
    """and that there is."""
    memory: Memory


def read(root: Path = Path("/")) -> Readings:
    """Takes less than a millisecond of a PC's core (docs/boards.md). Never raises."""
    bits = _throttle(root)
    mhz = speed.allowed_mhz(root)
    return Readings(
        temperature_c=thermal.temperature_c(root),
        throttle=bits,
        under_voltage=_either(None if bits is None else bits.under_voltage, _low_voltage(root)),
        slowed=_either(None if bits is None else bits.slowed, thermal.slowed(root)),
        power_mode=speed.power_mode(root),
        governors=speed.governors(root),
        allowed_mhz=mhz and mhz[0],
        possible_mhz=mhz and mhz[1],
        memory=memory.read(root),
    )


def _throttle(root: Path) -> Throttle | None:
    """The device is called "soc:firmware", on a Pi 5 "soc@107c000000:firmware", and may lie in that
    of the chip."""
    chips = sysfs.children(root / "sys/devices/platform", "soc")
    for folder in [*chips, *(inner for chip in chips for inner in sysfs.children(chip, "soc"))]:
        if folder.name.endswith(":firmware"):
            return throttle.parse(sysfs.text(folder / "get_throttled"))
    return None


def _low_voltage(root: Path) -> bool | None:
    """By the kernel's driver for the firmware's word: within its last two seconds."""
    for chip in sysfs.children(root / "sys/class/hwmon", "hwmon"):
        if sysfs.text(chip / "name") == "rpi_volt":
            alarm = sysfs.number(chip / "in0_lcrit_alarm")
            return None if alarm is None else alarm != 0
    return None


def _either(one: bool | None, other: bool | None) -> bool | None:
    """None if nobody knows."""
    known = [answer for answer in (one, other) if answer is not None]
    return any(known) if known else None
