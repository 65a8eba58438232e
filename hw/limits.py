"""Memory that a process may use before the kernel slows it down or kills it: its control groups.
https://docs.kernel.org/admin-guide/cgroup-v2.html"""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MemoryLimits:
    """In MiB; None: no limit."""

    high: int | None = None
    """Above it, the process is slowed down while its memory is taken away."""
    most: int | None = None
    """Above it, it is killed."""


def memory_limits(pid: int | str = "self", root: Path = Path("/")) -> MemoryLimits:
    """The tightest of the process's group and all groups above it."""
    try:
        text = (root / f"proc/{pid}/cgroup").read_text("utf-8", "replace")
    except OSError:
        return MemoryLimits()
    found = re.search(r"^0::/(.*)$", text, re.MULTILINE)
    top = root / "sys/fs/cgroup"
    group = top / (found[1] if found else "")
    groups = [group, *(above for above in group.parents if above.is_relative_to(top))]
    return MemoryLimits(_least(groups, "memory.high"), _least(groups, "memory.max"))


def _least(groups: list[Path], name: str) -> int | None:
    limits = (_bytes(group / name) for group in groups)
    return min((limit >> 20 for limit in limits if limit is not None), default=None)


def _bytes(path: Path) -> int | None:
    try:
        text = path.read_text("ascii").strip()
    except OSError:  # the topmost group has none, and older kernels keep them elsewhere
        return None
    return int(text) if text.isdigit() else None
