"""How much room there is where a folder lies, and on what; whether what is in it stays there."""

import os
from dataclasses import dataclass
from pathlib import Path

from hw import sysfs

_SECTOR_BYTES = 512
"""In which the kernel counts, whatever the device's own are (Documentation/block/stat.rst)."""
_WRITTEN = 6
"""Index of the sectors written since the start, in the same place."""


@dataclass(frozen=True, slots=True)
class Space:
    """Of the file system that a folder is on, or would be if it was made."""

    folder: Path
    free: int
    """Bytes that an ordinary user may still write."""
    inodes: int | None
    """Files that may still be made; None where they are not counted."""
    read_only: bool
    """The whole file system."""
    writable: bool
    """To this user, as far as permissions go."""
    device: str = ""
    """For example "mmcblk0p2", which is a memory card; empty for what is no single device."""
    written: int = 0
    """Bytes written to it since the board was started, by all programs."""


def space(folder: Path, root: Path = Path("/")) -> Space:
    """`root`: the tree with `sys`. Raises OSError where not even the file system can be asked."""
    there = _existing(folder)
    answer = os.statvfs(there)
    device, written = _device(there.stat().st_dev, root)
    return Space(
        folder=folder,
        free=answer.f_bavail * answer.f_frsize,
        inodes=answer.f_favail if answer.f_files else None,
        read_only=bool(answer.f_flag & os.ST_RDONLY),
        writable=os.access(there, os.W_OK | os.X_OK),
        device=device,
        written=written,
    )


def _existing(folder: Path) -> Path:
    """The folder, or the one in which it would be made."""
    folder = folder.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def sync_folder(folder: Path) -> None:
    """Wait until the names in it are on the disk: what was renamed into it is there after a power
    cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _device(number: int, root: Path) -> tuple[str, int]:
    """Its name and the bytes written to it; nothing for what spans several devices or none."""
    block = root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    try:
        fields = sysfs.text(block / "stat").split()
        written = int(fields[_WRITTEN]) * _SECTOR_BYTES
    except (ValueError, IndexError):
        return "", 0
    return block.resolve().name, written
