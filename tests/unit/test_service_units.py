"""The units of systemd/: what systemd says about them, and the promises that no tool knows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.audio.urgency import NICENESS
from assistant.home.token import CREDENTIAL

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
DROP_INS = sorted(SYSTEMD.glob("drop-ins/*.conf"))
MAIN = (SYSTEMD / "assistant.service").read_text("utf-8")
EXPOSURE = 15
"""Tenths: what the main unit may reach with any of its drop-ins, by systemd's own scale."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze (`make test` has it)"
)


def tree(root: Path, drop_ins: list[Path]) -> Path:
    """A root that holds the units, their drop-ins, systemd's own units and every program that is
    started."""
    folder = root / "etc/systemd/system"
    (folder / "assistant.service.d").mkdir(parents=True)
    for path in UNITS:
        shutil.copy(path, folder)
        for program in re.findall(r"^Exec\w+=\+?(\S+)", path.read_text("utf-8"), re.MULTILINE):
            copy = root / program.removeprefix("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text("#!/bin/sh\n")
            copy.chmod(0o755)
    for path in drop_ins:
        shutil.copy(path, folder / "assistant.service.d")
    (root / "usr/lib").mkdir(parents=True)
    (root / "usr/lib/systemd").symlink_to("/lib/systemd")
    return folder


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60
    )


@needs_systemd
@pytest.mark.parametrize("drop_in", [None, *DROP_INS], ids=lambda path: path and path.stem)
def test_systemd_understands_every_line(tmp_path: Path, drop_in: Path | None) -> None:
    folder = tree(tmp_path, [drop_in] if drop_in else [])
    units = [str(folder / path.name) for path in UNITS]
    found = analyze("verify", "--man=no", f"--root={tmp_path}", *units)
    assert found.returncode == 0
    assert not found.stdout + found.stderr  # an unknown key is only a line there


@needs_systemd
def test_a_misspelt_key_would_be_noticed(tmp_path: Path) -> None:
    unit = tree(tmp_path, []) / "assistant.service"
    unit.write_text(MAIN.replace("WatchdogSec=", "WatchdogSeconds="))
    assert "WatchdogSeconds" in analyze("verify", f"--root={tmp_path}", str(unit)).stderr


def exposure_is_at_most(tenths: int, unit: Path) -> bool:
    found = analyze("security", "--offline=true", "--no-pager", f"--threshold={tenths}", str(unit))
    assert "Overall exposure level" in found.stdout, found.stderr
    return found.returncode == 0


@needs_systemd
@pytest.mark.parametrize("drop_in", [None, *DROP_INS], ids=lambda path: path and path.stem)
def test_little_is_exposed(tmp_path: Path, drop_in: Path | None) -> None:
    folder = tree(tmp_path, [drop_in] if drop_in else [])
    assert exposure_is_at_most(EXPOSURE, folder / "assistant.service")


@needs_systemd
def test_little_is_exposed_with_all_that_a_kitchen_needs(tmp_path: Path) -> None:
    kitchen = [path for path in DROP_INS if path.stem != "jetson"]
    folder = tree(tmp_path, kitchen)
    assert exposure_is_at_most(EXPOSURE, folder / "assistant.service")
    assert exposure_is_at_most(EXPOSURE, folder / "assistant-models.service")
    assert not exposure_is_at_most(5, folder / "assistant.service")  # it can say no


def test_only_the_models_unit_reaches_the_network() -> None:
    for path in UNITS:
        text = path.read_text("utf-8")
        shut = "PrivateNetwork=yes" in text or "IPAddressDeny=any" in text
        assert shut is (path.stem != "assistant-models"), path.name


def test_no_unit_may_gain_rights_or_write_where_it_need_not() -> None:
    for path in UNITS:
        lines = path.read_text("utf-8").splitlines()
        assert "NoNewPrivileges=yes" in lines
        assert "ProtectSystem=strict" in lines
        if path.stem != "assistant-rollback":  # which moves two links that belong to root
            assert "CapabilityBoundingSet=" in lines
            assert "User=kitchen-assistant" in lines


def test_the_program_gets_what_it_asks_for() -> None:
    assert f"LimitNICE={NICENESS}\n" in MAIN  # assistant/audio/urgency.py
    assert "LimitMEMLOCK=infinity\n" in MAIN  # hw/memory_lock.py
    assert f"LoadCredential={CREDENTIAL}:" in (SYSTEMD / "drop-ins/home.conf").read_text("utf-8")


def test_no_current_folder_and_no_variable_chooses_what_is_run() -> None:
    """-I: neither where one stands nor PYTHONPATH is looked at."""
    for path in UNITS:
        for command in re.findall(r"^ExecStart=(.+)$", path.read_text("utf-8"), re.MULTILINE):
            assert re.match(r"/opt/kitchen-assistant/\w+/bin/python -I -m assistant", command)
