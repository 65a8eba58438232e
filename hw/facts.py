"""What Linux tells about the machine, read and not yet judged."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hw.meminfo import memory_mib

Architecture = Literal["x86-64", "aarch64", "unknown"]

SMALL_CORES = {
    "0xd03": "Cortex-A53",
    "0xd04": "Cortex-A35",
    "0xd05": "Cortex-A55",
    "0xd46": "Cortex-A510",
    "0xd80": "Cortex-A520",
}
"""ARM's part numbers of in-order cores (MIDR_EL1; the kernel's arch/arm64/include/asm/cputype.h).
Beside large ones they only delay: all threads of an engine wait for the slowest at every step."""

_ARM_LTD = "0x41"


@dataclass(frozen=True, slots=True)
class Facts:
    """One machine."""

    model: str
    """For example "Raspberry Pi 5 Model B Rev 1.0"; empty on a PC."""
    compatible: tuple[str, ...]
    """What the device tree says it is, the most exact first; empty on a PC."""
    architecture: Architecture
    cores: int
    """Processors that are switched on. Two threads of one core count twice."""
    usable: int
    """How many of them this process may use at a time, at least 1."""
    small: tuple[str, ...]
    """Names of the small cores beside larger ones, one a core."""
    memory_mib: int
    """All of it; 0 if it is not known."""

    @property
    def compute_cores(self) -> int:
        """Cores worth computing on, at least 1."""
        return max(1, min(self.usable, self.cores - len(self.small)))


def read(root: Path = Path("/"), allowed: int | None = None) -> Facts:
    """The machine whose files lie under `root`. `allowed`: how many processors this process may
    run on; None: all. What cannot be read is empty, 0 or "unknown"; one core there always is."""
    cpuinfo = _text(root / "proc/cpuinfo")
    cores = max(1, len(re.findall(r"^processor\s*:", cpuinfo, re.MULTILINE)))
    limits = [cores, allowed, _quota(_text(root / "sys/fs/cgroup/cpu.max"))]
    tree = root / "proc/device-tree"
    return Facts(
        model=_text(tree / "model").strip("\0\n "),
        compatible=tuple(filter(None, _text(tree / "compatible").strip("\n").split("\0"))),
        architecture=_architecture(cpuinfo),
        cores=cores,
        usable=max(1, min(limit for limit in limits if limit is not None)),
        small=_small(cpuinfo),
        memory_mib=memory_mib("MemTotal", root / "proc/meminfo"),
    )


def read_here() -> Facts:
    """The machine this runs on, as far as this process may use it."""
    return read(allowed=len(os.sched_getaffinity(0)))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _architecture(cpuinfo: str) -> Architecture:
    if re.search(r"^CPU part\s*:", cpuinfo, re.MULTILINE):
        return "aarch64"
    if re.search(r"^vendor_id\s*:", cpuinfo, re.MULTILINE):
        return "x86-64"
    return "unknown"


def _small(cpuinfo: str) -> tuple[str, ...]:
    """Nothing where all cores are small: they are then the best there is."""
    makers = re.findall(r"^CPU implementer\s*:\s*(\w+)", cpuinfo, re.MULTILINE)
    parts = re.findall(r"^CPU part\s*:\s*(\w+)", cpuinfo, re.MULTILINE)
    small = tuple(
        SMALL_CORES[part]
        for maker, part in zip(makers, parts, strict=False)
        if maker == _ARM_LTD and part in SMALL_CORES
    )
    return small if len(small) < len(parts) else ()


def _quota(cpu_max: str) -> int | None:
    """Whole processors that a container's "quota period" (microseconds) amounts to; threads beyond
    that are stopped in the middle of a step, all of them. None: no limit."""
    match cpu_max.split():
        case [quota, period] if quota.isdigit() and period.isdigit() and int(period):
            return max(1, int(quota) // int(period))
        case _:
            return None
