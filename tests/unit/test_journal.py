"""What is printed of what is being said."""

import json

import pytest

from assistant.commands.journal import Journal
from assistant.events import Attempt, Entered, Glimpsed, Respond

NEWS = Glimpsed("turn on the")


def printed(capsys: pytest.CaptureFixture[str], words: bool, as_json: bool) -> str:
    Journal(words, as_json)(0.0, NEWS)
    return capsys.readouterr().out


def test_partial_words_are_a_line_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, words=True, as_json=False)[10:] == "hearing   turn on the\n"


def test_partial_words_are_an_event_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    line = printed(capsys, words=True, as_json=True)
    assert json.loads(line) == {"event": "partial", "text": NEWS.text}


@pytest.mark.parametrize("as_json", [False, True])
def test_without_words_there_is_not_even_a_line(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    assert printed(capsys, words=False, as_json=as_json) == ""


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("state", ["thinking", "speaking"])
def test_the_state_in_which_the_request_is_told_is_told_too(
    capsys: pytest.CaptureFixture[str], words: bool, state: str
) -> None:
    journal = Journal(words, as_json=True)
    journal(0.0, Respond(Attempt(1), (), "what time is it"))
    journal(0.0, Entered(state))
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["event"] for row in rows] == ["request", "state"]
    assert rows[0].get("text") == ("what time is it" if words else None)
    assert rows[1]["state"] == state
