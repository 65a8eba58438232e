"""Durations, as people say them and as Whisper writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.skills.wording import duration_text
from tests.unit.slots import heard, parsed

HOUR = 3600

DURATIONS = {
    "ten minutes": 600,
    "10-minute": 600,
    "10m": 600,
    "5 mins.": 300,
    "30 secs": 30,
    "ninety seconds": 90,
    "90-second": 90,
    "thirty second": 30,
    "a minute": 60,
    "minute": 60,
    "an hour": HOUR,
    "hour": HOUR,
    "half an hour": 1800,
    "a half hour": 1800,
    "half hour": 1800,
    "1/2 hour": 1800,
    "½ hour": 1800,
    "a quarter of an hour": 900,
    "quarter hour": 900,
    "three quarters of an hour": 2700,
    "three-quarters of an hour": 2700,
    "an hour and a half": 5400,
    "one and a half hours": 5400,
    "one and half hours": 5400,
    "an hour and half": 5400,
    "a 10 minute": 600,
    "1 1/2 hours": 5400,
    "1½ hours": 5400,
    "1 and 1/2 hours": 5400,
    "1.5 hours": 5400,
    "one point five hours": 5400,
    "an hour and a quarter": 4500,
    "two hours and a half": 9000,
    "a minute and a half": 90,
    "two and a half minutes": 150,
    "two-and-a-half-minute": 150,
    "1 hour, 30 minutes": 5400,
    "1 hour and 30 minutes": 5400,
    "an hour and twenty minutes": 4800,
    "one hour thirty": 5400,
    "an hour and 20": 4800,
    "two minutes thirty": 150,
    "1h30": 5400,
    "1h30m": 5400,
    "1h 30m 5s": 5405,
    "1hr30min": 5400,
    "about ten minutes": 600,
    "1 hr 5 min": 3900,
    "2 hours, 5 minutes and 10 seconds": 7510,
    "3:30 minutes": 210,
    "1:30 hours": 5400,
    "01:30:00": 5400,
    "a couple of minutes": 120,
    "five more minutes": 300,
    "another ten minutes": 600,
    "one hundred and twenty minutes": 7200,
    "1 minute 90 seconds": 150,
    "one second": 1,
    "99 hours": 99 * HOUR,
}


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_durations(text: str, seconds: int) -> None:
    assert parsed("duration", text) == seconds


NO_DURATIONS = """
|ten|second|second timer|minutes|seconds|the hour|2:00|10:30|zero minutes|0 seconds|-5 minutes
|half a second|100 hours|ten minutes foo|foo ten minutes|30 minutes 1 hour|5 minutes 10 minutes
|5 to 10 minutes|5-7 minutes|a few minutes|ten minutes and|one hour a|1 hour 60
|1 second 5|hour hour|an hour minute|3:75 minutes|3:30 seconds|10 minute egg|1/0 hours|a day
|ten minutes to seven|seven thirty|a half|one hour and and ten minutes
"""


@pytest.mark.parametrize("text", NO_DURATIONS.replace("\n", "").split("|"))
def test_what_is_no_duration(text: str) -> None:
    assert parsed("duration", text) is None


@given(st.integers(1, 99 * HOUR))
def test_what_is_read_aloud_is_understood(seconds: int) -> None:
    text = duration_text(seconds)
    assert heard("duration", text) == parsed("duration", text) == seconds


@given(st.integers(1, 98), st.integers(1, 59))
def test_the_last_unit_may_be_left_out(more: int, less: int) -> None:
    assert parsed("duration", f"{more} hours {less}") == (60 * more + less) * 60
    assert parsed("duration", f"{more} minutes and {less}") == 60 * more + less
