"""How timers, alarms and reminders count, and when they are due."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import agenda
from assistant.alerts import Alert, Moment

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 21, 12, tzinfo=NEW_YORK)  # a Saturday
START = Moment(NOON.timestamp(), 1_000.0, "first")
WEEKDAYS = (0, 1, 2, 3, 4)


def later(seconds: float, step_s: float = 0.0, boot: str = "first") -> Moment:
    """So long after START, with a wall clock that was set meanwhile."""
    boot_s = START.boot_s + seconds if boot == "first" else 5.0
    return Moment(START.wall_s + seconds + step_s, boot_s, boot)


def test_a_countdown_does_not_care_about_the_wall_clock_while_the_device_runs() -> None:
    pasta = agenda.new_timer("pasta", 600, START)
    for step_s in (-1e9, -3600, 0, 3600, 1e9):
        assert agenda.remaining_s(pasta, later(200, step_s)) == 400
        assert not agenda.is_due(pasta, later(599.5, step_s))
        assert agenda.is_due(pasta, later(600, step_s))


def test_over_a_restart_of_the_device_the_wall_clock_counts() -> None:
    pasta = agenda.new_timer("pasta", 600, START)
    assert agenda.remaining_s(pasta, later(500, boot="second")) == 100
    assert agenda.late_s(pasta, later(700, boot="second")) == 100


def test_after_the_clock_was_set_both_deadlines_agree_again() -> None:
    stepped = later(100, step_s=7200)
    pasta = agenda.agreed(agenda.new_timer("pasta", 600, START), stepped)
    assert pasta.due_s == stepped.wall_s + 500
    assert agenda.remaining_s(pasta, stepped) == 500


def test_agreeing_leaves_alone_what_does_not_count_down() -> None:
    timer = agenda.new_timer("", 60, START)
    still = (
        agenda.paused(timer, START),
        agenda.rung(timer, later(60)),
        agenda.new_alarm("alarm", "", START.wall_s + 60),
    )
    assert [agenda.agreed(alert, later(10, 99)) for alert in still] == list(still)


def test_a_paused_timer_stands_still_even_over_a_restart() -> None:
    pasta = agenda.paused(agenda.new_timer("pasta", 600, START), later(200))
    assert agenda.is_paused(pasta)
    assert agenda.remaining_s(pasta, later(10_000, boot="second")) == 400
    assert not agenda.is_due(pasta, later(10_000))
    going = agenda.resumed(pasta, later(10_000))
    assert agenda.remaining_s(going, later(10_100)) == 300
    assert agenda.resumed(going, later(10_100)) == going
    assert agenda.paused(pasta, later(999)) == pasta


def test_a_new_length_counts_from_now_and_the_whole_is_known() -> None:
    pasta = agenda.with_length(agenda.new_timer("pasta", 600, START), 700, later(200))
    assert (agenda.remaining_s(pasta, later(200)), pasta.duration_s) == (700, 900)
    still = agenda.with_length(agenda.paused(pasta, later(200)), 60, later(300))
    assert agenda.is_paused(still)
    assert agenda.remaining_s(still, later(900)) == 60


def test_more_time_silences_a_ringing_timer() -> None:
    ringing = agenda.rung(agenda.new_timer("pasta", 600, START), later(600))
    longer = agenda.with_length(ringing, 120, later(630))
    assert not agenda.is_ringing(longer)
    assert agenda.remaining_s(longer, later(630)) == 120


def test_a_timer_starts_again_with_all_of_its_time() -> None:
    paused = agenda.paused(agenda.new_timer("pasta", 600, START), later(200))
    assert agenda.remaining_s(agenda.restarted(paused, later(300)), later(300)) == 600


def test_what_rings_is_not_due_again() -> None:
    ringing = agenda.rung(agenda.new_timer("", 60, START), later(61))
    assert agenda.is_ringing(ringing)
    assert not agenda.is_due(ringing, later(62))


def test_a_snoozed_alert_rings_again() -> None:
    alarm = agenda.new_alarm("alarm", "", START.wall_s)
    timer = agenda.new_timer("", 60, START)
    for alert in (alarm, timer):
        again = agenda.snoozed(agenda.rung(alert, later(60)), 540, later(70))
        assert not agenda.is_ringing(again)
        assert agenda.remaining_s(again, later(70)) == 540


def test_what_rings_once_is_over_when_it_is_dismissed() -> None:
    assert agenda.dismissed(agenda.new_timer("", 60, START), NOON) is None
    assert agenda.dismissed(agenda.new_alarm("reminder", "x", START.wall_s), NOON) is None


def daily(at: str, first: datetime) -> Alert:
    return agenda.new_alarm("alarm", "", first.timestamp(), at, tuple(range(7)))


def test_a_repeating_alarm_waits_for_its_next_day_even_if_the_clock_went_back() -> None:
    alarm = agenda.rung(daily("12:00", NOON), START)
    for now in (NOON, NOON.replace(hour=6), NOON.replace(month=3)):
        left = agenda.dismissed(alarm, now)
        assert left is not None
        assert left.due_s == NOON.replace(day=22).timestamp()
        assert not agenda.is_ringing(left)


def test_a_clock_that_was_ahead_for_a_while_costs_no_day() -> None:
    missed = agenda.dismissed(daily("12:00", NOON), NOON.replace(year=2031))
    assert missed is not None
    assert missed.due_s == NOON.replace(year=2031, day=22).timestamp()
    back = agenda.rescheduled(missed, NOON.replace(minute=5))
    assert back.due_s == NOON.replace(day=22).timestamp()


def test_a_snooze_survives_the_setting_of_the_clock() -> None:
    alarm = agenda.snoozed(agenda.rung(daily("12:00", NOON), START), 540, START)
    assert agenda.rescheduled(alarm, NOON) == alarm


@pytest.mark.parametrize(
    ("at", "days", "after", "wanted"),
    [
        ("07:30", WEEKDAYS, "2026-11-21T12:00-05:00", "2026-11-23T07:30-05:00"),
        ("07:30", WEEKDAYS, "2026-11-23T07:29-05:00", "2026-11-23T07:30-05:00"),
        ("07:30", WEEKDAYS, "2026-11-23T07:30-05:00", "2026-11-24T07:30-05:00"),
        ("07:30", (5,), "2026-11-21T12:00-05:00", "2026-11-28T07:30-05:00"),
        ("07:30", (), "2026-11-21T12:00-05:00", "2026-11-22T07:30-05:00"),
        # The clocks went back between the two: the hour on the wall stays.
        ("07:30", (), "2026-10-31T12:00-04:00", "2026-11-01T07:30-05:00"),
        # 1:30 comes twice: the first, and not the second after it.
        ("01:30", (), "2026-11-01T00:00-04:00", "2026-11-01T01:30-04:00"),
        ("01:30", (), "2026-11-01T01:31-04:00", "2026-11-02T01:30-05:00"),
        ("01:30", (), "2026-11-01T01:10-05:00", "2026-11-02T01:30-05:00"),
        # 2:30 does not come at all.
        ("02:30", (), "2026-03-08T00:00-05:00", "2026-03-08T03:30-04:00"),
        ("02:30", (), "2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"),
    ],
)
def test_next_due(at: str, days: tuple[int, ...], after: str, wanted: str) -> None:
    moment = datetime.fromisoformat(after).astimezone(NEW_YORK)
    found = agenda.next_due(at, days, moment)
    assert found.isoformat(timespec="minutes") == wanted


@given(
    st.times(timezones=st.none()).map(lambda t: f"{t:%H:%M}"),
    st.sets(st.integers(0, 6)).map(tuple),
    st.datetimes(datetime(1990, 1, 2), datetime(2100, 1, 1)),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
)
def test_next_due_is_later_and_on_a_wanted_day(
    at: str, days: tuple[int, ...], naive: datetime, zone: str
) -> None:
    after = naive.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    due = agenda.next_due(at, days, after)
    assert 0 < (due.astimezone(UTC) - after.astimezone(UTC)).days * 24 + 24 <= 8 * 24 + 24
    assert due > after or due.utcoffset() != after.utcoffset()
    assert not days or due.weekday() in days


@given(st.lists(st.sampled_from("pause resume restart longer".split()), max_size=8))
def test_a_countdown_counts_or_stands_whatever_is_done_to_it(deeds: list[str]) -> None:
    timer = agenda.new_timer("", 600, START)
    for number, deed in enumerate(deeds):
        now = later(10.0 * number)
        match deed:
            case "pause":
                timer = agenda.paused(timer, now)
            case "resume":
                timer = agenda.resumed(timer, now)
            case "restart":
                timer = agenda.restarted(timer, now)
            case _:
                timer = agenda.with_length(timer, agenda.remaining_s(timer, now) + 60, now)
        assert (timer.due_s is None) == agenda.is_paused(timer)
        assert 0 < agenda.remaining_s(timer, now) <= (timer.duration_s or 0)
