"""The tables beside this file, read once: each row names its food, its source and what it says."""

import re
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from assistant.skills.kitchen.names import Key, key

_HERE = Path(__file__).parent
_WAYS = {
    form: way
    for way, forms in {
        "boil": "boils boiled boiling",
        "simmer": "simmers simmered simmering",
        "steam": "steams steamed steaming",
        "roast": "roasts roasted roasting",
        "bake": "bakes baked baking",
        "grill": "grills grilled grilling barbecue barbecued",
        "broil": "broils broiled broiling",
        "fry": "fries fried frying",
        "poach": "poaches poached poaching",
        "scramble": "scrambles scrambled scrambling",
        "caramelize": "caramelizes caramelized caramelizing",
        "sear": "sears seared searing",
        "reheat": "reheats reheated reheating",
        "mash": "mashed mashing",
    }.items()
    for form in forms.split()
}
_WEIGHT = re.compile(r"\b[\d./]+ (?:pound|lb|kilo|kilogram|kg|ounce|oz|gram|g)s?\b(?: of)?")
_JUST_COOKED = frozenset("cook cooks cooked cooking make makes making prepare".split())


@dataclass(frozen=True, slots=True)
class SafeHeat:
    """Temperature inside at which a food is safe to eat."""

    fahrenheit: int | None
    """None: there is none to measure, `text` says what to look for."""
    rest_min: int = 0
    """Minutes of rest after that."""
    text: str = ""


@cache
def weights() -> dict[Key, Fraction]:
    """Ingredient -> grams of a US cup of it."""
    table: dict[Key, Fraction] = {}
    for row in _rows("weights"):
        for name in row["names"]:
            table[key(name)] = Fraction(str(row["cup_g"]))
    return table


@cache
def cooking_times() -> dict[Key, str]:
    """Food, with or without the way of cooking -> how long it takes, as a sentence. Without one,
    the first row of a food in the file is meant."""
    table: dict[Key, str] = {}
    for row in _rows("times"):
        for name in row["names"]:
            for way in ("", *row.get("ways", ())):
                table.setdefault(key(plain_ways(f"{way} {name}")), row["text"])
    return table


def plain_ways(food: str) -> str:
    """Ways of cooking in one form, and no word for cooking in general: "how long to boil eggs" and
    "boiled eggs" are one food."""
    food = _WEIGHT.sub("", food.lower())  # the tables say what a pound takes
    words = (_WAYS.get(word, word) for word in re.findall(r"[\w']+", food))
    return " ".join(word for word in words if word not in _JUST_COOKED)


@cache
def safe_heats() -> dict[Key, SafeHeat]:
    """Food -> when it is safe to eat."""
    table: dict[Key, SafeHeat] = {}
    for row in _rows("safe"):
        heat = SafeHeat(row.get("fahrenheit"), row.get("rest_min", 0), row.get("text", ""))
        for name in row["names"]:
            table[key(name)] = heat
    return table


@cache
def substitutes() -> dict[Key, str]:
    """Ingredient -> what to use in its place, as a sentence."""
    return {key(name): row["text"] for row in _rows("substitutes") for name in row["names"]}


def _rows(table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((_HERE / f"{table}.toml").read_text("utf-8"))["row"]
    return rows
