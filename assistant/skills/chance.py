"""Coin, dice, and other things left to chance."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.wording import listing
from assistant.world import World

MOST_DICE = 10
MOST_SIDES = 1000
LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class FlipCoin(Intent):
    """Flip a coin."""

    risk: ClassVar[Risk] = Risk.READ
    again: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class RollDice(Intent):
    """Roll dice."""

    risk: ClassVar[Risk] = Risk.READ
    again: ClassVar[bool] = True
    count: int = 1
    """How many, 1 to 10."""
    sides: int = 6
    """Of each, 2 to 1000."""


@dataclass(frozen=True, slots=True)
class PickNumber(Intent):
    """A random whole number."""

    risk: ClassVar[Risk] = Risk.READ
    again: ClassVar[bool] = True
    low: int = 1
    """Not below."""
    high: int = 10
    """Not above."""


class Chance:
    name = "chance"
    intents: tuple[type[Intent], ...] = (
        FlipCoin,
        RollDice,
        PickNumber,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        chance = Random(world.seed)
        match intent:
            case RollDice(count, sides):
                return Reply(_rolled(count, sides, chance))
            case PickNumber(low, high):
                return Reply(_picked(min(low, high), max(low, high), chance))
        return Reply(chance.choice(("It's heads.", "It's tails.")))

    def question(self, intent: Intent, world: World) -> str | None:
        return None


def _rolled(count: int, sides: int, chance: Random) -> str:
    if not 1 <= count <= MOST_DICE:
        return f"I can roll 1 to {MOST_DICE} dice."
    if not 2 <= sides <= MOST_SIDES:
        return f"My dice have 2 to {MOST_SIDES:,} sides."
    rolls = [chance.randint(1, sides) for _ in range(count)]
    text = f"You rolled {listing([str(roll) for roll in rolls])}"
    return f"{text}, {sum(rolls)} in all." if count > 1 else f"{text}."


def _picked(low: int, high: int, chance: Random) -> str:
    if max(abs(low), abs(high)) > LARGEST:
        return f"I pick numbers up to {LARGEST:,}."
    return f"{chance.randint(low, high):,}."
