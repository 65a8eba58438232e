"""Days, and days of the week on which something repeats."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.skills.wording import day_text, days_text
from tests.unit.slots import NOW, heard, parsed

TODAY = NOW.date()  # Saturday, November 21, 2026

DAYS = {
    "today": "2026-11-21",
    "tonight": "2026-11-21",
    "this evening": "2026-11-21",
    "tomorrow's": "2026-11-22",
    "tomorrow": "2026-11-22",
    "the day after tomorrow": "2026-11-23",
    "day after tomorrow": "2026-11-23",
    "Friday": "2026-11-27",
    "on Friday": "2026-11-27",
    "this Friday": "2026-11-27",
    "next Friday": "2026-11-27",
    "Saturday": "2026-11-21",
    "next Saturday": "2026-11-28",
    "a week from Friday": "2026-12-04",
    "Friday in a week": "2026-12-04",
    "Friday next week": "2026-11-27",
    "Sunday next week": "2026-11-29",
    "a week on Friday": "2026-12-04",
    "next week on Sunday": "2026-11-29",
    "the coming Friday": "2026-11-27",
    "in a couple of days": "2026-11-23",
    "in three days": "2026-11-24",
    "in a week": "2026-11-28",
    "two weeks from now": "2026-12-05",
    "the 24th": "2026-11-24",
    "on the 20th": "2026-12-20",
    "the twenty-fourth": "2026-11-24",
    "on the thirty-first": "2026-12-31",
    "on the second": "2026-12-02",
    "December 24": "2026-12-24",
    "Dec. 24": "2026-12-24",
    "December twenty-fourth": "2026-12-24",
    "the twenty-fourth of December": "2026-12-24",
    "the 4th of July": "2027-07-04",
    "July 4, 2027": "2027-07-04",
    "Friday, December 4": "2026-12-04",
    "Friday the 4th": "2026-12-04",
    "12/24": "2026-12-24",
    "Christmas": "2026-12-25",
    "on New Year's Eve": "2026-12-31",
    "Thanksgiving": "2026-11-26",
    "February 29": "2028-02-29",
}


@pytest.mark.parametrize(("text", "day"), DAYS.items())
def test_days(text: str, day: str) -> None:
    assert parsed("day", text) == date.fromisoformat(day)


NO_DAYS = """
|yesterday|three days ago|November 20, 2026|a week|week|day|monday foo|foo monday|7|24
|the second|the first|first|second|third|December 40|32nd|the 0th|13/13|Thursday, December 4
|every day|mondays|monday and thursday|weekdays|12/24/2026/1|in 99999999 weeks|on the
|the twentieth second|foo bar
"""


@pytest.mark.parametrize("text", NO_DAYS.replace("\n", "").split("|"))
def test_what_is_no_day(text: str) -> None:
    assert parsed("day", text) is None


@given(st.integers(0, 20_000))
def test_what_is_read_aloud_is_understood(ahead: int) -> None:
    day = TODAY + timedelta(days=ahead)
    text = day_text(day, TODAY)
    assert heard("day", text) == parsed("day", text) == day


REPEATED = {
    "every day": (0, 1, 2, 3, 4, 5, 6),
    "daily": (0, 1, 2, 3, 4, 5, 6),
    "everyday": (0, 1, 2, 3, 4, 5, 6),
    "all days": (0, 1, 2, 3, 4, 5, 6),
    "weekdays": (0, 1, 2, 3, 4),
    "every weekday": (0, 1, 2, 3, 4),
    "on weekdays": (0, 1, 2, 3, 4),
    "on workdays": (0, 1, 2, 3, 4),
    "Monday to Friday": (0, 1, 2, 3, 4),
    "Monday through Thursday": (0, 1, 2, 3),
    "Monday-Friday": (0, 1, 2, 3, 4),
    "from Monday to Friday": (0, 1, 2, 3, 4),
    "Friday to Monday": (0, 4, 5, 6),
    "weekends": (5, 6),
    "on the weekend": (5, 6),
    "Mondays": (0,),
    "on Mondays": (0,),
    "every Monday": (0,),
    "each Tuesday": (1,),
    "every Monday and Thursday": (0, 3),
    "Monday and Thursday": (0, 3),
    "Mondays and Thursdays": (0, 3),
    "every Monday, Wednesday, and Friday": (0, 2, 4),
    "every Monday and every Thursday": (0, 3),
    "weekdays and Saturday": (0, 1, 2, 3, 4, 5),
    "every day except Sunday": (0, 1, 2, 3, 4, 5),
    "every day but weekends": (0, 1, 2, 3, 4),
}


@pytest.mark.parametrize(("text", "days"), REPEATED.items())
def test_days_of_the_week(text: str, days: tuple[int, ...]) -> None:
    assert parsed("days", text) == days


NO_REPEATED = """
|Monday|on Monday|next Monday|tomorrow|day|days|the day|every|every other day|every two weeks|and
|Monday and|Monday foo|foo Mondays|every month|every hour|every day except|every day except foo
|except Sunday|Monday to foo|all|the end
"""


@pytest.mark.parametrize("text", NO_REPEATED.replace("\n", "").split("|"))
def test_what_is_no_days_of_the_week(text: str) -> None:
    assert parsed("days", text) is None


@given(st.sets(st.integers(0, 6), min_size=1))
def test_days_of_the_week_read_aloud_are_understood(days: set[int]) -> None:
    text = days_text(tuple(days))
    assert heard("days", text) == parsed("days", text) == tuple(sorted(days))
