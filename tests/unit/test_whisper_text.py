"""What was not said never reaches the conversation; what was said does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines.whisper_decode import Decode
from assistant.engines.whisper_text import (
    comes_from_silence,
    repeats_itself,
    spoken,
    without_loop,
)

SURE, UNSURE, GUESS = -0.1, -0.9, -2.0
"""Log probabilities: 90 %, 41 %, 14 %."""


@pytest.mark.parametrize(
    "text",
    [
        "[BLANK_AUDIO]",
        " [MUSIC PLAYING]",
        "(upbeat music)",
        "(I)",
        "*sigh*",
        "♪",
        "♪♪ la la ♪",
        "...",
        "AHHHHHHHH",
        ">>",
        " - ",
        "",
        "[BLANK_AU",
        "(wind blow",
    ],
)
def test_descriptions_of_sounds_are_no_speech(text: str) -> None:
    assert spoken(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Turn on the light. [BLANK_AUDIO]", "Turn on the light."),
        ("(music) Stop (applause) it", "Stop it"),
        ("[door] *cough* What  time\nis it?", "What time is it?"),
        ("Call (555) 123.", "Call (555) 123."),
        (">> Hello.", "Hello."),
        ("Five plus five.", "Five plus five."),
        ("Is 100000 more than 99999?", "Is 100000 more than 99999?"),
        ("Ohhhhh, stop it.", "stop it."),
    ],
)
def test_speech_around_them_stays(text: str, expected: str) -> None:
    assert spoken(text) == expected


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert spoken(spoken(text)) == spoken(text)


@given(st.lists(st.sampled_from("turn on the kitchen light now".split()), min_size=1))
def test_plain_words_pass_unchanged(words: list[str]) -> None:
    assert spoken(" ".join(words)) == " ".join(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stop stop stop stop stop stop", "Stop"),
        ("Set a timer, set a timer, set a timer, set a", "Set a timer,"),
        ("What time is it? What time is it?", "What time is it?"),
        ("Hello Anna. I am here. I am here. I am here.", "Hello Anna. I am here."),
    ],
)
def test_a_loop_is_cut_to_one(text: str, expected: str) -> None:
    assert without_loop(text) == (expected, True)


@pytest.mark.parametrize(
    "text", ["", "No, no, no, no!", "Bye bye", "Knock knock, knock knock.", "one two three two one"]
)
def test_what_people_repeat_is_no_loop(text: str) -> None:
    assert without_loop(text) == (text, False)


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_cutting_a_loop_keeps_a_beginning(words: list[str]) -> None:
    text = " ".join(words)
    cut, looped = without_loop(text)
    assert text.startswith(cut)
    assert looped == (cut != text)


@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=4, max_size=6, unique=True),
    st.integers(2, 5),
)
def test_any_repeated_sentence_is_cut_to_one(words: list[str], times: int) -> None:
    assert without_loop(" ".join(words * times)) == (" ".join(words), True)


def test_repetition_is_noticed_through_case_and_marks() -> None:
    assert repeats_itself("Voyager. Onward. onward")
    assert repeats_itself("Hi John, wait. Hi, John, wait!")
    assert not repeats_itself("on and on we go")
    assert not repeats_itself("")


@pytest.mark.parametrize("text", ["Thank you.", " you", "Thanks for watching!"])
def test_phrases_made_up_in_silence_are_known(text: str) -> None:
    assert comes_from_silence(text)
    assert Decode(text, [UNSURE], capped=False).speech == ""
    assert Decode(text, [SURE], capped=False).speech == text.strip()


def test_a_guess_is_no_speech() -> None:
    assert Decode("I'm not going to go.", [GUESS], capped=False).speech == ""
    assert Decode("Pause timer.", [UNSURE], capped=False).speech == "Pause timer."


def test_only_an_implausible_pass_is_done_again() -> None:
    assert not Decode("Stop.", [SURE, SURE], capped=False).implausible(0.6)
    assert not Decode("", [], capped=False).implausible(0.6)
    assert not Decode(" ♪♪", [UNSURE], capped=True).implausible(0.6)
    assert Decode("Stop.", [SURE, SURE], capped=True).implausible(0.6)
    assert Decode("Stop.", [UNSURE, UNSURE], capped=False).implausible(0.6)
    assert Decode("Stop. Stop.", [SURE, SURE], capped=False).implausible(0.6)
