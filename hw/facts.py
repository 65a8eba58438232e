"""What Linux tells about the machine, read and not yet judged."""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hw import sysfs
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
    """All that Linux has; 0 if it is not known."""
    processors: tuple[int, ...] = ()
    """Numbers of those that this process may run on."""
    small_processors: tuple[int, ...] = ()
    """Which of them are small cores beside larger ones."""
    siblings: tuple[tuple[int, ...], ...] = ()
    """Processors that are one core (SMT), where there are such."""
    printed_mib: int = 0
    """What is printed on a Raspberry Pi; 0: another board, or an old one."""
    jetson_linux: str = ""
    """Release of a Jetson's board support, as "36.4.3"; that of JetPack 6 begins with 36."""
    container: str = ""
    """What it runs in, as "docker"; empty: on the machine itself, as far as can be seen."""

    @property
    def compute_cores(self) -> int:
        """Cores worth computing on, at least 1."""
        return max(1, min(self.usable, self.cores - len(self.small)))


def read(root: Path = Path("/"), allowed: Collection[int] | None = None) -> Facts:
    """The machine whose files lie under `root`. `allowed`: processors that this process may run
    on; None: all. What cannot be read is empty, 0 or "unknown"; one core there always is."""
    cpuinfo = sysfs.text(root / "proc/cpuinfo")
    numbers = tuple(map(int, re.findall(r"^processor\s*:\s*(\d{1,4})$", cpuinfo, re.MULTILINE)))
    cores = max(1, len(numbers))
    processors = tuple(one for one in numbers if allowed is None or one in allowed)
    limits = [len(processors) or cores, _quota(sysfs.text(root / "sys/fs/cgroup/cpu.max"))]
    tree = root / "proc/device-tree"
    small = _small(cpuinfo)
    return Facts(
        model=sysfs.text(tree / "model").strip("\0\n "),
        compatible=tuple(filter(None, sysfs.text(tree / "compatible").strip("\n").split("\0"))),
        architecture=_architecture(cpuinfo),
        cores=cores,
        usable=max(1, min(limit for limit in limits if limit is not None)),
        small=tuple(small.values()),
        memory_mib=memory_mib("MemTotal", root / "proc/meminfo"),
        processors=processors,
        small_processors=tuple(one for one in processors if one in small),
        siblings=_siblings(root, processors),
        printed_mib=_printed_mib(cpuinfo),
        jetson_linux=_jetson_linux(sysfs.text(root / "etc/nv_tegra_release")),
        container=_container(root),
    )


def read_here() -> Facts:
    """The machine this runs on, as far as this process may use it."""
    return read(allowed=os.sched_getaffinity(0))


def _architecture(cpuinfo: str) -> Architecture:
    if re.search(r"^CPU part\s*:", cpuinfo, re.MULTILINE):
        return "aarch64"
    if re.search(r"^vendor_id\s*:", cpuinfo, re.MULTILINE):
        return "x86-64"
    return "unknown"


def _small(cpuinfo: str) -> dict[int, str]:
    """Small cores by their number; none where all cores are small: they are the best there is."""
    cores: dict[int, str] = {}
    large = False
    for block in re.split(r"\n\s*\n", cpuinfo):
        said = dict(re.findall(r"^([\w ]+?)\s*:\s*(\w+)", block, re.MULTILINE))
        name = SMALL_CORES.get(said.get("CPU part", ""))
        if name is not None and said.get("CPU implementer") == _ARM_LTD:
            cores[int(said["processor"]) if said.get("processor", "").isdigit() else -1] = name
        elif "CPU part" in said:
            large = True
    return cores if large else {}


def _siblings(root: Path, processors: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """By their first; the kernel writes "0,4" or "0-1"."""
    groups = set()
    for one in processors:
        path = root / f"sys/devices/system/cpu/cpu{one}/topology/thread_siblings_list"
        group: list[int] = []
        for first, last in re.findall(r"(\d{1,4})(?:-(\d{1,4}))?", sysfs.text(path)):
            group.extend(range(int(first), int(last or first) + 1))
        groups.add(tuple(other for other in group if other in processors))
    return tuple(sorted(group for group in groups if len(group) > 1))


def _printed_mib(cpuinfo: str) -> int:
    """From the revision code of a Raspberry Pi: bit 23 marks one of the new style, 20 to 22 are
    256 MB and how often to double it.
    https://www.raspberrypi.com/documentation/computers/raspberry-pi.html"""
    found = re.search(r"^Revision\s*:\s*([0-9a-fA-F]{1,8})$", cpuinfo, re.MULTILINE)
    code = int(found[1], 16) if found else 0
    return 256 << (code >> 20 & 7) if code >> 23 & 1 else 0


def _jetson_linux(said: str) -> str:
    """From "# R36 (release), REVISION: 4.3, …"."""
    found = re.search(r"R(\d+) \(release\), REVISION: ([\d.]+)", said)
    return f"{found[1]}.{found[2]}" if found else ""


def _container(root: Path) -> str:
    """Each kind leaves a file of its own."""
    if (root / ".dockerenv").exists():
        return "docker"
    if (root / "run/.containerenv").exists():
        return "podman"
    return sysfs.text(root / "run/systemd/container")[:40]


def _quota(cpu_max: str) -> int | None:
    """Whole processors that a container's "quota period" (microseconds) amounts to; threads beyond
    that are stopped in the middle of a step, all of them. None: no limit."""
    match cpu_max.split():
        case [quota, period] if quota.isdigit() and period.isdigit() and int(period):
            return max(1, int(quota) // int(period))
        case _:
            return None
