"""Whether a transcript asks for something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asking import asks


@pytest.mark.parametrize(
    "text",
    [
        "What time is it?",
        "what's the weather like",
        "Set a timer for ten minutes.",
        "Please turn on the kitchen light.",
        "Okay, so, could you please stop?",
        "I'd like a large cappuccino.",
        "I want to hear some music",
        "We need eggs.",
        "Stop.",
        "Never mind.",
        "Hello, how are you?",
        "I have two eggs and some cheese. What can I cook?",
        "Two eggs and some cheese?",
        "Let's hear some jazz",
        "Dim the lights",
        "Kitchen light off.",
        "Volume up!",
        "Hello.",
        "Kitchen lights.",
        "Two teas, please.",
        "",
        "!",
    ],
)
def test_a_question_an_order_or_a_wish_asks(text: str) -> None:
    assert asks(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "Two eggs and some cheese.",
        "The light in the kitchen is broken.",
        "This is a test",
        "Tomorrow is my birthday.",
        "What time is it? The clock in the kitchen",
        "Hello there, my friend.",
        "You will then be asked for a prompt",
        "So there was this man",
    ],
)
def test_a_statement_does_not(text: str) -> None:
    assert not asks(text, "en")


@pytest.mark.parametrize("language", ["de", "fr"])
def test_other_languages_are_not_known(language: str) -> None:
    assert asks("Der Kuchen ist fertig.", language)


@given(st.text(max_size=80))
def test_any_text_has_an_answer_and_case_does_not_matter(text: str) -> None:
    assert asks(text, "en") == asks(text.strip(), "en")


@given(st.text(alphabet="abc delimostuvw ,.?", max_size=60))
def test_a_question_mark_asks(text: str) -> None:
    assert asks(text + "?", "en")
