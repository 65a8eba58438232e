"""How long the board has been up, and its address. Read from files, nothing is contacted.

Each function takes the root of the file system, so that a test can show it another board's.
"""

from itertools import pairwise
from pathlib import Path

from hw import sysfs

_ROOT = Path("/")


def uptime_s(root: Path = _ROOT) -> float | None:
    """Seconds since the board was started."""
    try:
        return float(sysfs.text(root / "proc/uptime").split()[0])
    except (ValueError, IndexError):
        return None


def local_address(root: Path = _ROOT) -> str | None:
    """Its first IPv4 address in a local network, from the kernel's routing table; None without
    one."""
    lines = sysfs.text(root / "proc/net/fib_trie").splitlines()
    for line, kind in pairwise(lines):
        address = line.rpartition("|-- ")[2].strip()
        if kind.strip() == "/32 host LOCAL" and not address.startswith(("127.", "169.254.")):
            return address
    return None
