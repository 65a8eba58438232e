"""On what a figure was measured: without it, a latency means nothing."""

import os
import platform
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from hw.board import here
from hw.instructions import cpuinfo

PACKAGES = (
    "kitchen-assistant",
    "numpy",
    "onnxruntime",
    "pywhispercpp",
    "llama-cpp-python",
    "piper-tts",
    "soxr",
    "soundfile",
    "jiwer",
    "whisper-normalizer",
    "scipy",
)


def fingerprint() -> dict[str, Any]:
    """CPU, memory, system, versions and the load average (of 1 minute) right now."""
    board = here()
    return {
        "cpu": _cpu(),
        "board": board.facts.model or None,
        "profile": board.profile.name,
        "cores": board.facts.cores,
        "cores_usable": board.facts.usable,
        "memory_mib": board.facts.memory_mib,
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "distribution": _distribution(),
        "python": platform.python_version(),
        "packages": dict(_versions(PACKAGES)),
        "load_average": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    """The first model name in /proc/cpuinfo; ARM has none there."""
    name = re.search(r"^model name\s*:\s*(.+)$", cpuinfo(), re.MULTILINE)
    return name[1].strip() if name else platform.processor() or platform.machine()


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
