"""Coins, dice and numbers: fair, within bounds, and the same for the same seed."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.alerts import Moment
from assistant.skills.chance import Chance, FlipCoin, PickNumber, RollDice
from assistant.skills.skill import Intent
from assistant.understand.matcher import Matcher
from assistant.world import World

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
MATCHER = Matcher([("chance", Chance.intents)], "en")


def answer(intent: Intent, seed: int = 1) -> str:
    return Chance().answer(intent, World(NOW, Moment(0, 0, ""), seed=seed)).text


def test_a_coin_falls_on_both_sides() -> None:
    falls = Counter(answer(FlipCoin(), seed) for seed in range(1000))
    assert set(falls) == {"It's heads.", "It's tails."}
    assert min(falls.values()) > 400


@given(st.integers(1, 10), st.integers(2, 1000), st.integers())
def test_dice_are_named_one_by_one_and_summed(count: int, sides: int, seed: int) -> None:
    text = answer(RollDice(count, sides), seed)
    rolls = [int(each) for each in re.findall(r"\d+", text.replace(",", " "))]
    if count > 1:
        assert sum(rolls[:-1]) == rolls.pop()
    assert len(rolls) == count
    assert all(1 <= roll <= sides for roll in rolls)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers())
def test_a_number_lies_between_its_bounds(low: int, high: int, seed: int) -> None:
    number = int(answer(PickNumber(low, high), seed).rstrip(".").replace(",", ""))
    assert min(low, high) <= number <= max(low, high)


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (RollDice(50), "I can roll 1 to 10 dice."),
        (RollDice(0), "I can roll 1 to 10 dice."),
        (RollDice(1, 1), "My dice have 2 to 1,000 sides."),
        (PickNumber(1, 10**30), "I pick numbers up to 1,000,000,000."),
    ],
    ids=str,
)
def test_says_what_it_can_do(intent: Intent, wanted: str) -> None:
    assert answer(intent) == wanted


REQUESTS: dict[str, Intent | None] = {
    "flip a coin": FlipCoin(),
    "heads or tails": FlipCoin(),
    "roll the dice": RollDice(),
    "roll 2 dice": RollDice(2),
    "roll a d20": RollDice(sides=20),
    "roll 3 d6": RollDice(3, 6),
    "roll 3d6": RollDice(3, 6),
    "roll 2 20 sided dice": RollDice(2, 20),
    "pick a number between 5 and 50": PickNumber(5, 50),
    "random number": PickNumber(),
    "roll the dough": None,
    "flip the pancake": None,
    "what number comes after 5": None,
}


@pytest.mark.parametrize(("request_", "wanted"), REQUESTS.items(), ids=REQUESTS)
def test_is_understood(request_: str, wanted: Intent | None) -> None:
    candidates = MATCHER.candidates(request_, NOW)
    assert (candidates[0].intent if candidates else None) == wanted
