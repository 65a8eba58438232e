"""What people say is understood, and what is no order changes nothing: the promise of the skills.

The phrases were written without a look at the templates. One that is not understood stays in its
file; only a label that is wrong is corrected.
"""

import time
from functools import cache
from pathlib import Path

import pytest

from assistant.evaluate.intents import Judge, Outcome
from assistant.evaluate.phrases import Request, load, sampled
from assistant.skills import SKILLS
from assistant.understand.dialogue import Dialogue

PHRASES = Path(__file__).parents[1] / "phrases"
MOST = 500
"""Of each file: of every intent some, always the same ones, so that it takes a few seconds. All of
them, and how long matching takes: `assistant eval intents`."""


@cache
def judge() -> Judge:
    at_home = list(SKILLS.values())
    without = [skill for skill in at_home if skill.name != "home"]
    skill_of = {intent.__name__: skill.name for skill in at_home for intent in skill.intents}
    return Judge((Dialogue(without, "en"), Dialogue(at_home, "en")), skill_of, time.perf_counter)


def outcomes(file: str) -> list[Outcome]:
    return [judge().judge(phrase) for phrase in sampled(load(PHRASES / file), MOST)]


def wrong(judged: list[Outcome]) -> list[str]:
    return [
        f"{one.group}: {one.text!r}: {one.understood}, not {one.wanted}"
        for one in judged
        if not one.right
    ]


@pytest.mark.parametrize("file", ["requests.jsonl", "home.jsonl", "dialogues.jsonl"])
def test_what_people_say_is_understood(file: str) -> None:
    judged = outcomes(file)
    failures = wrong(judged)
    assert len(failures) <= 0.02 * len(judged), "\n".join(failures)


def test_what_is_no_order_changes_nothing() -> None:
    failures = wrong(outcomes("nothing.jsonl"))
    assert not failures, "\n".join(failures)


def test_every_intent_is_asked_for() -> None:
    phrases = [*load(PHRASES / "requests.jsonl"), *load(PHRASES / "home.jsonl")]
    asked = {name for row in phrases if isinstance(row, Request) for name in row.intent}
    assert asked == {kind.__name__ for skill in SKILLS.values() for kind in skill.intents}
