"""What the clocks of the device say now."""

import os
import time
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.alerts import Moment

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LOCAL_TIME = Path("/etc/localtime")


def moment() -> Moment:
    """Now, on both clocks."""
    return Moment(time.time(), _boot_s(), _boot())


def local_time(seconds: float | None = None) -> datetime:
    """That moment (seconds since 1970; None: now) in the time zone of the device, which knows
    when its clocks change."""
    return datetime.fromtimestamp(time.time() if seconds is None else seconds, zone())


@cache
def zone() -> tzinfo:
    """The time zone of the device: $TZ, else the system's; UTC where there is none."""
    name = os.environ.get("TZ", "").removeprefix(":")
    try:
        if name:
            return ZoneInfo(name)
        with _LOCAL_TIME.open("rb") as file:
            return ZoneInfo.from_file(file, key="local")
    except (OSError, ValueError, ZoneInfoNotFoundError):
        # Such as TZ=EST5EDT4,M3: the offset of today is all that can be had in a portable way.
        return datetime.now().astimezone().tzinfo or ZoneInfo("UTC")


def _boot_s() -> float:
    """Seconds since the device started, also those asleep where the system counts them."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@cache
def _boot() -> str:
    """Which start of the device this is. Where the system does not tell, each start of the
    program counts as one, so that countdowns go by the wall clock over it."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return f"{os.getpid()}-{time.time_ns()}"
