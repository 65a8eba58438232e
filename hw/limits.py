"""Memory that a process may use before the kernel slows it down or kills it: its control groups.
https://docs.kernel.org/admin-guide/cgroup-v2.html#memory"""

from dataclasses import dataclass
from pathlib import Path

from hw import cgroup, sysfs


@dataclass(frozen=True, slots=True)
class MemoryLimits:
    """In MiB; None: no limit."""

    high: int | None = None
    """Above it, the process is slowed down while its memory is taken away."""
    most: int | None = None
    """Above it, it is killed."""


def memory_limits(pid: int | str = "self", root: Path = Path("/")) -> MemoryLimits:
    """The tightest of the process's group and all groups above it."""
    own = cgroup.group(root, pid)
    above = [one for one in own.parents if one.is_relative_to(root / cgroup.FOLDER)]
    return MemoryLimits(_least([own, *above], "memory.high"), _least([own, *above], "memory.max"))


def _least(groups: list[Path], name: str) -> int | None:
    """ "max" is no limit, nor is a file that is not there: the topmost group has none."""
    limits = (sysfs.number(group / name) for group in groups)
    return min((limit >> 20 for limit in limits if limit is not None), default=None)
