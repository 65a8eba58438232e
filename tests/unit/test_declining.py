"""What one skill declines others may answer; and sentences that do not fit their intents."""

from dataclasses import make_dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.alerts import Moment
from assistant.errors import ConfigError
from assistant.skills.chance import FlipCoin, PickNumber, RollDice
from assistant.skills.home import Home, HomeState
from assistant.skills.lists import Lists
from assistant.skills.skill import Intent
from assistant.skills.unable import Inability
from assistant.understand.dialogue import REFUSED, Dialogue
from assistant.understand.matcher import Matcher
from assistant.world import Entity, World

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=ZoneInfo("America/New_York"))
WORLD = World(
    NOW,
    Moment(0, 0, ""),
    lists={"shopping": ("milk",)},
    home=(Entity("cover.g", "Garage door", "open", "cover"),),
)
DIALOGUE = Dialogue([Lists(), Home(), Inability()], "en")


def reply(text: str) -> str | None:
    answer = DIALOGUE.answer(text, WORLD)
    return answer.reply.text if answer else None


def test_the_next_likely_one_answers() -> None:
    assert reply("Is the garage door open?") == "The garage door is open."
    assert reply("Is the store open?") == "I can't look things up: I work without the internet."
    assert reply("What's in the fridge?") is None


def test_what_is_declined_is_not_refused_either() -> None:
    assert reply("Don't put the pan on the stove.") is None
    assert reply("Don't put milk on the list.") == REFUSED.text


def test_a_language_model_is_told_why() -> None:
    answer = DIALOGUE.carry_out([HomeState("sauna")], WORLD)
    assert answer.reply.text == "I don't know a thing called sauna."


def test_a_sentence_must_not_fill_what_its_intent_has_not() -> None:
    bare = make_dataclass("RollDice", [], bases=(Intent,))
    assert Matcher([("chance", (FlipCoin, RollDice, PickNumber))], "en").candidates(
        "roll a d 6", NOW
    )
    with pytest.raises(ConfigError, match=r"RollDice has no slot '(count|sides)'"):
        Matcher([("chance", (FlipCoin, bare, PickNumber))], "en")
