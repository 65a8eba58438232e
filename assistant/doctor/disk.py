"""Room on the disks, and what wears them out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.doctor.check import Check, Level
from hw.disk import Space

_MIB = 1 << 20

FULL = 16 * _MIB
"""Below this, timers and lists can soon not be kept any more: SQLite needs room for its log too."""
SCARCE = 200 * _MIB
"""Below this, the system's own logs and updates soon take the rest."""
_FEW_FILES = 1_000

_WORN_MIB_H = 100
"""2.4 GB a day. Memory cards are sold for some ten to hundred terabytes at best, small writes cost
them several times their size, and the assistant itself stays far below 1 MB an hour."""
_SETTLED_H = 6.0
"""Setting a system up writes much, once."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that the assistant writes to."""

    name: str
    """What is kept there."""
    space: Space
    needed: int = 0
    """Bytes that are still to be written there."""
    vital: bool = True
    """Without it, what is set is lost at the next start."""


def checks(places: Iterable[Place], uptime_s: float | None) -> Iterator[Check]:
    """`uptime_s`: since the board was started; None: not known."""
    known = list(places)
    bad = [check for place in known if (check := _room(place)) is not None]
    if bad:
        yield from bad
    elif known:
        least = min(place.space.free for place in known)
        names = ", ".join(place.name for place in known)
        yield Check("disk", "green", f"{_told(least)} or more are free for {names}.")
    cards = {place.space.device: place.space for place in known if _is_card(place.space)}
    for device, space in cards.items():
        yield _wear(device, space.written, uptime_s)


def unusable(error: OSError) -> Check:
    """For when the file system cannot even be asked."""
    return Check(
        "disk",
        "red",
        f"The disk cannot be read: {error}.",
        "Look for its errors with `dmesg`, and make a copy while it can still be read.",
    )


def _room(place: Place) -> Check | None:
    """What is wrong with one place, the worst first."""
    space, name = place.space, place.name
    level: Level = "red" if place.vital else "yellow"
    if space.read_only and (place.vital or place.needed):
        remedy = "Look for its errors with `dmesg`; `sudo mount -o remount,rw /` may help."
        return Check("disk", level, f"{space.folder} ({name}) can only be read.", remedy)
    if not space.writable and (place.vital or place.needed):
        text = f"{space.folder} ({name}) is closed to this user: nothing can be kept there."
        return Check("disk", level, text, f"`sudo chown -R $USER {space.folder}`.")
    if space.inodes is not None and space.inodes < _FEW_FILES:
        text = f"Where {name} lie, {space.inodes} more files can be made: there are too many."
        remedy = "`sudo du --inodes -xd3 / | sort -n | tail` shows folders of many small files."
        return Check("disk", "red" if space.inodes == 0 else "yellow", text, remedy)
    if space.free < place.needed + FULL:
        text = f"{_told(space.free)} are free for {name}, {_told(place.needed + FULL)} are needed."
        return Check("disk", "red", text, _free(space))
    if space.free < place.needed + SCARCE:
        return Check(
            "disk", "yellow", f"Only {_told(space.free)} are free for {name}.", _free(space)
        )
    return None


def _free(space: Space) -> str:
    return (
        "Free some space: `sudo journalctl --vacuum-size=50M`, `sudo apt-get clean`; "
        f"`du -xhd1 {space.folder.anchor} | sort -h` shows what is large."
    )


def _is_card(space: Space) -> bool:
    """A memory card, or soldered memory of the same kind."""
    return space.device.startswith("mmcblk")


def _wear(device: str, written: int, uptime_s: float | None) -> Check:
    hours = (uptime_s or 0) / 3600
    if hours < _SETTLED_H:
        return Check("memory card", "green", f"{device}: not up for long enough to tell its wear.")
    rate = written / _MIB / hours
    text = f"All programs together write {rate:,.1f} MiB an hour to {device}."
    if rate < _WORN_MIB_H:
        return Check("memory card", "green", text)
    return Check(
        "memory card",
        "yellow",
        f"{text[:-1]}, which wears a memory card out.",
        "`sudo iotop -ao` shows what writes; logs can stay in memory (Storage=volatile in "
        "/etc/systemd/journald.conf).",
    )


def _told(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
