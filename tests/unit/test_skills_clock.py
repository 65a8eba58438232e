"""What a clock and a calendar answer, and what they leave alone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.skills.calendar import HOLIDAYS, easter, next_day
from assistant.skills.cities import _MORE, title, zone
from assistant.skills.clock import Clock, clock_time

NOW = datetime(2026, 11, 21, 22, 45, tzinfo=ZoneInfo("America/New_York"))  # a Saturday


def answer(text: str, now: datetime = NOW) -> str | None:
    reply = Clock().answer(text, now)
    return reply.text if reply else None


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
}


@pytest.mark.parametrize(("text", "wanted"), ANSWERS.items(), ids=ANSWERS)
def test_answers(text: str, wanted: str) -> None:
    assert answer(text) == wanted
    assert answer(text.upper().rstrip("?") + ".") == wanted


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
""".strip().splitlines()


@pytest.mark.parametrize("text", [*OTHERS, ""])
def test_leaves_to_others(text: str) -> None:
    assert answer(text) is None


def test_adding_hours_minds_the_change_of_the_clocks() -> None:
    before = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("America/New_York"))
    assert answer("what time will it be in 3 hours", before) == "It will be 2:30 AM."


@pytest.mark.parametrize(
    ("hour", "minute", "wanted"), [(0, 5, "12:05 AM"), (12, 0, "12:00 PM"), (13, 9, "1:09 PM")]
)
def test_twelve_hour_clock(hour: int, minute: int, wanted: str) -> None:
    assert clock_time(datetime(2026, 1, 1, hour, minute, tzinfo=UTC)) == wanted


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
    reply = Clock().answer(text, now)
    assert reply is None or reply.text.endswith(".")
