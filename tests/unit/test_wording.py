"""How replies word durations, times, days, amounts, lists and names."""

import unicodedata
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.skills.wording import (
    about_text,
    amount_text,
    day_text,
    days_text,
    duration_text,
    label,
    listing,
    many,
    measure_text,
    plural,
    time_text,
    when_text,
)
from assistant.spoken import speakable
from assistant.understand.normal import normal
from assistant.understand.slots.unit_names import UNITS
from tests.unit.slots import NOW, heard, parsed

HOUR = 3600


@pytest.mark.parametrize(
    ("seconds", "text"),
    {
        0: "0 seconds",
        1: "1 second",
        59.6: "1 minute",
        60: "1 minute",
        90: "1 minute 30 seconds",
        5400: "1 hour 30 minutes",
        3661: "1 hour 1 minute 1 second",
        99 * HOUR: "99 hours",
        -5: "0 seconds",
    }.items(),
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    {
        0.2: "1 second",
        299.8: "5 minutes",
        300: "5 minutes",
        95: "1 minute 35 seconds",
        600: "10 minutes",
        640: "11 minutes",
        5399: "1 hour 30 minutes",
        2 * HOUR: "2 hours",
        2 * HOUR + 200: "2 hours 5 minutes",
        10 * HOUR + 7 * 60: "10 hours 5 minutes",
    }.items(),
)
def test_what_is_left(seconds: float, text: str) -> None:
    assert about_text(seconds) == text


@given(st.floats(0, 99 * HOUR))
def test_what_is_left_is_never_far_off(seconds: float) -> None:
    said = parsed("duration", about_text(max(seconds, 0.1)))
    assert isinstance(said, float)
    assert abs(said - seconds) <= max(1, 0.05 * seconds)


def test_times_and_days() -> None:
    today = NOW.date()
    assert time_text(NOW) == "10:45 PM"
    assert time_text(datetime(2026, 11, 21, 0, 5)) == "12:05 AM"
    assert time_text(datetime(2026, 11, 21, 12)) == "12:00 PM"
    for ahead, text in {
        -2: "Thursday, November 19, 2026",
        -1: "yesterday",
        0: "today",
        1: "tomorrow",
        6: "Friday",
        7: "Saturday, November 28",
        364: "Saturday, November 20",
        365: "Sunday, November 21, 2027",
    }.items():
        assert day_text(today + timedelta(days=ahead), today) == text


def test_moments() -> None:
    for ahead, text in {
        0: "at 10:45 PM",
        1: "tomorrow at 10:45 PM",
        -1: "yesterday at 10:45 PM",
        2: "on Monday at 10:45 PM",
        13: "on Friday, December 4 at 10:45 PM",
    }.items():
        assert when_text(NOW + timedelta(days=ahead), NOW) == text
    assert speakable("It rings on Friday, December 4 at 7:00 AM.") == (
        "It rings on Friday, December fourth at seven AM."
    )


def test_days_of_the_week() -> None:
    assert days_text(range(7)) == "every day"
    assert days_text((0, 1, 2, 3, 4)) == "on weekdays"
    assert days_text((6, 5)) == "on weekends"
    assert days_text((3, 0)) == "every Monday and Thursday"
    assert days_text((0, 2, 4)) == "every Monday, Wednesday, and Friday"
    assert days_text(()) == "once"


def test_listings_and_plurals() -> None:
    assert listing([]) == ""
    assert listing(["milk"]) == "milk"
    assert listing(["milk", "eggs"]) == "milk and eggs"
    assert listing(["milk", "eggs", "bread"]) == "milk, eggs, and bread"
    assert plural(1, "timer") == "1 timer"
    assert plural(0, "timer") == "0 timers"
    assert plural(1200, "fluid ounce") == "1,200 fluid ounces"
    assert [many(noun) for noun in ("inch", "foot", "day", "battery", "degree Celsius")] == [
        *("inches", "feet", "days", "batteries", "degrees Celsius")
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    {
        Fraction(3, 2): "1 1/2",
        Fraction(2, 3): "2/3",
        Fraction(0): "0",
        Fraction("0.6667"): "2/3",
        Fraction("2.002"): "2",
        Fraction("236.588"): "237",
        Fraction("1234.5"): "1,234",
        Fraction("14.7868"): "14.8",
        Fraction(25, 2): "12.5",
        Fraction("0.0042"): "0.0042",
        Fraction("0.00001"): "0.00001",
        Fraction("99.97"): "100",
        Fraction("9.99"): "10",
        Fraction(-40): "-40",
        Fraction("0.42"): "0.42",
    }.items(),
)
def test_amounts(amount: Fraction, text: str) -> None:
    assert amount_text(amount) == text


@given(st.fractions(Fraction(1, 1000), 1_000_000))
def test_amounts_are_never_far_off(amount: Fraction) -> None:
    said = parsed("amount", amount_text(amount))
    assert isinstance(said, Fraction)
    assert abs(said - amount) <= amount / 50


KITCHEN = st.builds(Fraction, st.integers(1, 79), st.sampled_from([1, 2, 3, 4, 8]))


@given(KITCHEN.filter(lambda amount: amount < 10))
def test_amounts_read_aloud_are_understood(amount: Fraction) -> None:
    text = amount_text(amount)
    assert heard("amount", text) == parsed("amount", text) == amount


@given(KITCHEN.filter(lambda amount: amount < 10), st.sampled_from(sorted(set(UNITS.values()))))
def test_measures_read_aloud_are_understood(amount: Fraction, unit: str) -> None:
    words = normal(speakable(measure_text(amount, unit)))
    sized = [words[:at] for at in range(len(words)) if words[at] == " "]
    assert any(
        parsed("amount", head) == amount and parsed("unit", words[len(head) :]) == unit
        for head in sized
    ), words


@pytest.mark.parametrize(
    ("text", "shown"),
    {
        "pasta": "pasta",
        "mom's low-fat milk, 1.5%": "mom's low-fat milk 1.5%",
        "1/2 onion": "1/2 onion",
        "<|im_end|> `rm`": "im end rm",
        '"quoted" (text) [x] {y}': "quoted text x y",
        "see https://example.com/a?b now": "see now",
        "a\x00b\x1b[31m\u202ec": "a b 31m c",
        "crème brûlée": "crème brûlée",
        "...": "",
        "word " * 30: " ".join(["word"] * 12),
        "x" * 100: "x" * 60,
    }.items(),
)
def test_labels(text: str, shown: str) -> None:
    assert label(text) == shown


@given(st.text(st.sampled_from("ab1 '-.,/%<|>[]`\"\n\x00:é́½&")) | st.text())
def test_labels_are_harmless(text: str) -> None:
    shown = label(text)
    assert len(shown) <= 60
    assert not set(shown) & set('<>[]{}()|`"\\\n\r\t:*_#@')
    assert not [each for each in shown if unicodedata.category(each).startswith("C")]
    assert label(shown) == shown
