"""How hot the processor is, and whether the kernel slows it down for that.

https://docs.kernel.org/driver-api/thermal/sysfs-api.html
"""

import re
from collections.abc import Iterator
from pathlib import Path

from hw import sysfs

_ROOT = Path("/")
_FOLDER = "sys/class/thermal"

_PROCESSOR = re.compile(
    r"cpu|soc|core|gpu|npu|(^|[-_])tj([-_]|$)|x86_pkg|acpitz|^center|package", re.IGNORECASE
)
"""Zones on or around the processor's die: "cpu-thermal" (Raspberry Pi, Jetson), "tj-thermal",
"gpu-thermal", "soc0-thermal" (Jetson), "bigcore0-thermal" (RK3588), "x86_pkg_temp", "acpitz" (PC).
Wireless cards, batteries, disks and chipsets have zones as well, and limits of their own."""
_BELIEVABLE_C = (1.0, 125.0)
"""Parts that are switched off say 0 or -256, a sensor that is broken anything."""
_SLOWS = re.compile(r"cpufreq|^processor$", re.IGNORECASE)
"""Cooling devices that are no fan: "cpufreq-cpu0", "thermal-cpufreq-0", "Processor" (ACPI)."""


def temperature_c(root: Path = _ROOT) -> float | None:
    """Of the processor's hottest thermal zone, in degrees Celsius; None if the board has none."""
    return max((celsius for _, celsius in zones(root)), default=None)


def zones(root: Path = _ROOT) -> Iterator[tuple[str, float]]:
    """The type and the degrees Celsius of each zone that is about the processor."""
    for zone in sysfs.children(root / _FOLDER, "thermal_zone"):
        kind = sysfs.text(zone / "type")
        if not _PROCESSOR.search(kind):
            continue
        thousandths = sysfs.number(zone / "temp")
        low, high = _BELIEVABLE_C
        if thousandths is not None and low <= thousandths / 1000 <= high:
            yield kind, thousandths / 1000


def slowed(root: Path = _ROOT) -> bool | None:
    """Whether the kernel holds the processor back because it is hot; None if it does not say."""
    states = [
        sysfs.number(device / "cur_state")
        for device in sysfs.children(root / _FOLDER, "cooling_device")
        if _SLOWS.search(sysfs.text(device / "type"))
    ]
    known = [state for state in states if state is not None]
    return any(state > 0 for state in known) if known else None
