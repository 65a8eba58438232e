"""A few of the kills of `kill_timers.py`, which tries hundreds."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_acknowledged_is_lost_however_often_it_is_killed() -> None:
    command = [sys.executable, "-m", "tests.system.kill_timers", "--kills", "25", "--seed", "7"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["kills"] == 25
    assert figures["acknowledged"]["dismissed"] > 0, "it tried something"
