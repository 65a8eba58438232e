"""Conversions for cooking: volume, mass, temperature, and cups of flour by their density."""

from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import ClassVar

from assistant.skills.kitchen import measures
from assistant.skills.kitchen.measures import CELSIUS, FAHRENHEIT, GAS_MARKS, STICK, Unit
from assistant.skills.kitchen.names import looked_up
from assistant.skills.kitchen.quantities import measured, number, rounded
from assistant.skills.kitchen.tables import weights
from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.wording import many
from assistant.world import World

MOST = 1_000_000
"""Of a unit; nobody cooks more."""
_HARMLESS = frozenset("fresh plain regular white large organic unsalted salted cold".split())
"""Words of an ingredient that hardly change what a cup of it weighs."""


_CONTENTS = frozenset(
    "protein fat carb carbs carbohydrate carbohydrates fiber fibre caffeine alcohol cholesterol "
    "sodium calorie calories nutrient nutrients vitamin vitamins calcium iron potassium".split()
)
"""What is in food, and never weighed by the cup."""


@dataclass(frozen=True, slots=True)
class Convert(Intent):
    """Convert an amount into another unit."""

    risk: ClassVar[Risk] = Risk.READ
    amount: Fraction
    """How much."""
    unit: str
    """Of what unit, as "cup"."""
    to: str = ""
    """Into which unit. Empty: the usual other one."""
    ingredient: str = ""
    """Of what, when volume and mass are to be compared: "flour"."""

    def amended(self, **slots: object) -> Intent | None:
        known = {field.name for field in fields(self)}
        if not slots or not known.issuperset(slots):
            return None
        if "unit" in slots and "amount" not in slots:  # "and in ounces?"
            slots["to"] = slots.pop("unit")
        return replace(self, **slots)  # type: ignore[arg-type]  # parsed into these very slots


@dataclass(frozen=True, slots=True)
class GasMark(Intent):
    """The oven temperature of a British gas mark."""

    risk: ClassVar[Risk] = Risk.READ
    amount: Fraction
    """The mark, 1/4 to 9."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"amount": Fraction() as mark, **others} if not others:
                return GasMark(mark)
        return None


class Units:
    name = "units"
    intents: tuple[type[Intent], ...] = (Convert, GasMark)

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case GasMark(mark):
                return Reply(_gas_mark(mark))
            case Convert(amount) if abs(amount) > MOST:
                return Reply("That is more than I can convert.")
            case Convert(amount, unit, to) if unit in _DEGREES:
                return Reply(_temperature(amount, unit, to))
            case Convert():
                return Reply(_quantity(intent), declines=_asks_contents(intent))
        return Reply("I can't convert that.")

    def question(self, intent: Intent, world: World) -> str | None:
        return None


def _asks_contents(ask: Convert) -> bool:
    """Whether it is about what is in a food: sugar "in a cup of milk"."""
    words = ask.ingredient.split()
    return not _CONTENTS.isdisjoint(words) or "in" in words or bool(words and ask.to == "calorie")


_DEGREES = {CELSIUS: "°C", FAHRENHEIT: "°F"}


def _gas_mark(mark: Fraction) -> str:
    if mark not in GAS_MARKS:
        return f"There is no gas mark {number(mark, parts=True)}."
    fahrenheit, celsius = GAS_MARKS[mark]
    return f"Gas mark {number(mark, parts=True)} is {fahrenheit}°F, or {celsius}°C."


def _temperature(degrees: Fraction, unit: str, to: str) -> str:
    if to and to not in _DEGREES:
        return f"I can't convert degrees to {many(to)}."
    result = round(measures.temperature(degrees, unit))
    other = CELSIUS if unit == FAHRENHEIT else FAHRENHEIT
    return f"{number(degrees)}{_DEGREES[unit]} is {result:,}{_DEGREES[other]}."


def _quantity(ask: Convert) -> str:
    name, to_name = ask.unit, ask.to
    if name not in measures.UNITS or (to_name and to_name not in measures.UNITS):
        return f"I can't convert {many(name)}{f' to {many(to_name)}' if to_name else ''}."
    ingredient = ask.ingredient or ("butter" if STICK in (name, to_name) else "")
    cup_g = looked_up(ingredient, weights(), _HARMLESS) if ingredient else None
    to_name = to_name or _usual(name, weighs=cup_g is not None)
    name, to_name = _fluid(name, to_name, ingredient)
    unit, to = _sticks(name, to_name)
    of_it = f" of {ask.ingredient}" if ask.ingredient else ""
    result = measures.converted(ask.amount, unit, to, cup_g)
    if result is None and "length" not in (unit.kind, to.kind):
        if ingredient:
            return f"I don't know how much a cup of {ingredient} weighs."
        return "That depends on what it is: flour, say, or butter."
    if result is None:
        return f"I can't convert {many(name)} to {many(to_name)}."
    text, exact = rounded(result, to_name)
    about = "" if exact and unit.kind == to.kind else "about "
    return f"{measured(ask.amount, name)}{of_it} is {about}{text}."


def _usual(unit: str, weighs: bool) -> str:
    """What a cook most likely wants to know."""
    kind = measures.UNITS[unit].kind
    if weighs and unit != STICK and kind != "length":
        return "gram" if kind == "volume" else "cup"
    return measures.UNITS[unit].usual


def _fluid(unit: str, to: str, ingredient: str) -> tuple[str, str]:
    """Ounces against cups are fluid ounces, as long as nothing is said that could be weighed."""
    volume = {name for name, each in measures.UNITS.items() if each.kind == "volume"}
    if not ingredient and unit == "ounce" and to in volume:
        return "fluid ounce", to
    if not ingredient and to == "ounce" and unit in volume:
        return unit, "fluid ounce"
    return unit, to


def _sticks(unit: str, to: str) -> tuple[Unit, Unit]:
    """Sticks are a volume against cups and spoons, a weight against grams."""
    one, other = measures.UNITS[unit], measures.UNITS[to]
    if unit == STICK and other.kind == "volume":
        one = measures.STICK_VOLUME
    if to == STICK and one.kind == "volume":
        other = measures.STICK_VOLUME
    return one, other
