"""Keep what the engines hold in memory: pages of a model that nobody has spoken to for a day are
what the kernel evicts first, and the next answer then waits for a memory card.

Only what was touched is locked, then and later (MCL_ONFAULT), so nothing is read that is not used.
The price: the C library cannot give a part of a heap back any more, which kept 20 MiB of some 430
after long sentences (docs/log.md).
"""

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hw.meminfo import MEMINFO, memory_mib
from hw.permissions import STATUS, Permissions, permissions

AMPLE = 2
"""Times its own memory that must be available to others: locked pages make theirs scarce."""
REMEDY = "a service needs `LimitMEMLOCK=infinity`, a login `memlock unlimited` in limits.conf"

# linux/mman.h: what is there, what will be, and of both only what is touched.
_CURRENT, _FUTURE, _ONFAULT = 1, 2, 4

Call = Callable[[int], int]
"""`mlockall`: flags to 0, or to an error number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    locked: bool
    text: str
    """One sentence for the log."""


def lock_memory(
    allowed: Permissions | None = None,
    status: Path = STATUS,
    meminfo: Path = MEMINFO,
    mlockall: Call | None = None,
) -> Outcome:
    """Lock all memory of this process, if that is allowed and there is plenty. Never raises.

    `allowed`: None: what this process may."""
    may = permissions() if allowed is None else allowed
    resident = memory_mib("VmRSS", status)
    available = memory_mib("MemAvailable", meminfo)
    if not may.lock_memory:
        return Outcome(False, f"Memory is not locked, because that is not allowed: {REMEDY}.")
    if resident == 0 or available < AMPLE * resident:
        return Outcome(
            False,
            f"Memory is not locked, because it is scarce: {available:,} MiB are available beside "
            f"the {resident:,} MiB in use.",
        )
    error = (_mlockall if mlockall is None else mlockall)(_CURRENT | _FUTURE | _ONFAULT)
    if error:
        return Outcome(False, f"Memory is not locked: {os.strerror(error)}.")
    return Outcome(True, f"Memory is locked, {resident:,} MiB so far.")


def _mlockall(flags: int) -> int:
    return ctypes.get_errno() if ctypes.CDLL(None, use_errno=True).mlockall(flags) else 0
