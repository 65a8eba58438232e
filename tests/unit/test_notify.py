"""What a service manager is told, over a real socket; and what is seen from outside."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.caretaker import MARK, Caretaker, last_deafness_s
from assistant.notify import Manager
from assistant.pulse import MERCY_S, Pulse, Vitals
from assistant.status import Status
from tools.service_manager import Listening


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Listening]:
    made = Listening(str(tmp_path / "notify"))
    yield made
    made.close()


@pytest.fixture
def manager(systemd: Listening, tmp_path: Path) -> Manager:
    return Manager(str(tmp_path / "notify"), patience_s=20.0)


def test_each_message_is_as_sd_notify_has_it(systemd: Listening, manager: Manager) -> None:
    manager.ready()
    manager.status("Listening;\nand more")
    manager.ping()
    manager.stopping()
    assert systemd.told() == ["READY=1", "STATUS=Listening; and more", "WATCHDOG=1", "STOPPING=1"]
    manager.reloading()
    reloading, since = systemd.told()
    assert reloading == "RELOADING=1"
    assert since.startswith("MONOTONIC_USEC=")


def test_an_abstract_socket_is_one_too() -> None:
    address = f"@assistant-test-{os.getpid()}"
    systemd = Listening(address)
    Manager(address).ready()
    assert systemd.told() == ["READY=1"]
    systemd.close()


def test_outside_of_a_service_nothing_is_told_and_no_ping_wanted() -> None:
    manager = Manager.here({})
    manager.ready()
    assert manager.ping_s is None


def test_pings_are_wanted_from_the_process_that_is_meant(tmp_path: Path) -> None:
    asked = {"NOTIFY_SOCKET": str(tmp_path / "s"), "WATCHDOG_USEC": "20000000"}
    assert Manager.here(asked | {"WATCHDOG_PID": "7"}, pid=7).ping_s == 5.0
    assert Manager.here(asked | {"WATCHDOG_PID": "8"}, pid=7).ping_s is None
    assert Manager.here(asked | {"WATCHDOG_USEC": "soon"}, pid=7).ping_s is None


def test_a_manager_that_is_gone_does_not_end_the_assistant(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manager = Manager(str(tmp_path / "nobody"))
    manager.ready()
    manager.ping()
    assert len(caplog.records) == 1, "said once"


class Device:
    """An assistant that is looked at every half second."""

    def __init__(self, manager: Manager, systemd: Listening, folder: Path) -> None:
        self._systemd = systemd
        self.told: list[str] = []
        pulse = Pulse(silent_s=10.0, spared_s=last_deafness_s(folder, 0.0))
        self._caretaker = Caretaker(manager, pulse, lambda known: known, folder)
        self.now_s = 0.0
        self.hears, self.turns, self.armed = True, True, True
        self._vitals = Vitals("open", False, None, None, None, bell=True)

    def live(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.5)):
            self.now_s += 0.5
            v = self._vitals
            self._vitals = Vitals(
                "open",
                lost=False,
                through_wake_s=self.now_s if self.hears else v.through_wake_s,
                sound_s=self.now_s if self.hears else v.sound_s,
                inbox_s=self.now_s if self.turns else v.inbox_s,
                bell=True,
            )
            started = self.armed and self._vitals.through_wake_s is not None
            self._caretaker.look(self._vitals, started, self.now_s)
            self.told += self._systemd.told()

    def pings(self) -> int:
        """Since the last time."""
        told, self.told = self.told, []
        return told.count("WATCHDOG=1")

    def leave(self) -> None:
        self._caretaker.leave(again=False)
        self.told += self._systemd.told()


def test_ready_means_that_a_frame_went_through_the_wake_word(
    systemd: Listening, manager: Manager, tmp_path: Path
) -> None:
    device = Device(manager, systemd, tmp_path)
    device.armed = device.hears = False
    device.live(5)
    assert "READY=1" not in device.told
    device.armed = True
    device.live(5)
    assert "READY=1" not in device.told, "no frame came yet"
    device.hears = True
    device.live(5)
    assert device.told.count("READY=1") == 1


def test_ten_minutes_of_health_miss_no_ping(
    systemd: Listening, manager: Manager, tmp_path: Path
) -> None:
    device = Device(manager, systemd, tmp_path)
    for _ in range(60):
        device.live(10)
        assert device.pings() >= 1
    device.leave()
    assert device.told[-1] == "STOPPING=1"


@pytest.mark.parametrize("broken", ["hears", "turns"])
def test_no_ping_once_it_is_deaf_or_stuck(
    broken: str, systemd: Listening, manager: Manager, tmp_path: Path
) -> None:
    device = Device(manager, systemd, tmp_path)
    device.live(60)
    setattr(device, broken, False)
    device.live(5)
    assert device.pings()
    device.live(60)
    assert device.pings() == 0
    told = json.loads((tmp_path / "status.json").read_text())
    assert told["ill"]


def test_a_deaf_one_is_restarted_once_and_then_spared(
    systemd: Listening, manager: Manager, tmp_path: Path
) -> None:
    first = Device(manager, systemd, tmp_path)
    first.live(30)
    first.hears = False
    first.live(30)
    assert (tmp_path / MARK).exists()
    second = Device(manager, systemd, tmp_path)
    second.live(30)
    second.hears = False
    second.pings()
    second.live(60)
    assert second.pings() >= 10
    os.utime(tmp_path / MARK, (0, 0))
    third = Device(manager, systemd, tmp_path)
    third.live(30)
    third.hears = False
    third.live(30)
    third.pings()
    third.live(30)
    assert third.pings() == 0, "the mark is old"


def test_a_mark_of_the_future_is_as_one_of_now(tmp_path: Path) -> None:
    """A board without a clock of its own has lived through that."""
    (tmp_path / MARK).touch()
    os.utime(tmp_path / MARK, (4e9, 4e9))
    assert last_deafness_s(tmp_path, 5.0) == 5.0
    assert last_deafness_s(tmp_path / "nowhere", 5.0) is None
    assert MERCY_S > 0


def test_nobody_but_its_owner_reads_the_status_and_it_goes_with_the_process(
    systemd: Listening, manager: Manager, tmp_path: Path
) -> None:
    device = Device(manager, systemd, tmp_path / "new")
    device.live(1)
    file = tmp_path / "new" / "status.json"
    assert json.loads(file.read_text())["pid"] == os.getpid()
    assert file.parent.stat().st_mode & 0o077 == 0
    device.leave()
    assert not file.exists()


STATUS = Status(pid=1, version="1", since_s=0.0, armed=True)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (STATUS, "Listening."),
        (Status(1, "1", 0.0), "Starting: only what is due rings so far."),
        (
            Status(1, "1", 0.0, armed=True, muted=True, missing={"microphone": "muted"}),
            "Muted.",
        ),
        (
            Status(1, "1", 0.0, armed=True, missing={"microphone": "unplugged"}),
            "Listening; no microphone (unplugged).",
        ),
        (
            Status(1, "1", 0.0, failed={"wake": "It is damaged."}),
            "Only rings, without wake (It is damaged.)",
        ),
        (Status(1, "1", 0.0, armed=True, loading=("llm",)), "Listening; still loading: llm."),
        (
            Status(1, "1", 0.0, armed=True, rung="skills_only", why="The processor has 86 °C."),
            "Listening. The processor has 86 °C.",
        ),
        (Status(1, "1", 0.0, ill="The inbox does not turn."), "The inbox does not turn."),
    ],
)
def test_the_status_in_words(status: Status, sentence: str) -> None:
    assert status.sentence() == sentence
