"""What others wrote does nothing by being read: neither marked in a prompt, nor written by a model
that obeys it."""

import json
from datetime import datetime

from assistant.skills.alarms import Alarms
from assistant.skills.lists import AddToList, Lists
from assistant.skills.skill import Risk
from assistant.tools import BadCalls, catalogue, is_calls, parse_calls
from assistant.understand.slots import Parser
from tests.unit.injections import INJECTIONS

NOW = datetime(2026, 11, 21, 10, 45)


def words(text: str, now: datetime) -> object | None:
    return text


SLOTS: dict[str, Parser] = dict.fromkeys(
    ("time", "day", "days", "name", "duration", "items", "list"), words
)
TOOLS = catalogue((*Alarms.intents, *Lists.intents), SLOTS)


def test_there_are_enough_and_none_twice() -> None:
    assert len(set(INJECTIONS)) == len(INJECTIONS) >= 100


def test_a_model_that_repeats_it_calls_nothing_that_needs_no_question() -> None:
    """It may call what it is told to call: then that is no more than an intent, and one that does
    harm is of a kind that is asked about."""
    for text in INJECTIONS:
        calls = parse_calls(text, TOOLS, NOW)
        if not isinstance(calls, BadCalls):
            assert is_calls(text)
            assert {call.risk for call in calls} == {Risk.CONFIRM}, text


def test_in_an_argument_it_stays_an_argument() -> None:
    for text in INJECTIONS:
        reply = json.dumps([{"tool": "add_to_list", "arguments": {"items": text}}])
        calls = parse_calls(reply, TOOLS, NOW)
        assert isinstance(calls, BadCalls) or list(map(type, calls)) == [AddToList], text


def test_a_model_that_copies_it_as_it_stands_adds_no_more_than_questions() -> None:
    for text in INJECTIONS:
        reply = f'[{{"tool": "add_to_list", "arguments": {{"items": "{text}"}}}}]'
        calls = parse_calls(reply, TOOLS, NOW)
        if not isinstance(calls, BadCalls):
            others = [call for call in calls if not isinstance(call, AddToList)]
            assert all(call.risk is Risk.CONFIRM for call in others), text


def test_it_is_not_taken_for_a_name() -> None:
    for text in INJECTIONS:
        tool = {"tool": text, "arguments": {}}
        argument = {"tool": "list_alarms", "arguments": {text: "yes"}}
        for call in (tool, argument):
            assert isinstance(parse_calls(json.dumps([call]), TOOLS, NOW), BadCalls), text


def test_what_asks_before_it_acts_cannot_be_told_that_it_has_asked() -> None:
    for tool in TOOLS:
        if tool.intent.risk is Risk.CONFIRM:
            told = [{"tool": tool.name, "arguments": {"confirmed": "yes"}}]
            assert isinstance(parse_calls(json.dumps(told), TOOLS, NOW), BadCalls)
