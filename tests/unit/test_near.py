"""What recognisers mix up is put right, within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understand.near import MOST, corrected

WORDS = frozenset(
    "set a an the timer alarm for at on in and list shopping add to what is how long overheating "
    "minutes minute hour remind me reminder volume question calculate pasta toaster are you".split()
)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("said in alarm for noon", "set an alarm for noon"),
        ("set a time or for 10 minutes", "set a timer for 10 minutes"),
        ("set a timer for 1 hour in 30 minutes", "set a timer for 1 hour and 30 minutes"),
        ("begin at 10 minute timer", "begin a 10 minute timer"),
        ("10th minute timer", "10 minute timer"),
        ("half our timer", "half hour timer"),
        ("at milk to the shopping list", "add milk to the shopping list"),
        ("add milk to the shopping less", "add milk to the shopping list"),
        ("wake me that 8", "wake me at 8"),
        ("at 8tm remind me to call", "at 8 pm remind me to call"),
        ("1 cup and tablespoons", "1 cup in tablespoons"),
        ("how many grams are in a couple of sugar", "how many grams are in a cup of sugar"),
        ("i am set a timer", "set a timer"),
        ("set a tiner for 5 minutes", "set a timer for 5 minutes"),
        ("are you over eating", "are you overheating"),
    ],
)
def test_what_is_mixed_up_is_put_right(heard: str, said: str) -> None:
    assert said in list(corrected(heard, WORDS))


def test_several_that_are_mixed_up_are_put_right_together() -> None:
    readings = list(corrected("said a time or for 1 hour in 5 minutes", WORDS))
    assert "set a timer for 1 hour and 5 minutes" in readings


@pytest.mark.parametrize(
    "request_",
    [
        "set a timer for 10 minutes",
        "what is the volume",
        "add bread to the shopping list",  # "ad" stands inside a word
        "a couple of minutes",
        "wake me at 8",
    ],
)
def test_what_needs_no_correction_has_none(request_: str) -> None:
    assert list(corrected(request_, WORDS | {"wake", "bread", "couple"})) == []


def test_a_unit_is_no_word_to_be_replaced() -> None:
    assert all("quarts" in each for each in corrected("2 quarts", frozenset(("quarto", "charts"))))


def test_two_words_are_one_only_if_hardly_a_letter_is_off() -> None:
    assert not any("toaster" in each for each in corrected("salt to taste", WORDS))


def test_of_words_equally_near_none_is_taken() -> None:
    assert list(corrected("wake tham", frozenset(("wake", "them", "than", "thaw")))) == []


@given(st.text("abdeilmnorst 158", max_size=60))
def test_readings_are_few_and_tidy(text: str) -> None:
    request = " ".join(text.split())
    readings = list(corrected(request, WORDS))
    assert len(readings) <= 40 + 2 + len(request.split())
    assert all(each == " ".join(each.split()) for each in readings)
    assert request not in readings


def test_more_unknown_words_than_may_be_replaced_are_left_alone() -> None:
    assert MOST == 2
    assert list(corrected("tiner alarn volumf", WORDS)) == []
