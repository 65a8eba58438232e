"""What this process may, and what it does with that: locking memory."""

import errno
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.memory_lock import AMPLE, Outcome, lock_memory
from hw.permissions import Permissions, judge, permissions

ROOT = "CapInh:\t0000000000000000\nCapEff:\t000001fffeffffff\n"
SERVICE = "CapEff:\t0000000000000000\n"
MAY = Permissions(lock_memory=True, niceness=0)
MAY_NOT = Permissions(lock_memory=False, niceness=0)


@pytest.mark.parametrize(
    ("status", "memlock", "nice", "expected"),
    [
        (ROOT, 8 << 20, 0, Permissions(True, -20)),
        (SERVICE, 8 << 20, 0, Permissions(False, 19)),
        (SERVICE, 64 << 30, 20, Permissions(False, 0)),  # limited, if to much
        (SERVICE, -1, 31, Permissions(True, -11)),  # LimitMEMLOCK=infinity, LimitNICE=-11
        (SERVICE, -1, -1, Permissions(True, -20)),
        ("CapEff:\t0000000000004000\n", 0, 20, Permissions(True, 0)),  # CAP_IPC_LOCK alone
        ("CapEff:\t0000000000800000\n", 0, 20, Permissions(False, -20)),  # CAP_SYS_NICE alone
        ("", 0, 20, Permissions(False, 0)),
    ],
)
def test_permissions(status: str, memlock: int, nice: int, expected: Permissions) -> None:
    assert judge(status, memlock, nice) == expected


@given(st.text(), st.integers(-1, 2**63), st.integers(-1, 2**31))
def test_a_niceness_always_exists(status: str, memlock: int, nice: int) -> None:
    assert -20 <= judge(status, memlock, nice).niceness <= 19


def test_this_process_has_permissions() -> None:
    assert permissions() == permissions()


def lock(
    tmp_path: Path, allowed: Permissions, resident: int, available: int, error: int
) -> tuple[Outcome, list[int]]:
    """What came of it, and the flags that the kernel was given, if it was asked."""
    (tmp_path / "status").write_text(f"VmRSS:\t{resident << 10} kB\n")
    (tmp_path / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable: {available << 10} kB\n")
    asked: list[int] = []

    def mlockall(flags: int) -> int:
        asked.append(flags)
        return error

    outcome = lock_memory(allowed, tmp_path / "status", tmp_path / "meminfo", mlockall)
    return outcome, asked


def test_memory_is_locked_where_it_may_and_there_is_plenty(tmp_path: Path) -> None:
    locked = Outcome(True, "Memory is locked, 400 MiB so far.")
    assert lock(tmp_path, MAY, 400, AMPLE * 400, 0) == (locked, [7])


def test_scarce_memory_is_left_to_others(tmp_path: Path) -> None:
    outcome, asked = lock(tmp_path, MAY, 400, AMPLE * 400 - 1, 0)
    assert not outcome.locked
    assert "scarce" in outcome.text
    assert not asked


def test_without_permission_it_says_what_to_set(tmp_path: Path) -> None:
    outcome, asked = lock(tmp_path, MAY_NOT, 1, 1_000, 0)
    assert "LimitMEMLOCK=infinity" in outcome.text
    assert not asked


def test_a_refusal_is_told(tmp_path: Path) -> None:
    outcome, _ = lock(tmp_path, MAY, 1, 1_000, errno.ENOMEM)
    assert outcome == Outcome(False, "Memory is not locked: Cannot allocate memory.")


def test_what_cannot_be_read_is_not_locked(tmp_path: Path) -> None:
    assert not lock_memory(MAY, tmp_path / "a", tmp_path / "b", lambda flags: 0).locked


def test_the_kernel_itself() -> None:
    """In a process of its own, since it lasts: locked according to the kernel, or told why not."""
    code = "from hw.memory_lock import *; print(lock_memory()); print(open(STATUS).read())"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout
    locked_kb = re.search(r"VmLck:\s*(\d+)", said)
    assert locked_kb is not None
    assert ("locked=True" in said) == (int(locked_kb[1]) > 0)
    assert "locked=True" in said or "Memory is not locked" in said
