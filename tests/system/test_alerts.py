"""What is due rings, over a real sound server, whatever else is broken, until it is dismissed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import wav
from assistant.audio.types import RATE
from tests.system.product import Product
from tests.system.sound import loud
from tools.virtual_sound import SoundServer

pytestmark = [pytest.mark.models, pytest.mark.sound, pytest.mark.timeout(180)]

AUDIO = Path(__file__).parent.parent / "audio"


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    with SoundServer() as running:
        yield running


@pytest.fixture
def state(tmp_path: Path) -> dict[str, str]:
    """A household of its own."""
    return {"XDG_STATE_HOME": str(tmp_path)}


def assistant(state: dict[str, str], *words: str) -> str:
    """The command line, beside the product."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        env=os.environ | state,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def say_stop(server: SoundServer, product: Product) -> None:
    """Between two rounds, without a wake word; as people do, again if it was not heard."""
    quiet = np.zeros(RATE // 4, np.int16)
    stop = wav.read(AUDIO / "said_mycroft_core_stop.flac")
    for left in reversed(range(4)):
        product.until("state", 20, state="listening")
        server.speak(np.concatenate([quiet, stop, quiet]))
        try:
            product.until("over", 6)
        except AssertionError:
            if not left:
                raise
        else:
            return


@pytest.mark.parametrize(
    ("setting", "value"), [("STT__MODEL", "no-such-model"), ("STT__THREADS", "no-number")]
)
def test_it_rings_though_no_model_can_be_loaded_or_no_setting_read(
    setting: str, value: str, server: SoundServer, state: dict[str, str]
) -> None:
    assistant(state, "timers", "add", "2s", "--name", "eggs")
    broken = state | {f"ASSISTANT_{setting}": value}
    with server.recording() as recording:
        product = Product(server, broken)
        product.until("rings", 30, kind="timer")
        product.until("Chimed", 10, name="timer")
        product.until("Chimed", 15, name="timer")
        assert product.running
        assistant(state, "timers", "stop")
        product.until("over", 5)
        code, log = product.ended()
    assert code == 2
    assert setting.lower().replace("__", ".") in log or value in log
    assert loud(recording.pcm()), "the sound itself"


def test_it_rings_with_its_name_until_somebody_says_stop(
    server: SoundServer, state: dict[str, str]
) -> None:
    product = Product(server, state)
    try:
        product.until("ready", 60)
        assistant(state, "timers", "add", "1s", "--name", "eggs")
        product.until("rings", 10)
        assert "eggs" in product.until("reply", 20)["text"]
        say_stop(server, product)
        assert "eggs" not in assistant(state, "timers")
    finally:
        code, _ = product.stop()
    assert code == 0


def test_a_restart_in_the_middle_of_ringing_rings_on(
    server: SoundServer, state: dict[str, str]
) -> None:
    assistant(state, "timers", "add", "1s", "--name", "eggs")
    first = Product(server, state)
    first.until("rings", 30)
    first.kill()
    second = Product(server, state)
    try:
        second.until("rings", 30)
        second.until("Chimed", 20, name="timer")
        assistant(state, "timers", "stop")
        second.until("over", 5)
    finally:
        second.stop()
    third = Product(server, state)
    try:
        third.until("ready", 60)
        assert not [each for each in third.events if each["event"] == "rings"]
    finally:
        third.stop()
