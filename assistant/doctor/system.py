"""The operating system below: what the libraries need of it, its heat and its memory."""

import re
from collections.abc import Iterator

from assistant.doctor.check import Check
from hw.limits import MemoryLimits
from hw.sensors import Readings

GLIBC = (2, 35)
"""Older ones do not run every wheel that is installed."""
WARM_C = 80.0
"""From here on a Raspberry Pi slows down (docs of its processor: 80 to 85 °C)."""


def system(pointer_bits: int, libc: tuple[str, str]) -> Check:
    """`libc`: as platform.libc_ver() has it, for example ("glibc", "2.36")."""
    name, version = libc
    text = f"{pointer_bits} bits, {' '.join(libc).strip() or 'an unknown C library'}."
    if pointer_bits < 64:
        remedy = "Install a 64-bit system: the engines are not built for this one."
        return Check("system", "red", text, remedy)
    if name != "glibc":
        remedy = "Use a system with glibc, such as Debian: `make setup` has to compile all here."
        return Check("system", "yellow", text, remedy)
    if _numbers(version) < GLIBC:
        remedy = "Use a newer system, such as Debian 12 or Ubuntu 22.04."
        return Check("system", "yellow", text, remedy)
    return Check("system", "green", text)


def heat(celsius: float | None) -> Iterator[Check]:
    """Nothing where no temperature can be read."""
    if celsius is None:
        return
    text = f"{celsius:.0f} °C."
    if celsius < WARM_C:
        yield Check("temperature", "green", text)
    else:
        remedy = "Give it a fan or a heat sink, and air around it."
        yield Check("temperature", "yellow", f"{text[:-1]}: it slows down, or will soon.", remedy)


def supply(found: Readings) -> Iterator[Check]:
    """Nothing where no sensor tells of it."""
    if found.under_voltage:
        remedy = "Use the board's own supply, a short cable, and nothing large on its USB ports."
        yield Check("supply", "red", "Its voltage is too low right now.", remedy)
    elif found.throttle is not None and found.throttle.before:
        text = f"Since the start of the board: {'; '.join(found.throttle.before)}."
        yield Check("supply", "yellow", text, "Give it a stronger supply, and air around it.")
    elif found.under_voltage is not None:
        yield Check("supply", "green", "Its voltage is high enough.")
    if found.slowed:
        remedy = "Give it a fan; what it goes on doing meanwhile: `assistant hw`."
        yield Check("speed", "yellow", "The processor is slowed down right now.", remedy)


def controllers(text: str) -> Iterator[Check]:
    """`text`: /sys/fs/cgroup/cgroup.controllers. Nothing where there is no such file."""
    if text and "memory" not in text.split():
        yield Check(
            "memory control",
            "yellow",
            "The kernel keeps no account of a service's memory: its limits do nothing.",
            "On a Raspberry Pi: add `cgroup_enable=memory` to the line in "
            "/boot/firmware/cmdline.txt and start it anew.",
        )


def swap(swaps: str) -> Iterator[Check]:
    """`swaps`: /proc/swaps. Nothing where there is none."""
    rows = [line.split() for line in swaps.splitlines()[1:] if line.strip()]
    if not rows:
        return
    names = ", ".join(row[0] for row in rows)
    if any("mmcblk" in row[0] or row[1:2] == ["file"] for row in rows):
        yield Check(
            "swap",
            "yellow",
            f"Memory may be moved to {names}: slow, and on a memory card it wears that out.",
            "Swap into compressed memory instead: `sudo apt-get install systemd-zram-generator`, "
            "then `sudo swapoff` the other.",
        )
    else:
        yield Check("swap", "green", f"{names}.")


def limits(found: MemoryLimits, needed_mib: int) -> Iterator[Check]:
    """What a service or container may use. Nothing where there is no limit."""
    if found.most is None and found.high is None:
        return
    told = {"slowed down": found.high, "ended": found.most}
    text = f"About {needed_mib:,} MiB are needed; it is " + ", and ".join(
        f"{what} above {mib:,} MiB" for what, mib in told.items() if mib is not None
    )
    remedy = "Raise MemoryMax (`sudo systemctl edit assistant`), or choose smaller models."
    if found.most is not None and needed_mib > found.most:
        yield Check("memory limit", "red", f"{text}.", remedy)
    elif found.high is not None and needed_mib > found.high:
        yield Check("memory limit", "yellow", f"{text}.", remedy)
    else:
        yield Check("memory limit", "green", f"{text}.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
