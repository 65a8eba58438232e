"""Who may read what, what the system is, and what the household's file holds, as the doctor sees
them."""

import os
import sqlite3
from pathlib import Path

import pytest

from assistant.actions import AddItems, Change
from assistant.alerts import Moment
from assistant.doctor import household, privacy, system
from assistant.doctor.check import Level
from assistant.doctor.privacy import Kept, kept
from assistant.store import Book
from hw.limits import MemoryLimits, memory_limits
from tests.unit.test_doctor_checks import levels

STATE = Path("/state")
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (Kept(STATE, 0o700, True), {"privacy": "green"}),
        (Kept(STATE, 0o755, True), {"privacy": "yellow"}),
        (Kept(STATE, 0o700, False), {"owner": "yellow"}),
        (Kept(STATE, 0o770, False), {"owner": "yellow", "privacy": "yellow"}),
    ],
)
def test_folders_are_for_their_owner(file: Kept, expected: dict[str, Level]) -> None:
    assert levels(list(privacy.folders([file]))) == expected


@pytest.mark.parametrize(
    ("mode", "text", "expected"),
    [
        (0o644, "[stt]\nthreads = 4", {}),
        (0o666, "", {"configuration file": "red"}),
        (0o644, f"# token {JWT}", {"configuration file": "yellow"}),
        (0o600, f"# token {JWT}", {}),
        (0o644, "token = 0123456789abcdef0123456789abcdef", {"configuration file": "yellow"}),
        (0o644, 'folder = "/a/very/long/folder/name/0123456789/of/recordings"', {}),
    ],
)
def test_the_configuration_file(mode: int, text: str, expected: dict[str, Level]) -> None:
    assert levels(list(privacy.configuration(Kept(STATE, mode, True), text))) == expected


def test_a_configuration_that_is_not_there_is_no_fault() -> None:
    assert list(privacy.configuration(None, "")) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ASSISTANT_HOME__TOKEN", "x", True),
        ("ASSISTANT_HOME__URL", JWT, True),
        ("ASSISTANT_HOME__TOKEN_FILE", "/etc/assistant/token", False),
        ("ASSISTANT_STT__MODEL", "whisper-tiny.en-q8_0", False),
        ("ASSISTANT_HOME__PASSWORD", "", False),
        ("GITHUB_TOKEN", "x", False),
    ],
)
def test_secrets_in_the_environment(name: str, value: str, told: bool) -> None:
    found = list(privacy.environment({name: value}))
    assert levels(found) == ({"environment": "yellow"} if told else {})
    assert all(name in check.text for check in found)
    assert not any(JWT in check.text for check in found)


def test_what_a_file_allows(tmp_path: Path) -> None:
    assert kept(tmp_path / "nothing", 0) is None
    path = tmp_path / "file"
    path.touch(0o640)
    path.chmod(0o640)
    assert kept(path, os.getuid()) == kept(path, 0) == Kept(path, 0o640, True)
    assert kept(path, os.getuid() + 1_000) == Kept(path, 0o640, False)


# --- the household's file -------------------------------------------------------------------------


def stored(path: Path, *changes: Change) -> None:
    book = Book.open(path)
    book.apply(changes, Moment(1_800_000_000.0, 5.0, "boot"))
    book.close()


def test_the_household_is_counted_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "household.db"
    assert household.look(path) is None
    assert levels([household.check(path, None, [], [])]) == {"household": "green"}
    assert not path.exists()
    stored(path, AddItems("shopping", ("goat cheese", "flour")))
    before = path.read_bytes()
    book = household.look(path)
    assert book is not None
    assert (book.lists, book.items, dict(book.alerts)) == (1, 2, {})
    assert book.last_seen_s == 1_800_000_000.0
    assert set(book.words) == {"shopping", "goat cheese", "flour"}
    assert "cheese" not in repr(book)
    found = household.check(path, book, [], [])
    assert levels([found]) == {"household": "green"}
    assert "1 list." in found.text
    assert path.read_bytes() == before


def test_a_household_that_was_damaged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "household.db"
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 50)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        household.look(path)
    assert levels([household.unusable(path, caught.value)]) == {"household": "red"}
    aside = household.check(path, None, [tmp_path / "household.db.corrupt-1"], [])
    assert levels([aside]) == {"household": "yellow"}


# --- the system -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "libc", "level"),
    [
        (64, ("glibc", "2.36"), "green"),
        (64, ("glibc", "2.35"), "green"),
        (64, ("glibc", "2.31"), "yellow"),
        (64, ("", ""), "yellow"),
        (32, ("glibc", "2.36"), "red"),
    ],
)
def test_system(bits: int, libc: tuple[str, str], level: Level) -> None:
    assert levels([system.system(bits, libc)]) == {"system": level}


def test_heat() -> None:
    assert list(system.heat(None)) == []
    assert levels(list(system.heat(79.9))) == {"temperature": "green"}
    assert levels(list(system.heat(80.0))) == {"temperature": "yellow"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("", {}),
        ("/dev/zram0 partition 524284 0 100\n", {"swap": "green"}),
        ("/dev/mmcblk0p3 partition 524284 0 -2\n", {"swap": "yellow"}),
        ("/var/swap file 524284 0 -2\n", {"swap": "yellow"}),
    ],
)
def test_swap(rows: str, expected: dict[str, Level]) -> None:
    assert levels(list(system.swap(f"Filename Type Size Used Priority\n{rows}"))) == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (MemoryLimits(), {}),
        (MemoryLimits(high=900, most=1_000), {"memory limit": "green"}),
        (MemoryLimits(high=400, most=1_000), {"memory limit": "yellow"}),
        (MemoryLimits(most=400), {"memory limit": "red"}),
    ],
)
def test_memory_limits(limits: MemoryLimits, expected: dict[str, Level]) -> None:
    assert levels(list(system.limits(limits, 500))) == expected


def test_the_tightest_of_all_groups_counts(tmp_path: Path) -> None:
    assert memory_limits(7, tmp_path) == MemoryLimits()
    (tmp_path / "proc/7").mkdir(parents=True)
    (tmp_path / "proc/7/cgroup").write_text("1:name=x:/\n0::/system.slice/assistant.service\n")
    inner = tmp_path / "sys/fs/cgroup/system.slice/assistant.service"
    inner.mkdir(parents=True)
    (inner / "memory.max").write_text(f"{800 << 20}\n")
    (inner / "memory.high").write_text("max\n")
    (inner.parent / "memory.max").write_text(f"{600 << 20}\n")
    assert memory_limits(7, tmp_path) == MemoryLimits(high=None, most=600)
