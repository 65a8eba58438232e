"""How fast the processor may run, as its owner has set it: governor, limits, power mode."""

import re
from pathlib import Path

from hw import sysfs

_FOLDER = "sys/devices/system/cpu/cpufreq"


def _policies(root: Path) -> list[Path]:
    """One a group of cores that share a clock."""
    return sysfs.children(root / _FOLDER, "policy")


def governors(root: Path) -> tuple[str, ...]:
    """What chooses the processor's speed, each once; none where the system does not choose it."""
    found = {sysfs.text(policy / "scaling_governor") for policy in _policies(root)}
    return tuple(sorted(found - {""}))


def allowed_mhz(root: Path) -> tuple[int, int] | None:
    """The highest speed that is allowed, and that is possible, of the fastest cores; a power mode,
    or whoever looks after the heat, may allow less."""
    policies = [
        (allowed // 1000, possible // 1000)
        for policy in _policies(root)
        if (allowed := sysfs.number(policy / "scaling_max_freq"))
        and (possible := sysfs.number(policy / "cpuinfo_max_freq"))
    ]
    return max(policies, key=lambda speeds: speeds[1], default=None)


def power_mode(root: Path) -> str | None:
    """A Jetson's, by its name if that is known, as "25W" or "MAXN_SUPER". Read from what `nvpmodel`
    itself writes: it may be asked by root only, and takes long."""
    number = re.search(r"pmode:(\d+)", sysfs.text(root / "var/lib/nvpmodel/status"))
    if number is None:
        return None
    names = re.findall(
        r"<\s*POWER_MODEL\s+ID=(\d+)\s+NAME=([^\s>]+)\s*>", sysfs.text(root / "etc/nvpmodel.conf")
    )
    mode = int(number[1])
    return next((name for one, name in names if int(one) == mode), f"mode {mode}")
