"""What this process may ask of the kernel beyond the ordinary. `judge` is pure."""

import re
import resource
from dataclasses import dataclass
from pathlib import Path

STATUS = Path("/proc/self/status")

_CAP_IPC_LOCK, _CAP_SYS_NICE = 14, 23
"""Bits of a capability set: the kernel's include/uapi/linux/capability.h."""
_FOREMOST = -20


@dataclass(frozen=True, slots=True)
class Permissions:
    """Of this process."""

    lock_memory: bool
    """It may keep all of its memory from being evicted, also what it will allocate."""
    niceness: int
    """The lowest that its threads may give themselves: -20 (first of all) to 19."""


def judge(status: str, memlock: int, nice: int) -> Permissions:
    """`status`: /proc/self/status; the others: the soft limits RLIMIT_MEMLOCK (bytes) and
    RLIMIT_NICE, where the kernel writes a niceness n as 20 - n and no limit at all as -1.

    A limit on locked memory, however high, is not enough: with it an allocation beyond it fails.
    """
    capabilities = _effective(status)
    unlimited = resource.RLIM_INFINITY
    if capabilities >> _CAP_SYS_NICE & 1 or nice == unlimited:
        niceness = _FOREMOST
    else:
        niceness = min(19, max(_FOREMOST, 20 - nice))
    lock = bool(capabilities >> _CAP_IPC_LOCK & 1) or memlock == unlimited
    return Permissions(lock_memory=lock, niceness=niceness)


def permissions() -> Permissions:
    """Those of this process."""
    memlock, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    nice, _ = resource.getrlimit(resource.RLIMIT_NICE)
    return judge(STATUS.read_text("utf-8", "replace"), memlock, nice)


def _effective(status: str) -> int:
    found = re.search(r"^CapEff:\s*([0-9a-fA-F]+)", status, re.MULTILINE)
    return int(found[1], 16) if found else 0
