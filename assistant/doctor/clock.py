"""The clock on the wall, by which alarms ring."""

from collections.abc import Iterator
from datetime import UTC, datetime

from assistant.doctor.check import Check
from hw.timekeeping import Timekeeping

BUILT_S = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
"""No clock is right that is before this was written."""
_TOLERANCE_S = 60.0
"""A time server may set a clock back a little."""
_NO_ZONE = {"", "UTC", "Etc/UTC", "UCT", "Etc/UCT", "Universal", "Etc/Universal", "Zulu"}


def checks(clock: Timekeeping, last_seen_s: float | None) -> Iterator[Check]:
    """`last_seen_s`: what the clock said when timers were last stored; None: never."""
    yield _time(clock, max(BUILT_S, (last_seen_s or 0.0) - _TOLERANCE_S))
    if clock.zone not in _NO_ZONE:
        yield Check("time zone", "green", f"{clock.zone}.")
    else:
        yield Check(
            "time zone",
            "yellow",
            "It is UTC, which hardly a kitchen goes by: alarms would ring hours off.",
            "`sudo timedatectl set-timezone Europe/London`, or where you are "
            "(`timedatectl list-timezones`).",
        )


def _time(clock: Timekeeping, not_before_s: float) -> Check:
    if clock.now_s < not_before_s:
        return Check(
            "clock",
            "red",
            f"It says {_told(clock.now_s)}, but {_told(not_before_s)} is over: alarms cannot ring "
            "when they should.",
            "Let a time server set it (`sudo timedatectl set-ntp true`), or set it by hand: "
            "`sudo date --set '2026-12-31 18:00'`.",
        )
    if clock.synchronized:
        return Check("clock", "green", f"{_told(clock.now_s)}, kept right by a time server.")
    if clock.battery_clock:
        return Check(
            "clock",
            "yellow",
            f"{_told(clock.now_s)}; no time server keeps it right. The board's own clock goes on "
            "without power, if it has a battery.",
            "Compare it now and then, or `sudo timedatectl set-ntp true` where there is a network.",
        )
    return Check(
        "clock",
        "yellow",
        f"{_told(clock.now_s)}; no time server keeps it right, and the board has no clock that "
        "goes on without power: after a power cut alarms wait until it is set.",
        "`sudo timedatectl set-ntp true`, or add a battery-backed clock (RTC).",
    )


def _told(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
