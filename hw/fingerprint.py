"""On what a figure was measured: without it, a latency means nothing."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "kitchen-assistant",
    "numpy",
    "onnxruntime",
    "pywhispercpp",
    "soxr",
    "soundfile",
    "jiwer",
    "whisper-normalizer",
    "scipy",
)


def fingerprint() -> dict[str, Any]:
    """CPU, memory, system, versions and the load average (of 1 minute) right now."""
    return {
        "cpu": _cpu(),
        "board": _board(),
        "cores": os.cpu_count(),
        "cores_usable": len(os.sched_getaffinity(0)),
        "memory_mib": _memory_mib(),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "distribution": _distribution(),
        "python": platform.python_version(),
        "packages": dict(_versions(PACKAGES)),
        "load_average": round(os.getloadavg()[0], 2),
    }


def _field(path: str, name: str) -> str | None:
    """The value of the first `name: value` line of a file in /proc."""
    try:
        lines = Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip().lower() == name:
            return value.strip()
    return None


def _cpu() -> str:
    return _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()


def _board() -> str | None:
    """For example "Raspberry Pi 5 Model B Rev 1.0"; None on a PC."""
    try:
        return Path("/proc/device-tree/model").read_text("utf-8", "replace").strip("\0\n ")
    except OSError:
        return None


def _memory_mib() -> int | None:
    total = _field("/proc/meminfo", "memtotal")
    return int(total.split()[0]) // 1024 if total else None


def _distribution() -> str | None:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return None


def _versions(packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    for package in packages:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "not installed"
