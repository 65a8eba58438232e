"""What a cook looks up: cooking times, safe temperatures, substitutes.

Only what stands in the tables is answered. Wrong advice on food is worse than none.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from assistant.skills.kitchen.names import is_many, looked_up
from assistant.skills.kitchen.tables import (
    SafeHeat,
    cooking_times,
    plain_ways,
    safe_heats,
    substitutes,
)
from assistant.skills.skill import Intent, Reply, Risk
from assistant.world import World


@dataclass(frozen=True, slots=True)
class CookingTime(Intent):
    """How long food takes to cook."""

    risk: ClassVar[Risk] = Risk.READ
    food: str
    """As "soft boiled eggs"."""
    way: str = ""
    """Of cooking: "boil", "steam", "roast"… Empty: the usual one."""
    if_known: str = field(default="", compare=False)
    """Not empty: only of food in the tables; "how long for the bus" is about none."""

    def amended(self, **slots: object) -> Intent | None:
        food = slots.get("food")
        return CookingTime(food, self.way) if isinstance(food, str) else None


@dataclass(frozen=True, slots=True)
class SafeTemperature(Intent):
    """Temperature inside food at which it is safe to eat."""

    risk: ClassVar[Risk] = Risk.READ
    food: str
    """As "chicken"."""
    if_known: str = field(default="", compare=False)
    """As in `CookingTime`."""

    def amended(self, **slots: object) -> Intent | None:
        food = slots.get("food")
        return SafeTemperature(food) if isinstance(food, str) else None


@dataclass(frozen=True, slots=True)
class Substitute(Intent):
    """What to use in place of an ingredient."""

    risk: ClassVar[Risk] = Risk.READ
    ingredient: str
    """As "buttermilk"."""

    def amended(self, **slots: object) -> Intent | None:
        ingredient = slots.get("ingredient")
        return Substitute(ingredient) if isinstance(ingredient, str) else None


class Cooking:
    name = "cooking"
    intents: tuple[type[Intent], ...] = (
        CookingTime,
        SafeTemperature,
        Substitute,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case CookingTime(food, way):
                time = looked_up(plain_ways(f"{way} {food}"), cooking_times(), _ANY_SIZE)
                if time is None:
                    unknown = f"I don't know how long {_cooked(food, way)}."
                    return Reply(unknown, declines=bool(intent.if_known))
                return Reply(time)
            case SafeTemperature(food):
                heat = looked_up(food, safe_heats(), _ANY_WAY)
                if heat is None:
                    return Reply(_unknown_heat(food), declines=bool(intent.if_known))
                return Reply(_safe(food, heat))
            case Substitute(ingredient):
                text = looked_up(ingredient, substitutes(), _ANY_SIZE)
                return Reply(text or f"I don't know a substitute for {ingredient}.")
        return Reply("I don't know that.")

    def question(self, intent: Intent, world: World) -> str | None:
        return None


_ANY_SIZE = frozenset("large medium small big fresh whole raw organic dried dry".split())
"""Words that change nothing in what these tables say, where they do not tell them apart."""
_ANY_WAY = frozenset(
    "roast roasted grilled baked fried cooked smoked bbq barbecued boneless skinless bone whole raw"
    " fresh frozen rare".split()
)
"""However meat is cooked, it is safe at the same temperature."""


def _cooked(food: str, way: str) -> str:
    """ "kohlrabi takes", "beans take", "steaming beans takes"."""
    if not way:
        return f"{food} {'take' if is_many(food) else 'takes'}"
    return f"{way.removesuffix('e')}ing {food} takes"


_COUNTED = frozenset(
    "burger cheeseburger hamburger steak roast breast quiche frittata omelet omelette casserole "
    "hen fillet".split()
)
"""Last words of foods of which there is one: "a burger", but "beef"."""


def _safe(food: str, heat: SafeHeat) -> str:
    if heat.text:
        text = heat.text.replace("{food}", food)
    else:
        celsius = round((heat.fahrenheit or 0) * 5 / 9 - 160 / 9)
        one = food.split()[-1] in _COUNTED
        article = ("an " if food[0] in "aeiou" else "a ") if one else ""
        text = f"{article}{food} should reach {heat.fahrenheit}°F ({celsius}°C) inside"
        text += f", then rest for {heat.rest_min} minutes." if heat.rest_min else "."
    return text[:1].upper() + text[1:]


def _unknown_heat(food: str) -> str:
    return f"I don't know the safe temperature of {food}."
