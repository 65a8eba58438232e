"""Times of day, and when the clock next shows them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.skills.wording import time_text
from assistant.understand.slots.times import TimeOfDay
from tests.unit.slots import NOW, heard, parsed

NEW_YORK = ZoneInfo("America/New_York")

SURELY = {
    "7 AM": "07:00",
    "7am": "07:00",
    "7:30 p.m.": "19:30",
    "seven thirty PM": "19:30",
    "7.30pm": "19:30",
    "730 pm": "19:30",
    "12 p.m.": "12:00",
    "12:30 AM": "00:30",
    "noon": "12:00",
    "12 noon": "12:00",
    "midnight": "00:00",
    "19:30": "19:30",
    "07:30": "07:30",
    "0:30": "00:30",
    "nineteen hundred": "19:00",
    "nineteen thirty": "19:30",
    "nineteen hundred hours": "19:00",
    "seven in the morning": "07:00",
    "6 this morning": "06:00",
    "three in the afternoon": "15:00",
    "12 in the afternoon": "12:00",
    "quarter to 8 in the evening": "19:45",
    "nine at night": "21:00",
    "12 at night": "00:00",
    "2 at night": "02:00",
    "8 o'clock tonight": "20:00",
    "tonight at 8": "20:00",
    "in the morning at 7": "07:00",
    "in the evening at half past 6": "18:30",
    "five minutes to six PM": "17:55",
    "7 AM in the morning": "07:00",
    "11 PM at night": "23:00",
    "1 AM at night": "01:00",
    "6 PM tonight": "18:00",
    "tonight at 8 PM": "20:00",
    "at oh six thirty": "06:30",
    "zero six thirty": "06:30",
    "oh six thirty in the evening": "18:30",
    "nineteen oh five": "19:05",
    "ten to one PM": "12:50",
    "ten to one AM": "00:50",
}
PERHAPS = {
    "7": "7:00",
    "at seven": "7:00",
    "seven sharp": "7:00",
    "seven o'clock": "7:00",
    "7:00": "7:00",
    "730": "7:30",
    "oh seven hundred": "7:00",
    "ten thirty": "10:30",
    "ten-thirty": "10:30",
    "seven oh five": "7:05",
    "7:05": "7:05",
    "half past six": "6:30",
    "half-past six": "6:30",
    "half six": "6:30",
    "a quarter past seven": "7:15",
    "quarter of eight": "7:45",
    "ten past 7": "7:10",
    "ten after 7": "7:10",
    "twenty to one": "12:40",
    "twelve": "12:00",
}


@pytest.mark.parametrize(("text", "shown"), (SURELY | PERHAPS).items())
def test_times(text: str, shown: str) -> None:
    found = parsed("time", text)
    assert isinstance(found, TimeOfDay)
    assert str(found) == shown
    assert found.sure == (text in SURELY)


NO_TIMES = """
|25|24:00|7:75|seven sixty|13 AM|foo|7 foo|foo 7|seven minutes|7 in the night club|half|
half past|half to seven|sixty past seven|zero past 7|7 o'clock o'clock|1960|7 30 15|7:30:15|AM|
tonight|in the morning|quarter past|ten past noon|ten past 19|seven hours ago|7 pounds|7 hours|
7 AM in the evening|-7|7 and 8
"""


@pytest.mark.parametrize("text", NO_TIMES.replace("\n", "").split("|"))
def test_what_is_no_time(text: str) -> None:
    assert parsed("time", text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    {"in the morning": "09:00", "this afternoon": "15:00", "evening": "18:00", "tonight": "20:00"}
    .items(),
)  # fmt: skip
def test_parts_of_the_day(text: str, shown: str) -> None:
    assert str(parsed("part", text)) == shown
    assert parsed("part", text + " at 7") is None


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC).astimezone(NEW_YORK)
)
SURE = st.builds(TimeOfDay, st.integers(0, 23), st.integers(0, 59))
UNSURE = st.builds(TimeOfDay, st.integers(1, 12), st.integers(0, 59), st.just(False))


@given(SURE)
def test_what_is_read_aloud_is_understood(at: TimeOfDay) -> None:
    text = time_text(datetime(2026, 11, 21, at.hour, at.minute))
    assert heard("time", text) == parsed("time", text) == at


@given(SURE, MOMENTS)
def test_sure_times_come_next_within_a_day(at: TimeOfDay, now: datetime) -> None:
    due = at.next_after(now)
    ahead = due.astimezone(UTC) - now.astimezone(UTC)
    assert timedelta(0) < ahead <= timedelta(hours=25)
    changes = due.astimezone(UTC) - timedelta(hours=2)
    if due.utcoffset() == changes.astimezone(NEW_YORK).utcoffset():
        assert (due.hour, due.minute) == (at.hour, at.minute)


@given(UNSURE, MOMENTS)
def test_unsure_times_come_next_within_half_a_day(at: TimeOfDay, now: datetime) -> None:
    due = at.next_after(now)
    ahead = due.astimezone(UTC) - now.astimezone(UTC)
    assert timedelta(0) < ahead <= timedelta(hours=13)
    assert due.minute == at.minute


def at_next(now: str, at: TimeOfDay, day: date | None = None) -> str:
    moment = datetime.fromisoformat(now).replace(tzinfo=NEW_YORK)
    return f"{at.next_after(moment, day):%Y-%m-%d %H:%M}"


SEVEN = TimeOfDay(7, sure=False)
TODAY, TOMORROW = NOW.date(), NOW.date() + timedelta(days=1)


def test_next_half_of_the_day() -> None:
    assert at_next("2026-11-21 06:59", SEVEN) == "2026-11-21 07:00"
    assert at_next("2026-11-21 07:00", SEVEN) == "2026-11-21 19:00"
    assert at_next("2026-11-21 22:45", SEVEN) == "2026-11-22 07:00"
    assert at_next("2026-11-21 12:30", TimeOfDay(12, 15, sure=False)) == "2026-11-22 00:15"
    assert at_next("2026-11-21 22:45", TimeOfDay(19)) == "2026-11-22 19:00"


def test_on_a_given_day() -> None:
    assert at_next("2026-11-21 06:00", SEVEN, TODAY) == "2026-11-21 07:00"
    assert at_next("2026-11-21 10:00", SEVEN, TODAY) == "2026-11-21 19:00"
    assert at_next("2026-11-21 22:45", SEVEN, TODAY) == "2026-11-21 19:00", "gone by"
    assert at_next("2026-11-21 22:45", SEVEN, TOMORROW) == "2026-11-22 07:00"
    assert at_next("2026-11-21 22:45", TimeOfDay(3, sure=False), TOMORROW) == "2026-11-22 15:00"
    assert at_next("2026-11-21 22:45", TimeOfDay(12, sure=False), TOMORROW) == "2026-11-22 12:00"
    assert at_next("2026-11-21 22:45", TimeOfDay(3), TOMORROW) == "2026-11-22 03:00"


def test_change_of_the_clocks() -> None:
    """At 2:00 the clocks go to 3:00 on March 14, 2027, and back to 1:00 on November 7."""
    skipped = TimeOfDay(2, 30)
    assert at_next("2027-03-13 22:00", skipped) == "2027-03-14 03:30"
    assert at_next("2027-03-14 12:00", skipped) == "2027-03-15 02:30"
    first = TimeOfDay(1, 30).next_after(datetime(2027, 11, 6, 22, tzinfo=NEW_YORK))
    assert first.utcoffset() == timedelta(hours=-4)
    between = datetime(2027, 11, 7, 1, 45, tzinfo=NEW_YORK)
    assert TimeOfDay(1, 30).next_after(between).day == 8, "once a day is enough"
