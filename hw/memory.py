"""How much memory is left: the machine's, and that of the service this process belongs to.

https://docs.kernel.org/admin-guide/cgroup-v2.html#memory,
https://docs.kernel.org/accounting/psi.html
"""

import re
from dataclasses import dataclass
from pathlib import Path

from hw import cgroup, sysfs
from hw.meminfo import memory_mib

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Memory:
    """None where it is not known."""

    available_mib: int | None
    """The machine's, without swapping (MemAvailable)."""
    limit_mib: int | None = None
    """What this service may use: the lower of memory.high and memory.max. None: no limit."""
    left_mib: int | None = None
    """Under that limit, counting what can be read again from files as free."""
    pressure_percent: float | None = None
    """Of the last ten seconds, how long somebody waited for memory (PSI, "some")."""

    @property
    def free_mib(self) -> int | None:
        """The tighter of the two."""
        known = [mib for mib in (self.available_mib, self.left_mib) if mib is not None]
        return min(known, default=None)


def read(root: Path = Path("/")) -> Memory:
    """Of the process that asks."""
    group = cgroup.group(root)
    limit = _limit(group)
    pressures = [
        _some_avg10(sysfs.text(path))
        for path in (root / "proc/pressure/memory", group / "memory.pressure")
    ]
    return Memory(
        available_mib=memory_mib("MemAvailable", root / "proc/meminfo") or None,
        limit_mib=None if limit is None else limit // _MIB,
        left_mib=None if limit is None else _left(group, limit),
        pressure_percent=max((one for one in pressures if one is not None), default=None),
    )


def _limit(group: Path) -> int | None:
    """Bytes; "max" is no limit."""
    limits = [sysfs.number(group / name) for name in ("memory.high", "memory.max")]
    return min((limit for limit in limits if limit is not None), default=None)


def _left(group: Path, limit: int) -> int | None:
    used = sysfs.number(group / "memory.current")
    if used is None:
        return None
    # As MemAvailable counts: pages of files go before anything is killed.
    files = re.findall(r"^(?:in)?active_file (\d+)$", sysfs.text(group / "memory.stat"), re.M)
    return max(0, limit - used + sum(map(int, files))) // _MIB


def _some_avg10(said: str) -> float | None:
    found = re.search(r"^some avg10=(\d+(?:\.\d+)?)", said, re.MULTILINE)
    return float(found[1]) if found else None
