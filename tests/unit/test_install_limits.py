"""What the installer and the package do if the board's limits cannot be written: go on."""

import os
import re
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
PLACES = re.compile(r"(?<![\w.$])/(?=(?:opt|etc|run|usr)/)")
WRITES = "echo '[Service]'"
FAILS = "echo '[Service]'; echo 'Error: no board.' >&2; exit 2"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A system where everything but the assistant just works, and tells what it was asked."""
    for name in ("systemctl", "systemd-sysusers", "systemd-tmpfiles", "udevadm", "python3"):
        program(tmp_path / "bin" / name, f'echo "{name} $*" >>{tmp_path}/asked')
    return tmp_path


def program(path: Path, does: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


def postinst(root: Path) -> str:
    """The script of the package, below `root`."""
    script = (SYSTEMD / "debian/postinst").read_text("utf-8")
    return PLACES.sub(f"{root}/", script.partition("\n")[2])


def installer(root: Path) -> str:
    """The end of install.sh, with what it needs of what comes before."""
    script = (SYSTEMD / "install.sh").read_text("utf-8")
    limits = script[script.index("limits() {") : script.index("\nLOG=")]
    end = script[script.index("new_version\n", script.index("\nLOG=")) + len("new_version\n") :]
    steps = SYSTEMD.parent / "tools/setup/steps.sh"
    return (
        f"set -euo pipefail; source {steps}; LOG={root}/log; RUNS={root}/run/systemd/system\n"
        f"OPT={root}/opt/kitchen-assistant\n"
        f"BOARD={root}/etc/systemd/system/assistant.service.d/10-board.conf\n{limits}\n{end}"
    )


def run(root: Path, shell: str, script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [shell, *(["-eu"] if shell == "sh" else []), "-c", script, "a script", "configure"],
        env=os.environ | {"PATH": f"{root}/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=30,
    )


SCRIPTS = {"installer": ("bash", installer), "package": ("sh", postinst)}


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("boots", [True, False], ids=["systemd", "image"])
@pytest.mark.parametrize("says", [WRITES, FAILS], ids=["writes", "fails"])
def test_the_limits(root: Path, name: str, boots: bool, says: str) -> None:
    shell, script = SCRIPTS[name]
    program(root / "opt/kitchen-assistant/current/bin/python", says)
    if boots:
        (root / "run/systemd/system").mkdir(parents=True)
    made = run(root, shell, script(root))
    assert made.returncode == 0, made.stderr
    asked = (root / "asked").read_text()
    assert "systemctl enable --quiet assistant.service" in asked
    written = [path.name for path in (root / "etc").rglob("10-board*")]
    assert written == (["10-board.conf"] if boots and says == WRITES else [])
    assert ("could not be written" in made.stderr) == (boots and says == FAILS)
    if written:
        assert asked.index("daemon-reload") < asked.index("enable")


@pytest.mark.parametrize("name", SCRIPTS)
def test_something_in_the_way(root: Path, name: str) -> None:
    shell, script = SCRIPTS[name]
    program(root / "opt/kitchen-assistant/current/bin/python", WRITES)
    (root / "run/systemd/system").mkdir(parents=True)
    (root / "etc/systemd/system/assistant.service.d/10-board.conf.new").mkdir(parents=True)
    made = run(root, shell, script(root))
    assert made.returncode == 0, made.stderr
    assert "could not be written" in made.stderr
