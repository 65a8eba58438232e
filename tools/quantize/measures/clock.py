"""Seconds and memory, as every measure takes them."""

import re
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.evaluate.stats import percentiles

Figures = dict[str, float | None]


class Stopwatch:
    """`with Stopwatch() as loading: ...` and then `loading.seconds`, of wall time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> Self:
        self._start = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.seconds = time.perf_counter() - self._start


def latencies(seconds: Sequence[float]) -> Figures:
    """latency_p50_s and latency_p95_s; None of nothing."""
    p50, p95 = percentiles(seconds, 50, 95)
    return {"latency_p50_s": p50, "latency_p95_s": p95}


def own_cpu_s() -> float:
    """Processor seconds of all threads of this process so far, Python and its libraries included:
    asked when the candidate has done its work and nothing else has begun."""
    return time.process_time()


def peak_rss_mib(root: Path = Path("/")) -> float:
    """The most memory that this process had so far, Python and its libraries included.

    VmHWM begins anew with each program. `ru_maxrss` does not: it counts what the process was before
    that, a copy of its parent.
    """
    status = (root / "proc/self/status").read_text("ascii", "replace")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status has no VmHWM")
    return int(found[1]) / 1024
