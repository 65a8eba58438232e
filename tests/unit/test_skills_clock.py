"""What a clock and a calendar answer, and what they leave alone."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.skills.clock import Clock, TellTime, TimeDifference, TimeLater, TimeUntil
from assistant.skills.days import DaysUntil, LeapYear, TellDate, TellWeekday, WhenIs
from assistant.skills.skill import Intent
from assistant.understand.calendar import HOLIDAYS, day_in, easter, next_day
from assistant.understand.cities import _MORE, title, zone
from assistant.understand.slots.times import TimeOfDay
from tests.unit.asked import Asked, world

CLOCK = Asked(Clock())


ANSWERS = {
    "What time is it?": "It's 10:45 PM.",
    "what time is it now": "It's 10:45 PM.",
    "Hey Jarvis, could you please tell me what time it is?": "It's 10:45 PM.",
    "what's the current time": "It's 10:45 PM.",
    "do you have the time": "It's 10:45 PM.",
    "what time is it in Tokyo?": "It's 12:45 PM tomorrow in Tokyo.",
    "what's the time in New York right now": "It's 10:45 PM in New York.",
    "what time is it in the UK": "It's 3:45 AM tomorrow in the UK.",
    "what time is it in Narnia": "Sorry, I don't know the time zone of Narnia.",
    "what time will it be in three hours": "It will be 1:45 AM.",
    "what time is it in 2 hours and 30 minutes": "It will be 1:15 AM.",
    "what time was it an hour ago": "It was 9:45 PM.",
    "What's the date today?": "Today is Saturday, November 21, 2026.",
    "what is today's date": "Today is Saturday, November 21, 2026.",
    "what day is it": "Today is Saturday, November 21, 2026.",
    "what day of the week is it": "Today is Saturday, November 21, 2026.",
    "what's tomorrow's date": "Tomorrow is Sunday, November 22, 2026.",
    "what day is it tomorrow": "Tomorrow is Sunday, November 22, 2026.",
    "what day was yesterday": "Yesterday was Friday, November 20, 2026.",
    "what is the day after tomorrow": "It will be Monday, November 23, 2026.",
    "what time is it in 10 minutes": "It will be 10:55 PM.",
    "what day is it in three days": "It will be Tuesday, November 24, 2026.",
    "what was the date two weeks ago": "It was Saturday, November 7, 2026.",
    "what month is it": "It's November 2026.",
    "what week is it": "It's week 47.",
    "how many days until Christmas?": "Christmas is in 34 days.",
    "how long until december twenty-fifth": "December 25, 2026 is in 34 days.",
    "how many weeks till Easter": "Easter is in 18 weeks and 1 day.",
    "how many days until tomorrow": "Tomorrow is in 1 day.",
    "how many days until Saturday": "Saturday is today.",
    "how many days are left in the year": "There are 40 days left in 2026.",
    "when is Thanksgiving": "Thanksgiving is on Thursday, November 26, 2026.",
    "what day is Christmas on this year": "Christmas is a Friday.",
    "what day of the week is July 4th": "July 4, 2027 is a Sunday.",
    "when is the 3rd of March 2027": "March 3, 2027 is a Wednesday.",
    "when is new year's eve": "New Year's Eve is on Thursday, December 31, 2026.",
    "is it a leap year": "2026 is not a leap year.",
    "will twenty twenty-eight be a leap year": "2028 will be a leap year.",
    "is 2100 a leap year": "2100 will not be a leap year.",
    "do you know what time it is": "It's 10:45 PM.",
    "time please": "It's 10:45 PM.",
    "what time is it 20 minutes from now": "It will be 11:05 PM.",
    "how long until midnight": "It's 1 hour 15 minutes until 12:00 AM.",
    "how many minutes until 11": "It's 15 minutes until 11:00 PM.",
    "how long is it until 7:30 am": "It's 8 hours 45 minutes until 7:30 AM.",
    "how many hours ahead is Tokyo": "Tokyo is 14 hours ahead of us.",
    "what's the time difference between London and here": "London is 5 hours ahead of us.",
    "how many hours behind is Los Angeles": "Los Angeles is 3 hours behind us.",
    "time difference between London and Tokyo": "London is 9 hours behind Tokyo.",
    "what's the time difference with India": "India is 10 and a half hours ahead of us.",
    "what's the time difference to Nepal": "Nepal is 10 and 3 quarters hours ahead of us.",
    "what's the time difference to Boston": "It's the same time in Boston as here.",
    "what's the date in 45 days": "It will be Tuesday, January 5, 2027.",
    "what day is it 3 weeks from Friday": "It will be Friday, December 18, 2026.",
    "what will the date be in two months": "It will be Thursday, January 21, 2027.",
    "what's the date next Friday": "It will be Friday, November 27, 2026.",
    "what day was the day before yesterday": "It was Thursday, November 19, 2026.",
    "what was the date last Monday": "It was Monday, November 16, 2026.",
    "what day is it in a fortnight": "It will be Saturday, December 5, 2026.",
    "how many days between Christmas and New Year's": "There are 7 days between Christmas and "
    "New Year's.",
    "how many days from March 3rd to April 5th": "There are 33 days between March 3, 2027 and "
    "April 5, 2027.",
    "how many days are there between today and tomorrow": "There is 1 day between today and "
    "tomorrow.",
    "when was Easter this year": "Easter was on Sunday, April 5, 2026.",
    "when is Easter 2028": "Easter is on Sunday, April 16, 2028.",
    "what day is Christmas next year": "Christmas is a Saturday.",
    "what day does Halloween fall on this year": "Halloween was a Saturday.",
    "how many days until Christmas next year": "Christmas is in 399 days.",
    "when is Presidents' Day": "Presidents' Day is on Monday, February 15, 2027.",
    "when is Memorial Day": "Memorial Day is on Monday, May 31, 2027.",
    "when's the fourth of July": "July 4, 2027 is a Sunday.",
    "how many sleeps till Christmas": "Christmas is in 34 days.",
    "how far away is Easter": "Easter is in 127 days.",
    "what year is it": "It's 2026.",
}


@pytest.mark.parametrize(("text", "wanted"), ANSWERS.items(), ids=ANSWERS)
def test_answers(text: str, wanted: str) -> None:
    assert CLOCK.says(text) == wanted
    assert CLOCK.says(text.upper().rstrip("?") + ".") == wanted


OTHERS = """
what time should I put the turkey in
what time does the store close
what time is dinner
what time is the movie
what time is it in the oven
what is the best time to plant tomatoes
what is the time complexity of quicksort
set a timer for ten minutes
set an alarm for 7 am
how long do I boil an egg
how long until the pasta is done
how many days does it take to brine a turkey
how many days until the eggs go bad
when is dinner ready
when is it done
what day should I start brining
what day is best for fishing
what year did the war end
what is today's weather
what is tomorrow's weather
what's the date of the battle of Hastings
what date palm is best
time flies
take your time
it is about time
is it a leap of faith
how do I keep time
remind me tomorrow
when is february 30th
turn off the lights
play the beatles
what's two plus two
what is the time for dinner
is he ahead of us
what's the time difference between toast and bread
how long until dinner
how many days until my birthday
what's on today
next Friday
yesterday
what was the year of the battle of hastings
""".strip().splitlines()


@pytest.mark.parametrize("text", [*OTHERS, ""])
def test_leaves_to_others(text: str) -> None:
    assert CLOCK.says(text) is None


def test_adding_hours_minds_the_change_of_the_clocks() -> None:
    before = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("America/New_York"))
    assert CLOCK.says("what time will it be in 3 hours", before) == "It will be 2:30 AM."


def test_easter_on_known_years() -> None:
    known = {
        (1818, 3, 22),
        (1943, 4, 25),
        (2000, 4, 23),
        (2024, 3, 31),
        (2025, 4, 20),
        (2038, 4, 25),
    }
    for year, month, day in known:
        assert easter(year) == date(year, month, day)


@pytest.mark.parametrize("name", HOLIDAYS)
def test_a_named_day_is_the_next_one(name: str) -> None:
    for today in (date(2026, 1, 1), date(2026, 11, 21), date(2026, 12, 31)):
        day = next_day(name, today)
        assert day is not None
        assert 0 <= (day - today).days <= 400


def test_29_february_is_found_years_ahead() -> None:
    assert next_day("february 29th", date(2026, 11, 21)) == date(2028, 2, 29)
    assert next_day("february 29th 2027", date(2026, 11, 21)) is None


def test_every_listed_zone_exists() -> None:
    for name in _MORE:
        assert str(ZoneInfo(name)) == name
    assert str(zone("san francisco")) == "America/Los_Angeles"
    assert str(zone("ho chi minh city")) == "Asia/Ho_Chi_Minh"
    assert zone("atlantis") is None
    assert title("the uk") == "the UK"


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "what time day is it in until how many long days ago tomorrow christmas when 3 99999 "
            "a year week hours minutes tokyo the of december 31st 31 february leap will be was "
            "left".split()
        ),
        max_size=9,
    ).map(" ".join),
    st.datetimes(datetime(1990, 1, 2), datetime(2999, 1, 1), timezones=st.timezones()),
)
def test_never_raises(text: str, now: datetime) -> None:
    said = CLOCK.says(text, now)
    assert said is None or said.endswith(".")


@pytest.mark.parametrize(
    ("before", "slots", "wanted"),
    [
        (TellTime(), {"place": "tokyo"}, "It's 12:45 PM tomorrow in Tokyo."),
        (TimeLater(60.0), {"duration": 3600.0}, "It will be 11:45 PM."),
        (
            TimeUntil(TimeOfDay(23)),
            {"time": TimeOfDay(0)},
            "It's 1 hour 15 minutes until 12:00 AM.",
        ),
        (TimeDifference("tokyo"), {"place": "rome"}, "Rome is 6 hours ahead of us."),
        (TellDate(), {"occasion": "tomorrow"}, "Tomorrow is Sunday, November 22, 2026."),
        (WhenIs("easter"), {"occasion": "christmas"}, "Christmas is on Friday, December 25, 2026."),
        (WhenIs("easter"), {"year": 2028}, "Easter is on Sunday, April 16, 2028."),
        (DaysUntil("easter"), {"occasion": "christmas"}, "Christmas is in 34 days."),
        (TellWeekday("easter"), {"occasion": "july 4"}, "July 4, 2027 is a Sunday."),
        (LeapYear(), {"year": 2028}, "2028 will be a leap year."),
    ],
)
def test_the_same_question_about_something_else(
    before: Intent, slots: dict[str, Any], wanted: str
) -> None:
    amended = before.amended(**slots)
    assert amended is not None
    assert Clock().answer(amended, world()).text == wanted
    assert before.amended(name="pasta") is None


def test_two_days_apart_at_the_ends_of_the_earth() -> None:
    pago = datetime(2026, 11, 21, 23, 30, tzinfo=ZoneInfo("Pacific/Pago_Pago"))
    assert CLOCK.says("what time is it in Kiritimati", pago) == (
        "It's 12:30 AM on Monday in Kiritimati."
    )


def test_a_model_may_name_a_day_that_does_not_exist() -> None:
    assert Clock().answer(WhenIs("the second coming"), world()).text == (
        "Sorry, I don't know that day."
    )
    assert Clock().answer(TellDate("christmas", 9999), world()).text.startswith("It will be")
    assert Clock().answer(TimeLater(1e15), world()).text == (
        "It will be a time beyond my calendar."
    )


@given(st.dates(date(1900, 1, 1), date(2999, 1, 1)), st.integers(1, 9999))
def test_ago_undoes_from_now(today: date, days: int) -> None:
    later = next_day(f"in {days} days", today)
    assert later == today + timedelta(days=days)
    assert next_day(f"{days} days before today", later) == today


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 500))
def test_months_later_is_the_same_day_or_the_last(today: date, months: int) -> None:
    later = next_day(f"in {months} months", today)
    assert later is not None
    assert (later.year - today.year) * 12 + later.month - today.month == months
    assert later.day == today.day or (later + timedelta(days=1)).day == 1


def test_a_holiday_in_a_year() -> None:
    assert day_in(2030, "christmas") == date(2030, 12, 25)
    assert day_in(2027, "february 29th") is None
    assert day_in(2027, "tomorrow") is None
