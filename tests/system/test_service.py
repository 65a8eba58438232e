"""The product as a service: what its manager is told, and how it ends and begins anew."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.audio import wav
from assistant.audio.types import RATE, Pcm
from tests.system.product import Product
from tests.system.sound import wait_for
from tools.service_manager import Listening
from tools.virtual_sound import SoundServer

pytestmark = [pytest.mark.models, pytest.mark.sound, pytest.mark.timeout(180)]

DEMO = Path(__file__).parent.parent / "audio" / "hey_jarvis_what_time_is_it.flac"
PATIENCE_S = 2.0
"""Of the watchdog here; a quarter of that lies between two pings."""


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    with SoundServer() as running:
        yield running


@pytest.fixture(scope="module")
def demo() -> Pcm:
    return wav.read(DEMO)


class Service:
    """The product, and what it told its manager, with the time of each."""

    def __init__(self, server: SoundServer, folder: Path, **more: str) -> None:
        self._socket = Listening(str(folder / "notify"))
        self.told: list[tuple[float, str]] = []
        self._over = threading.Event()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        self.product = Product(
            server,
            {
                "XDG_STATE_HOME": str(folder),
                "XDG_RUNTIME_DIR": str(folder),
                "NOTIFY_SOCKET": str(folder / "notify"),
                "WATCHDOG_USEC": str(round(PATIENCE_S * 1e6)),
                **more,
            },
        )

    def _listen(self) -> None:
        while not self._over.wait(0.01):
            self.told += [(time.monotonic(), each) for each in self._socket.told()]

    def until(self, message: str, within_s: float) -> float:
        """When it began a message with this."""

        wait_for(lambda: any(each.startswith(message) for _, each in self.told), within_s)
        return next(at for at, each in self.told if each.startswith(message))

    def pings_s(self) -> list[float]:
        return [at for at, each in self.told if each == "WATCHDOG=1"]

    def pings_within(self, seconds: float) -> int:
        self.told.clear()
        time.sleep(seconds)
        return len(self.pings_s())

    def close(self) -> None:
        if self.product.running:
            self.product.kill()
        self._over.set()
        self._listener.join()
        self._socket.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def service(server: SoundServer, folder: Path) -> Iterator[Service]:
    made = Service(server, folder)
    yield made
    made.close()


def test_it_is_ready_once_it_listens_and_no_ping_is_missed_while_models_load(
    server: SoundServer, service: Service, demo: Pcm
) -> None:
    ready_s = service.until("READY=1", 30)
    assert not [at for at, each in service.told if each.startswith("STATUS=List") and at < ready_s]
    service.until("STATUS=Listening.", 60)
    server.speak(demo).wait()
    service.product.until("reply", 20)
    time.sleep(2)
    pings = [at for at in service.pings_s() if at >= ready_s]
    gaps = [later - earlier for earlier, later in pairwise(pings)]
    assert max(gaps) < PATIENCE_S
    code, _ = service.product.stop()
    assert code == 0
    wait_for(lambda: service.told[-1][1] == "STOPPING=1", 1)


def test_it_is_ready_without_a_microphone_and_says_so(server: SoundServer, folder: Path) -> None:
    service = Service(server, folder, ASSISTANT_MIC__DEVICE="a microphone that is not there")
    try:
        service.until("READY=1", 30)
        service.until("STATUS=Listening; no microphone", 10)
        service.until("STATUS=Listening; no microphone (No microphone is found", 60)
        assert service.pings_within(PATIENCE_S) >= 2, "nothing that a restart would mend"
    finally:
        service.close()


def test_a_microphone_that_stops_is_a_reason_for_a_restart_but_only_for_one(
    server: SoundServer, service: Service, folder: Path, demo: Pcm
) -> None:
    service.until("READY=1", 30)
    server.speak(demo).wait()
    assert service.pings_within(PATIENCE_S) >= 2
    server.hang(True)
    try:
        service.until("STATUS=No sound moves", 10)
        assert service.pings_within(2 * PATIENCE_S) == 0
    finally:
        server.hang(False)
    service.close()
    (folder / "notify").unlink()
    again = Service(server, folder)
    try:
        again.until("READY=1", 30)
        server.speak(demo).wait()
        server.hang(True)
        again.until("STATUS=Listening; no microphone", 10)
        assert again.pings_within(2 * PATIENCE_S) >= 2, "that did not help, so it waits"
    finally:
        server.hang(False)
        again.close()


def test_zeros_are_no_sound(server: SoundServer, folder: Path, demo: Pcm) -> None:
    service = Service(server, folder, ASSISTANT_MIC__SILENT_S="1.5")
    try:
        service.until("READY=1", 30)
        server.speak(demo).wait()
        assert service.pings_within(1.0) >= 1
        service.until("STATUS=The microphone delivers nothing but zeros", 10)
        assert service.pings_within(2 * PATIENCE_S) == 0
    finally:
        service.close()


def test_begun_anew_it_is_the_same_process_with_another_configuration(
    server: SoundServer, folder: Path, demo: Pcm
) -> None:
    config = folder / "kitchen-assistant" / "config.toml"
    config.parent.mkdir()
    config.write_text('[wake]\nphrases = ["alexa"]\n')
    service = Service(server, folder, XDG_CONFIG_HOME=str(folder))
    product = service.product
    try:
        first = product.until("ready", 60)
        assert first["phrases"] == ["alexa"]
        service.until("STATUS=Listening.", 60)
        config.write_text('[wake]\nphrases = ["hey_jarvis"\n')
        product.signal(signal.SIGHUP)
        time.sleep(3)
        assert product.running
        assert not any(each["event"] == "stopped" for each in product.events), "it is wrong"
        config.write_text('[wake]\nphrases = ["hey_jarvis"]\n')
        product.signal(signal.SIGHUP)
        second = product.until("ready", 60)
        assert (second["phrases"], second["pid"]) == (["hey_jarvis"], first["pid"])
        service.until("RELOADING=1", 1)
        server.speak(demo)  # it listens, and answers once it has loaded what that takes
        assert product.until("reply", 60)["text"].startswith("It's ")
        assert product.stop()[0] == 0
    finally:
        service.close()


def test_told_to_begin_anew_and_to_stop_it_stops(service: Service) -> None:
    service.until("STATUS=Listening.", 60)
    service.product.signal(signal.SIGHUP)
    code, _ = service.product.stop()
    assert code == 0


@pytest.mark.parametrize("after_s", [0.0, 0.5, 1.5, 3.0])
def test_told_to_stop_while_it_starts_it_stops(
    after_s: float, service: Service, folder: Path
) -> None:
    """Before that it has done nothing that could be left undone, and the signal itself ends it."""
    wait_for((folder / "kitchen-assistant" / "household.db").exists, 10)
    time.sleep(after_s)
    began_s = time.monotonic()
    code, _ = service.product.stop()
    assert code == 0
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize("state", ["idle", "listening", "thinking", "speaking", "muted"])
def test_told_to_stop_in_any_state_it_stops(
    state: str, server: SoundServer, folder: Path, demo: Pcm
) -> None:
    """No answer is begun early: one that is ready when the request ends needs no thinking."""
    service = Service(server, folder, ASSISTANT_CONVERSATION__MAX_REVISIONS="0")
    try:
        service.until("STATUS=Listening.", 60)
        if state == "muted":
            service.product.signal(signal.SIGUSR2)
            service.product.until("lost", 5, reason="muted")
        elif state != "idle":
            server.speak(demo[: round(1.2 * RATE)] if state == "listening" else demo)
            service.product.until("state", 20, state=state)
        began_s = time.monotonic()
        code, log = service.product.stop()
        assert code == 0, log
        assert time.monotonic() - began_s < 5
    finally:
        service.close()


def test_a_second_one_is_refused_and_the_first_goes_on(
    server: SoundServer, service: Service, folder: Path
) -> None:
    service.product.until("ready", 60)
    second = Product(server, {"XDG_STATE_HOME": str(folder)})
    code, log = second.ended()
    assert code == 2
    assert "Another assistant is running" in log
    assert service.product.running
    assert os.path.exists(folder / "kitchen-assistant" / "status.json")
