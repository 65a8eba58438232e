"""`assistant doctor --test` with real streams over a private sound server."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.virtual_sound import SoundServer

pytestmark = pytest.mark.sound

ROOT = Path(__file__).parents[2]
CONFIG = '[mic]\ndevice = "kitchen_mic"\n[speaker]\ndevice = "kitchen_speaker"\n'


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    with SoundServer() as running:
        yield running


def levels(server: SoundServer, folder: Path) -> dict[str, str]:
    (folder / "config.toml").write_text(CONFIG)
    made = subprocess.run(
        [
            *(sys.executable, "-m", "assistant", "doctor", "--test", "--json"),
            *("--config", str(folder / "config.toml")),
        ],
        cwd=ROOT,
        env=server.environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    found = json.loads(made.stdout)["checks"]
    return {check["name"]: check["level"] for check in found}


def test_a_microphone_that_hears_nothing_is_told(server: SoundServer, tmp_path: Path) -> None:
    found = levels(server, tmp_path)
    assert found["microphone"] == found["loudspeaker"] == "green"
    assert found["loudspeaker test"] == "green"
    assert found["microphone test"] == "red"  # a sink that nobody plays into is digital silence
    assert "loopback" not in found


def test_a_microphone_hears_the_loudspeaker(server: SoundServer, tmp_path: Path) -> None:
    server.connect(40)
    time.sleep(0.5)
    found = levels(server, tmp_path)
    assert found["loudspeaker test"] == "green"
    assert found["microphone test"] == "green"
    assert found["loopback"] == "green"
