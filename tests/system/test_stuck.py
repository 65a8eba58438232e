"""The whole assistant in real time, with engines and devices that are fakes: what is stuck is told
to nobody as well."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.alarm_clock import AlarmClock
from assistant.audio.portaudio import PortAudio
from assistant.config import Settings
from assistant.events import Message, TextReceived
from assistant.live import Live
from assistant.notify import Manager
from assistant.parts import Engines
from models.store import Store
from tests.fake_sound import FakeDevice, FakeLibrary
from tests.fakes import FakeVoiceDetector, FakeWakeDetector
from tests.system.sound import wait_for
from tests.system.test_threads import Llm, Stt, Tts, Turn
from tools.service_manager import Listening

pytestmark = pytest.mark.sound

PATIENCE_S = 2.0


class Running:
    """`Live`, and what its manager is told."""

    def __init__(self, folder: Path) -> None:
        self.stuck = threading.Event()
        """Set: the main thread waits in an observer."""
        self.told: list[str] = []
        self.microphone = FakeDevice("USB Mic")
        self._systemd = Listening(str(folder / "notify"))
        alarm_clock = AlarmClock(folder / "household.db")
        library = FakeLibrary(alarm_clock.clock, self.microphone, FakeDevice("Box", 0, 1))
        cards = folder / "cards"
        cards.write_text("0 [Device]")
        engines = Engines(FakeWakeDetector(), FakeVoiceDetector(), Turn(), Stt(), Llm(), Tts())
        self.live = Live(
            Settings.model_validate({"echo": {"engine": "none"}}),
            lambda parts: parts.keep(engines),
            Store(folder),
            PortAudio(library, cards),
            [self._observe],
            alarm_clock,
            Manager(str(folder / "notify"), PATIENCE_S),
        )
        self._thread = threading.Thread(target=self.live.run)
        self._thread.start()

    def _observe(self, now: float, message: Message) -> None:
        while self.stuck.is_set() and isinstance(message, TextReceived):
            time.sleep(0.01)

    def came(self, message: str) -> bool:
        self.told += self._systemd.told()
        return any(each.startswith(message) for each in self.told)

    def pings(self, seconds: float) -> int:
        """From now on."""
        self._systemd.told()
        time.sleep(seconds)
        return self._systemd.told().count("WATCHDOG=1")

    def end(self) -> None:
        self.stuck.clear()
        self.live.stop()
        self._thread.join()
        self._systemd.close()


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    for name in ("STATE_HOME", "RUNTIME_DIR", "CACHE_HOME"):
        monkeypatch.setenv(f"XDG_{name}", str(tmp_path))
    made = Running(tmp_path)
    wait_for(lambda: made.came("READY=1"), 10)
    yield made
    made.end()


def test_an_inbox_that_is_stuck_gets_no_ping_and_one_that_goes_on_does(running: Running) -> None:
    assert running.pings(PATIENCE_S) >= 2
    running.stuck.set()
    running.live.assistant.runtime.post(TextReceived("hello"))
    wait_for(lambda: running.came("STATUS=The inbox does not turn."), 10)
    assert running.pings(2 * PATIENCE_S) == 0
    running.stuck.clear()
    wait_for(lambda: running.came("STATUS=Listening."), 10)
    assert running.pings(PATIENCE_S) >= 2


def test_a_wake_word_that_hangs_gets_no_ping(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = threading.Event()

    def push(self: FakeWakeDetector, frame: object) -> None:
        hang.wait(30)

    monkeypatch.setattr(FakeWakeDetector, "push", push)
    wait_for(lambda: running.came("STATUS=No sound moves through the wake word."), 10)
    assert running.pings(2 * PATIENCE_S) == 0
    hang.set()


def test_zeros_get_no_ping(running: Running) -> None:
    assert running.pings(PATIENCE_S) >= 2
    running.microphone.sound = lambda n: (0 * n).astype("int16")
    wait_for(lambda: running.came("STATUS=The microphone delivers nothing but zeros."), 20)
    assert running.pings(2 * PATIENCE_S) == 0


def test_an_unplugged_microphone_gets_pings(running: Running) -> None:
    running.microphone.plugged = False
    wait_for(lambda: running.came("STATUS=Listening; no microphone"), 10)
    assert running.pings(2 * PATIENCE_S) >= 4
