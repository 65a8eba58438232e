"""The normal form that skills' patterns are written in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.spoken.words import cardinal
from assistant.understand.normal import normal
from assistant.understand.numerals import in_digits


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("What's the time?", "what is the time"),
        ("Hey Jarvis, could you please tell me what time it is?", "what time it is"),
        ("um, what is, uh, the date", "what is the date"),
        ("Set a ten-minute timer, please.", "set a 10 minute timer"),
        ("Set a timer for 10 minutes", "set a timer for 10 minutes"),
        ("Set a timer for ten minutes.", "set a timer for 10 minutes"),
        ("It's 7 p.m.", "it is 7 pm"),
        ("wake me at 7:30am", "wake me at 7:30 am"),
        ("15% of $1,000", "15 percent of 1000"),
        ("3 x 4", "3 times 4"),
        ("3*4+2", "3 times 4 plus 2"),
        ("(2 - -3) / 4", "( 2 minus minus 3 ) divided by 4"),
        ("3/4 cup", "3/4 cup"),
        ("2^3 = ?", "2 to the power of 3 equals"),
        ("today’s date", "todays date"),
        ("I don't know", "i do not know"),
        ("I can't", "i can not"),
        ("Okay, so what's up", "what is up"),
        ("Would you please turn on the lamp", "turn on the lamp"),
        ("thanks", "thanks"),
        ("", ""),
        ("x" * 1000, ""),
    ],
)
def test_normal_form(said: str, wanted: str) -> None:
    assert normal(said) == wanted


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("twenty five", "25"),
        ("ten thirty", "10 30"),
        ("two hundred and five eggs", "205 eggs"),
        ("one thousand and one", "1001"),
        ("a hundred and a half", "100 and a half"),
        ("a thousand", "1000"),
        ("a timer", "a timer"),
        ("twelve hundred", "1200"),
        ("two and three", "2 and 3"),
        ("three point one four", "3.14"),
        ("3 point 14", "3.14"),
        ("2 million", "2000000"),
        ("nineteen ninety nine", "19 99"),
        ("twenty first", "20 first"),
        ("five point", "5 point"),
        ("zero zero seven", "0 0 7"),
        ("salt and two eggs", "salt and 2 eggs"),
    ],
)
def test_numbers_in_words(words: str, digits: str) -> None:
    assert in_digits(words) == digits


@settings(deadline=None)
@given(st.integers(0, 10**15 - 1))
def test_every_number_that_can_be_said_is_understood(number: int) -> None:
    assert in_digits(cardinal(number).replace("-", " ")) == str(number)


@settings(deadline=None)
@given(st.text(max_size=100))
def test_the_normal_form_is_plain(text: str) -> None:
    form = normal(text)
    assert form == form.lower() or not form.isascii()
    assert form == " ".join(form.split())
    assert not set(form) & set(',;!?"*_+=%$#@<>[]{}|\\')
