"""Little files in which the kernel tells one thing each. A file that is not there, or that refuses
to be read, is as good as empty: boards differ, and a sensor may go while it is looked at.

Plain files and `os.listdir`, because sensors are looked at every other second for months, and
`Path.read_text` and `Path.glob` take twice as long.
"""

import os
from pathlib import Path


def text(path: Path) -> str:
    """Its content without white space around it."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read().decode("utf-8", "replace").strip()
    except OSError:
        return ""


def children(folder: Path, prefix: str) -> list[Path]:
    """What in it begins so, sorted by name; nothing if it cannot be read."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [folder / name for name in sorted(names) if name.startswith(prefix)]


def number(path: Path) -> int | None:
    """The decimal number that it holds, if it holds nothing else."""
    try:
        return int(text(path))
    except ValueError:
        return None
