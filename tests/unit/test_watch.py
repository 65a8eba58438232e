"""What one look at the clocks makes of all alerts, on a device whose time is made up."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from assistant import agenda
from assistant.actions import AddAlert, Change, ReplaceAlert
from assistant.alerts import Alert, Moment
from assistant.contents import Contents, changed
from assistant.events import AlertMissed, AlertOver, AlertRang
from assistant.watch import LATEST_S, AlertEvent, Known, Watch

ZONE = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 21, 12, tzinfo=ZONE).timestamp()
HOUR = 3600.0


Brief = tuple[str | int | float, ...]
"""What was told, without the rest of the alert."""


def brief(event: AlertEvent) -> Brief:
    match event:
        case AlertRang(alert, late_s):
            return "rang", alert.id, alert.kind, alert.name, late_s
        case AlertMissed(alert, _):
            return "missed", alert.kind, alert.name, alert.due_s or 0.0
        case AlertOver(id):
            return "over", id


@dataclass
class Device:
    """Its clocks, its disk, and a bell without a thread."""

    now_s: float = 0.0
    """As it truly passes."""
    ahead_s: float = NOON
    """What has to be added to that for the clock on the wall."""
    booted_s: float = -1_000.0
    boots: int = 0
    contents: Contents = field(default_factory=Contents)
    stored: Moment | None = None
    known: Known = field(default_factory=Known)
    told: list[AlertEvent] = field(default_factory=list)
    rest_s: float = 0.0

    @property
    def moment(self) -> Moment:
        return Moment(self.now_s + self.ahead_s, self.now_s - self.booted_s, f"boot {self.boots}")

    def add(self, alert: Alert) -> Alert:
        self.contents = changed(self.contents, [AddAlert(alert)])
        return self.contents.alerts[-1]

    def do(self, *changes: Change) -> None:
        self.contents = changed(self.contents, changes)

    def look(self) -> list[Brief]:
        """What it tells."""
        look = Watch(ZONE).look(self.known, self.contents.alerts, self.moment)
        self.do(*look.changes)
        self.known, self.rest_s = look.known, look.rest_s
        if self.known.doubted_since_s is None:
            self.stored = self.known.moment
        self.told += look.events
        return [brief(event) for event in look.events]

    def at(self, seconds: float) -> list[Brief]:
        self.now_s = seconds
        return self.look()

    def step(self, seconds: float) -> None:
        """Somebody sets the clock."""
        self.ahead_s += seconds

    def restart(self) -> None:
        """Of the program."""
        self.known = Known(self.stored)

    def reboot(self, off_s: float = 0.0, wall_s: float | None = None) -> None:
        """`wall_s`: where the clock begins; None: it went on."""
        self.now_s += off_s
        self.boots += 1
        self.booted_s = self.now_s - 1.0
        if wall_s is not None:
            self.ahead_s = wall_s - self.now_s
        self.restart()


def timer(device: Device, seconds: float, name: str = "") -> Alert:
    return device.add(agenda.new_timer(name, seconds, device.moment))


def alarm(device: Device, in_s: float, days: tuple[int, ...] = ()) -> Alert:
    due_s = device.moment.wall_s + in_s
    at = f"{datetime.fromtimestamp(due_s, ZONE):%H:%M}" if days else ""
    return device.add(agenda.new_alarm("alarm", "", due_s, at, days))


def test_it_rings_once_and_says_when_to_look_again() -> None:
    device = Device()
    pasta = timer(device, 600, "pasta")
    assert device.look() == []
    assert device.rest_s == 600
    assert device.at(599.9) == []
    assert device.at(600.2) == [("rang", pasta.id, "timer", "pasta", device.told[0].late_s)]  # type: ignore[union-attr]
    assert device.at(601) == []
    assert agenda.is_ringing(device.contents.alerts[0])


def test_whoever_silences_it_the_ring_is_over() -> None:
    device = Device()
    timer(device, 10)
    device.at(10)
    device.contents = Contents(last_id=1)
    assert device.at(11) == [("over", 1)]
    assert device.at(12) == []


def test_a_ring_that_nobody_stops_is_over_and_missed() -> None:
    device = Device()
    eggs = timer(device, 10, "eggs")
    device.at(10)
    assert device.at(609) == []
    assert device.at(610) == [("over", eggs.id), ("missed", "timer", "eggs", NOON + 10)]
    assert device.contents.alerts == ()


def test_a_restart_in_the_middle_of_ringing_goes_on_with_the_same_ring() -> None:
    device = Device()
    timer(device, 10)
    device.at(10)
    device.restart()
    assert device.at(40) == [("rang", 1, "timer", "", 0.0)]
    device.reboot(off_s=20)
    assert device.look() == [("rang", 1, "timer", "", 0.0)]
    assert device.at(609.5) == []
    assert device.at(611)[0] == ("over", 1)


def test_a_snoozed_ring_is_over_and_rings_again() -> None:
    device = Device()
    alarm(device, 10)
    device.at(10)
    ringing = device.contents.alerts[0]
    device.do(ReplaceAlert(ringing, agenda.snoozed(ringing, 540, device.moment)))
    assert device.at(11) == [("over", 1)]
    assert device.at(549) == []
    assert device.at(550) == [("rang", 1, "alarm", "", 0.0)]


def test_what_came_due_while_the_device_was_off_rings_late() -> None:
    device = Device()
    timer(device, 60)
    alarm(device, 90)
    device.look()
    device.reboot(off_s=600)
    assert device.look() == [("rang", 1, "timer", "", 540), ("rang", 2, "alarm", "", 510)]


def test_what_is_too_late_is_told_once_and_does_not_ring() -> None:
    device = Device()
    timer(device, 60, "pasta")
    alarm(device, 60)
    device.add(agenda.new_alarm("reminder", "the bins", NOON + 60))
    device.look()
    device.reboot(off_s=max(LATEST_S["timer"], LATEST_S["alarm"]) + 61)
    missed = [("missed", "timer", "pasta", NOON + 60), ("missed", "alarm", "", NOON + 60)]
    told = device.look()
    assert told[:2] == missed
    assert told[2][0] == "rang"
    device.restart()
    assert device.look() == [told[2]]


def test_a_repeating_alarm_that_was_missed_waits_for_its_next_day() -> None:
    device = Device()
    alarm(device, HOUR, days=tuple(range(7)))
    device.reboot(off_s=5 * HOUR)
    assert device.look() == [("missed", "alarm", "", NOON + HOUR)]
    assert device.contents.alerts[0].due_s == NOON + 25 * HOUR


def test_a_set_clock_moves_alarms_and_not_timers() -> None:
    device = Device()
    timer(device, 600)
    alarm(device, HOUR)
    device.look()
    device.step(HOUR - 100)
    assert device.at(1) == []
    assert device.rest_s == 99
    assert device.at(100) == [("rang", 2, "alarm", "", 0)]
    assert device.at(599) == []
    assert device.at(600)[0] == ("rang", 1, "timer", "", 0)


def test_after_a_step_a_restart_of_the_device_still_has_the_timer_right() -> None:
    device = Device()
    timer(device, 600)
    device.look()
    device.step(5 * HOUR)
    device.at(1)
    device.reboot(off_s=99)
    device.look()
    assert agenda.remaining_s(device.contents.alerts[0], device.moment) == 500


def test_a_clock_set_back_rings_no_alarm_twice() -> None:
    device = Device()
    alarm(device, 60, days=tuple(range(7)))
    assert len(device.at(60)) == 1
    ringing = device.contents.alerts[0]
    left = agenda.dismissed(ringing, datetime.fromtimestamp(device.moment.wall_s, ZONE))
    assert left is not None
    device.do(ReplaceAlert(ringing, left))
    device.step(-300)
    assert device.at(61) == [("over", 1)]
    assert device.at(361) == []
    assert device.contents.alerts[0].due_s == NOON + 60 + 24 * HOUR


def test_a_clock_that_was_years_ahead_for_a_while_costs_no_day() -> None:
    device = Device()
    alarm(device, HOUR, days=tuple(range(7)))
    device.look()
    device.step(5 * 365 * 24 * HOUR)
    assert device.at(1) == [("missed", "alarm", "", NOON + HOUR)]
    device.step(-5 * 365 * 24 * HOUR)
    device.at(2)
    assert device.contents.alerts[0].due_s == NOON + 25 * HOUR


def test_a_clock_that_begins_in_1970_holds_nothing_up_and_rings_nothing_early() -> None:
    device = Device()
    timer(device, 600)
    alarm(device, 700)
    device.at(100)
    device.reboot(off_s=50, wall_s=0.0)
    assert device.look() == []
    assert device.known.doubted_since_s is not None
    assert device.stored == Moment(NOON + 100, 1_100.0, "boot 0"), "a doubted clock is not kept"
    assert device.at(649) == [], "it was off for 50 s that it cannot know of"
    assert device.at(650) == [("rang", 1, "timer", "", 0)]
    assert device.at(1_000) == [], "an alarm waits for the clock"
    device.ahead_s = NOON  # from the network
    assert device.at(1_001) == [("rang", 2, "alarm", "", 301)]
    assert device.known.doubted_since_s is None


def test_once_the_clock_is_set_a_countdown_has_the_time_it_was_off_taken_off() -> None:
    device = Device()
    timer(device, 600)
    device.at(100)
    device.reboot(off_s=200, wall_s=NOON)
    device.look()
    assert (
        agenda.remaining_s(device.contents.alerts[0], device.known.moment or device.moment) == 500
    )
    device.ahead_s = NOON
    device.at(301)
    assert agenda.remaining_s(device.contents.alerts[0], device.moment) == 299


def test_a_timer_set_while_the_clock_is_doubted_outlives_the_setting() -> None:
    device = Device(stored=Moment(NOON, 0.0, "long ago"), boots=1, ahead_s=0.0)
    device.restart()
    device.look()
    timer(device, 600)
    device.at(1)
    device.ahead_s = NOON + 1e6
    device.at(2)
    device.reboot(off_s=8)
    device.look()
    assert agenda.remaining_s(device.contents.alerts[0], device.moment) == 590


def test_a_clock_that_nobody_corrects_is_believed_in_the_end() -> None:
    device = Device(stored=Moment(NOON + 1e9, 0.0, "long ago"))
    device.restart()
    alarm(device, 2 * 24 * HOUR)
    device.look()
    assert device.known.doubted_since_s is not None
    device.at(25 * HOUR)
    assert device.known.doubted_since_s is None
    assert device.at(48 * HOUR) == [("rang", 1, "alarm", "", 0)]


def test_five_hundred_timers_ring_when_they_are_due() -> None:
    """Looking again as soon as each look says, at most a second later."""
    device = Device()
    for number in range(500):
        timer(device, 1 + (number % 100 * 7_919 % 60_000) / 1_000)
    while device.now_s < 62:
        device.at(device.now_s + min(1.0, max(0.001, device.rest_s)))
    for event in device.told:
        assert isinstance(event, AlertRang)
        assert event.late_s < 0.01
    assert len(device.told) == 500
