"""Tools: what a model is told of an intent, and what becomes of its calls."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm import LlmSettings
from assistant.skills import SKILLS
from assistant.skills.lists import AddToList
from assistant.skills.skill import Intent, Risk
from assistant.tools import (
    BadCalls,
    calls_only,
    catalogue,
    describe,
    is_calls,
    parse_calls,
    schema,
    text_or_calls,
)
from assistant.understand.slots import SLOTS as REAL
from assistant.understand.slots import Parser

NOW = datetime(2026, 11, 21, 10, 45)


@dataclass(frozen=True, slots=True)
class Boil(Intent):
    """Boil
    something."""

    risk: ClassVar[Risk] = Risk.MAKE
    food: str
    """What is
    boiled."""
    duration: float = 60
    """How long."""
    old: int | None = None


@dataclass(frozen=True, slots=True)
class ForgetAll(Intent):
    """Forget all."""

    risk: ClassVar[Risk] = Risk.CONFIRM


@dataclass(frozen=True, slots=True)
class Ask(Intent):
    """Ask for one."""

    day: date | None = None
    food: str = ""


@dataclass(frozen=True, slots=True)
class Hidden(Intent):
    tool: ClassVar[bool] = False


def seconds(words: str, now: datetime) -> object | None:
    number, _, unit = words.partition(" ")
    return 60.0 * int(number) if number.isdigit() and unit in ("minute", "minutes") else None


SLOTS: Mapping[str, Parser] = {
    "food": lambda words, now: words,
    "duration": seconds,
    "time": lambda words, now: int(words) if words.isdigit() else None,
    "day": lambda words, now: now.date() if words == "today" else None,
}
TOOLS = catalogue((Boil, ForgetAll, Ask, Hidden), SLOTS)


def call(tool: str, **arguments: object) -> dict[str, object]:
    return {"tool": tool, "arguments": arguments}


def parsed(*calls: object) -> object:
    return parse_calls(json.dumps(calls), TOOLS, NOW)


def test_an_intent_is_offered_unless_it_says_otherwise() -> None:
    assert [tool.name for tool in TOOLS] == ["boil", "forget_all", "ask"]


def test_a_field_that_nothing_reads_is_found_at_the_start() -> None:
    with pytest.raises(KeyError, match="food"):
        catalogue((Boil,), {"duration": seconds})


def test_a_field_that_only_sentences_fill_is_left_out() -> None:
    (boil,) = catalogue((Boil,), {"food": SLOTS["food"]})
    assert [parameter.name for parameter in boil.parameters] == ["food"]


def test_every_intent_can_be_made_a_tool() -> None:
    tools = catalogue([intent for skill in SKILLS.values() for intent in skill.intents], REAL)
    assert len({tool.name for tool in tools}) == len(tools) > 40
    assert all(tool.description for tool in tools)


@pytest.mark.parametrize(
    "items", ["milk, eggs and bread", "Milk, eggs, and bread", "milk,eggs,bread"]
)
def test_things_may_be_listed_as_they_are_written(items: str) -> None:
    (adding,) = catalogue((AddToList,), REAL)
    calls = json.dumps([call("add_to_list", items=items)])
    assert parse_calls(calls, [adding], NOW) == (AddToList(("milk", "eggs", "bread")),)


def test_one_line_a_tool_is_told() -> None:
    *_, boil, forget, ask = describe(TOOLS).split("\n")
    assert boil == "boil(food, duration?, old?): Boil something."
    assert forget == "forget_all(): Forget all."
    assert ask == "ask(day?, food?): Ask for one."


def test_the_schema_of_a_tool() -> None:
    found = schema(TOOLS[0])
    assert found["required"] == ["food"]
    assert found["additionalProperties"] is False
    told: dict[str, Any] = found["properties"]
    assert list(told) == ["food", "duration", "old"]
    assert told["food"]["description"] == "What is boiled."
    assert told["duration"]["description"] == 'How long. Said as "10 minutes".'
    assert {each["type"] for each in told.values()} == {"string"}


def test_arguments_are_read_as_if_they_were_said() -> None:
    assert parsed(call("boil", food="Two eggs, please", duration="ten minutes")) == (
        Boil("2 eggs", 600),
    )


def test_what_is_left_out_is_as_the_intent_has_it() -> None:
    assert parsed(call("boil", food="eggs")) == (Boil("eggs"),)
    assert parsed(call("ask")) == (Ask(),)


def test_calls_keep_their_order() -> None:
    found = parsed(call("ask", day="today"), call("boil", food="eggs", old="7"), call("ask"))
    assert found == (Ask(NOW.date()), Boil("eggs", old=7), Ask())


def test_a_call_that_must_be_asked_about_is_only_an_intent_that_must_be_asked_about() -> None:
    assert parsed(call("forget_all")) == (ForgetAll(),)
    assert ForgetAll.risk is Risk.CONFIRM


BAD = {
    "more than three": [call("ask")] * 4,
    "none": [],
    "no list": call("ask"),
    "an unknown tool": [call("hidden")],
    "a class for a name": [call("ForgetAll")],
    "an unknown argument": [call("ask", force="yes")],
    "an argument is missing": [call("boil", duration="10 minutes")],
    "what no parser reads": [call("boil", food="eggs", duration="a while")],
    "a number": [call("boil", food=3)],
    "a list": [call("boil", food=["eggs"])],
    "empty": [call("boil", food="")],
    "nothing but politeness": [call("boil", food="please")],
    "too many words": [call("boil", food="egg " * 40)],
    "a control character": [call("boil", food="eggs\n")],
    "an invisible character": [call("boil", food="eg\u202egs")],
    "one good and one bad": [call("ask"), call("hidden")],
    "another key": [call("ask") | {"confirmed": "yes"}],
    "no arguments": [{"tool": "ask"}],
    "arguments that are none": [{"tool": "ask", "arguments": "today"}],
    "a name that is none": [{"tool": 3, "arguments": {}}],
    "words": ["ask"],
    "lists": [[call("ask")]],
}


@pytest.mark.parametrize("calls", BAD.values(), ids=BAD)
def test_of_a_list_with_anything_wrong_in_it_nothing_is_done(calls: object) -> None:
    assert isinstance(parse_calls(json.dumps(calls), TOOLS, NOW), BadCalls)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "[",
        "[" * 3000,
        '[{"tool": "ask", "arguments": {"day": "tod',
        '[{"tool": "ask", "arguments": {}}] Done!',
        'Done! [{"tool": "ask", "arguments": {}}]',
        '[{"tool": "ask", "tool": "forget_all", "arguments": {}}]',
        '[{"tool": "boil", "arguments": {"food": "eggs", "food": "toast"}}]',
        '[{"tool": "ask", "arguments": {"day": NaN}}]',
        '[{"tool": "ask", "arguments": {}}' + " " * 5000 + "]",
    ],
)
def test_what_is_not_json_calls_nothing(reply: str) -> None:
    assert isinstance(parse_calls(reply, TOOLS, NOW), BadCalls)


def test_why_a_list_is_bad_holds_nothing_that_the_model_wrote() -> None:
    for calls in ([call("secret")], [call("ask", secret="x")], [call("ask", day="secret")]):
        found = parse_calls(json.dumps(calls), TOOLS, NOW)
        assert isinstance(found, BadCalls)
        assert "secret" not in found.why


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["tool", "arguments", "food", "day"]), inner)
    ),
    max_leaves=12,
)


@given(st.text() | JSON.map(json.dumps))
def test_no_reply_raises(reply: str) -> None:
    found = parse_calls(reply, TOOLS, NOW)
    assert isinstance(found, BadCalls) or 1 <= len(found) <= 3


@pytest.mark.parametrize(
    ("setting", "small", "large"),
    [("auto", False, True), ("on", True, True), ("off", False, False)],
)
def test_small_models_are_offered_tools_only_on_request(
    setting: Literal["auto", "on", "off"], small: bool, large: bool
) -> None:
    settings = LlmSettings(tools=setting)
    assert settings.offers_tools(999_000_000) is small
    assert settings.offers_tools(1_240_000_000) is large


def test_a_reply_is_calls_from_its_first_sign_on() -> None:
    assert is_calls(' [{"to')
    assert not is_calls("")
    assert not is_calls("The list [of them].")


def rules(grammar: str) -> dict[str, str]:
    lines = (line for line in grammar.split("\n") if " ::= " in line)
    return dict(line.split(" ::= ", 1) for line in lines)


def test_the_grammar_names_every_tool_and_only_its_own_arguments() -> None:
    found = rules(calls_only(TOOLS, 3))
    assert found["root"] == "calls"
    assert r"\"boil\"" in found["boil-call"]
    assert r"\"food\"" in found["boil-call"]
    assert r"\"day\"" not in found["boil-call"]
    assert rules(text_or_calls(TOOLS, 3))["root"] == "calls | text"


def test_the_grammar_counts_calls() -> None:
    assert "{0,2}" in rules(calls_only(TOOLS, 3))["calls"]
    assert "{" not in rules(calls_only(TOOLS, 1))["calls"]
