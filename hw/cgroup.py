"""The control group (version 2) that the kernel counts a process in.
https://docs.kernel.org/admin-guide/cgroup-v2.html"""

import re
from pathlib import Path

from hw import sysfs

FOLDER = "sys/fs/cgroup"
"""Of the topmost group."""


def group(root: Path, pid: int | str = "self") -> Path:
    """Its folder; the topmost one where the kernel does not tell, or keeps it elsewhere."""
    own = re.search(r"^0::/+([^\0]*)$", sysfs.text(root / f"proc/{pid}/cgroup"), re.MULTILINE)
    top = root / FOLDER
    # "..": that of a process outside of the container that this is.
    return top if own is None or ".." in own[1] else top / own[1]
