"""What is printed of what is being said."""

import json

import pytest

from assistant.commands.journal import Journal
from assistant.events import Glimpsed

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
