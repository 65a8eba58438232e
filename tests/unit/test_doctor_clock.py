"""The clock on the wall, as the doctor sees it."""

from pathlib import Path

import pytest

from assistant.doctor import clock
from assistant.doctor.check import Level
from hw.timekeeping import Timekeeping, timekeeping
from tests.unit.test_doctor_checks import levels

NOW = clock.BUILT_S + 1e6


def kept(
    now_s: float = NOW, synchronized: bool = True, battery: bool = True, zone: str = "Europe/Berlin"
) -> Timekeeping:
    return Timekeeping(now_s, synchronized, battery, zone)


@pytest.mark.parametrize(
    ("found", "last_seen_s", "level"),
    [
        (kept(), None, "green"),
        (kept(), NOW, "green"),
        (kept(), NOW + 59, "green"),
        (kept(), NOW + 61, "red"),
        (kept(now_s=0.0), None, "red"),
        (kept(now_s=clock.BUILT_S - 1), None, "red"),
        (kept(now_s=clock.BUILT_S), None, "green"),
        (kept(synchronized=False), NOW - 5, "yellow"),
        (kept(synchronized=False, battery=False), None, "yellow"),
    ],
)
def test_the_time(found: Timekeeping, last_seen_s: float | None, level: Level) -> None:
    assert levels(list(clock.checks(found, last_seen_s))) == {"clock": level, "time zone": "green"}


@pytest.mark.parametrize("zone", ["", "UTC", "Etc/UTC"])
def test_a_kitchen_is_hardly_in_utc(zone: str) -> None:
    assert levels(list(clock.checks(kept(zone=zone), None)))["time zone"] == "yellow"


def test_a_board_without_a_clock_of_its_own_is_told_what_a_power_cut_does() -> None:
    alone = next(iter(clock.checks(kept(synchronized=False, battery=False), None)))
    with_battery = next(iter(clock.checks(kept(synchronized=False), None)))
    assert "power cut" in alone.text
    assert "power cut" not in with_battery.text


def test_what_the_board_tells(tmp_path: Path) -> None:
    def ask(state: int, **environment: str) -> Timekeeping:
        return timekeeping(tmp_path, environment, lambda: 7.0, lambda: state)

    assert ask(5) == Timekeeping(7.0, False, False, "")
    assert ask(-1).synchronized is False
    assert ask(0).synchronized is True
    (tmp_path / "run/systemd/timesync").mkdir(parents=True)
    (tmp_path / "run/systemd/timesync/synchronized").touch()
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/rtc0").touch()
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert ask(5) == Timekeeping(7.0, True, True, "Europe/Berlin")
    assert ask(5, TZ=":Asia/Tokyo").zone == "Asia/Tokyo"
    (tmp_path / "etc/localtime").unlink()
    (tmp_path / "etc/localtime").touch()
    assert ask(5).zone == "local"


def test_this_machine_can_be_asked() -> None:
    assert timekeeping().now_s > 0
