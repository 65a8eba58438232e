"""Amounts of memory, as the kernel tells them."""

import re
from pathlib import Path

from hw import sysfs

MEMINFO = Path("/proc/meminfo")


def memory_mib(name: str, path: Path = MEMINFO) -> int:
    """A line such as "MemTotal: 123 kB" in MiB; 0 if it is not there."""
    found = re.search(rf"^{re.escape(name)}:\s*(\d+) kB", sysfs.text(path), re.MULTILINE)
    return int(found[1]) // 1024 if found else 0
