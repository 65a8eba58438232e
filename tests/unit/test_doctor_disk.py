"""Room, and wear, as the doctor sees them."""

import os
from pathlib import Path

import pytest

from assistant.doctor import disk
from assistant.doctor.check import Level
from assistant.doctor.disk import FULL, SCARCE, Place
from hw.disk import Space, space
from tests.unit.test_doctor_checks import levels

FOLDER = Path("/var/lib/kitchen")


def place(
    free: int = 10**10,
    inodes: int | None = 10**6,
    read_only: bool = False,
    writable: bool = True,
    needed: int = 0,
    vital: bool = True,
    device: str = "sda1",
    written: int = 0,
) -> Place:
    found = Space(FOLDER, free, inodes, read_only, writable, device, written)
    return Place("timers", found, needed, vital)


@pytest.mark.parametrize(
    ("made", "level"),
    [
        (place(), "green"),
        (place(inodes=None), "green"),
        (place(free=SCARCE), "green"),
        (place(free=SCARCE - 1), "yellow"),
        (place(free=FULL), "yellow"),
        (place(free=FULL - 1), "red"),
        (place(free=10**9, needed=10**9), "red"),
        (place(free=10**9, needed=10**8), "green"),
        (place(inodes=999), "yellow"),
        (place(inodes=0), "red"),
        (place(read_only=True), "red"),
        (place(writable=False), "red"),
        (place(read_only=True, vital=False), "green"),
        (place(read_only=True, vital=False, needed=1), "yellow"),
    ],
)
def test_room(made: Place, level: Level) -> None:
    assert levels(list(disk.checks([made], 0.0))) == {"disk": level}


def test_every_place_that_is_short_is_named_and_no_other() -> None:
    found = list(disk.checks([place(free=0), place(), place(read_only=True)], 0.0))
    assert [check.level for check in found] == ["red", "red"]
    assert list(disk.checks([], 0.0)) == []


@pytest.mark.parametrize(
    ("device", "mib", "hours", "expected"),
    [
        ("sda1", 10**6, 10, {"disk": "green"}),
        ("mmcblk0p2", 900, 10, {"disk": "green", "memory card": "green"}),
        ("mmcblk0p2", 1_100, 10, {"disk": "green", "memory card": "yellow"}),
        ("mmcblk0p2", 1_100, 1, {"disk": "green", "memory card": "green"}),
    ],
)
def test_a_memory_card_wears_out(
    device: str, mib: int, hours: float, expected: dict[str, Level]
) -> None:
    both = [place(device=device, written=mib << 20)] * 2  # one card, told once
    found = list(disk.checks(both, hours * 3600))
    assert levels(found) == expected
    assert len(found) == len(expected)


def test_a_disk_that_cannot_be_asked_is_red() -> None:
    assert levels([disk.unusable(OSError(5, "Input/output error"))]) == {"disk": "red"}


def test_the_space_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    number = tmp_path.stat().st_dev
    card = tmp_path / "sys/devices/mmc0/mmcblk0p2"
    card.mkdir(parents=True)
    (card / "stat").write_text("10 0 80 5 20 0 4096 7 0 9 9\n")
    link = tmp_path / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    link.parent.mkdir(parents=True)
    link.symlink_to(card)
    found = space(tmp_path / "state/of/nobody", tmp_path)
    assert (found.device, found.written) == ("mmcblk0p2", 4096 * 512)
    assert found.free > 0
    assert found.writable
    assert not found.read_only
    assert space(tmp_path, tmp_path / "elsewhere").device == ""
