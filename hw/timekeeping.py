"""Whether the clock on the wall can be right: who sets it, and who keeps it without power."""

import ctypes
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_TIME_ERROR = 5
"""What adjtimex(2) returns where nobody keeps the clock right: include/uapi/linux/timex.h."""
_TIMEX_BYTES = 512
"""More than its `struct timex` has on any machine (208 on 64-bit ones). All zeros: only ask."""


@dataclass(frozen=True, slots=True)
class Timekeeping:
    now_s: float
    """Seconds since 1970, as the clock on the wall has it."""
    synchronized: bool
    """A time server has set it and keeps it right."""
    battery_clock: bool
    """The board has a clock that may go on without power (Linux: RTC)."""
    zone: str
    """For example "Europe/Berlin"; empty if none is set, which means UTC."""


def timekeeping(
    root: Path = Path("/"),
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], float] = time.time,
    adjtimex: Callable[[], int] | None = None,
) -> Timekeeping:
    """`root`: the tree with `dev`, `etc` and `run`. `adjtimex`: the state of the kernel's clock."""
    said = (root / "run/systemd/timesync/synchronized").exists()
    return Timekeeping(
        now_s=now(),
        synchronized=said or (adjtimex or _adjtimex)() not in (-1, _TIME_ERROR),
        battery_clock=any((root / "dev").glob("rtc[0-9]*")),
        zone=environment.get("TZ", "").removeprefix(":") or _zone(root / "etc/localtime"),
    )


def _adjtimex() -> int:
    call = getattr(ctypes.CDLL(None), "adjtimex", None)  # not every C library has it
    return -1 if call is None else int(call(ctypes.create_string_buffer(_TIMEX_BYTES)))


def _zone(link: Path) -> str:
    """The name in the link that the zone is set by; "local" for a copy, whose name is lost."""
    try:
        target = os.readlink(link)
    except OSError:
        return "local" if link.is_file() else ""
    return target.partition("zoneinfo/")[2] or "local"
