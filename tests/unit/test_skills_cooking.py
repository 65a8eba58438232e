"""Cooking times, safe temperatures, substitutes: what the tables say, and nothing else."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.alerts import Moment
from assistant.skills import kitchen
from assistant.skills.cooking import Cooking, CookingTime, SafeTemperature, Substitute
from assistant.skills.kitchen.tables import cooking_times, safe_heats, substitutes
from assistant.skills.skill import Intent
from assistant.understand.matcher import Matcher
from assistant.world import World

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
WORLD = World(NOW, Moment(0, 0, ""))
MATCHER = Matcher([("cooking", Cooking.intents)], "en")


def answer(request: str) -> str | None:
    candidates = MATCHER.candidates(request, NOW)
    return Cooking().answer(candidates[0].intent, WORLD).text if candidates else None


BEGINNINGS = {
    "how long do i boil eggs": "Hard-boiled eggs take 12 minutes",
    "how long to soft boil an egg": "Soft-boiled eggs take 5 minutes",
    "how long for hard boiled eggs": "Hard-boiled eggs take 12 minutes",
    "how long should i cook spaghetti": "Spaghetti and linguine take 8 to 10 minutes",
    "how long does brown rice need to cook": "Brown rice takes 45 to 50 minutes",
    "how long do potatoes take to boil": "Whole small potatoes boil",
    "how long to bake a potato": "Potatoes bake in 50 to 60 minutes",
    "how long do i roast a 12 pound turkey": "At 325°F, a 12-pound turkey",
    "how long do chicken thighs take in the oven": "Chicken legs and thighs take 40 to 50",
    "how long do i steam kohlrabi": "I don't know how long steaming kohlrabi takes.",
    "how long do i grill lasagna": "I don't know how long grilling lasagna takes.",
    "what temperature should chicken be": "Chicken should reach 165°F (74°C) inside.",
    "internal temperature for pork chops": "Pork chops should reach 145°F (63°C) inside, then rest",
    "what is the safe temperature for ground beef": "Ground beef should reach 160°F (71°C)",
    "what is the safe internal temperature of roast beef": "Roast beef should reach 145°F (63°C)",
    "how hot should leftovers be": "Leftovers should reach 165°F (74°C) inside.",
    "what temp should salmon be": "Salmon should reach 145°F (63°C) inside, or",
    "safe temperature for cooked ham": "Reheat cooked ham to 140°F (60°C)",
    "safe temperature for mussels": "Cook mussels until the shells open",
    "safe temperature for alligator": "I don't know the safe temperature of alligator.",
    "safe temperature for chicken salad": "I don't know the safe temperature of chicken salad.",
    "substitute for buttermilk": "For 1 cup of buttermilk, stir",
    "what can i use instead of eggs": "For 1 egg in baking",
    "i do not have any heavy cream what can i use": "For 1 cup of heavy cream",
    "what is a substitute for dragonfruit": "I don't know a substitute for dragonfruit.",
}


@pytest.mark.parametrize(("request_", "wanted"), BEGINNINGS.items(), ids=BEGINNINGS)
def test_answers(request_: str, wanted: str) -> None:
    assert (answer(request_) or "").startswith(wanted)


@pytest.mark.parametrize(
    "request_",
    """
how long does it take to drive to boston
how long is the nile
how long until dinner
what is the temperature outside
what is the temperature of the sun
how do i cook rice
what can i cook with eggs
is this chicken safe to eat
""".strip().splitlines(),
)
def test_leaves_to_others(request_: str) -> None:
    assert answer(request_) is None


@pytest.mark.parametrize(
    "food", ["eggs hard boiled", "hard-boiled egg", "boiled eggs", "HARD BOILED EGGS"]
)
def test_order_and_number_do_not_matter(food: str) -> None:
    reply = Cooking().answer(CookingTime(food), WORLD)
    assert reply.text.startswith("Hard-boiled eggs")


def test_ground_meat_is_never_taken_for_whole() -> None:
    heats = safe_heats()
    for words, heat in heats.items():
        if words & {"ground", "burger", "sausage"}:
            assert (heat.fahrenheit or 0) >= 160
        if words & {"chicken", "turkey", "duck", "goose"}:
            assert (heat.fahrenheit or 0) >= 165


def rows(table: str) -> dict[str, Any]:
    folder = Path(kitchen.__file__).parent
    return tomllib.loads((folder / f"{table}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("table", ["times", "substitutes", "weights", "safe"])
def test_every_row_has_a_source(table: str) -> None:
    data = rows(table)
    for row in data["row"]:
        sources = row["source"].split() if "source" not in data else ["source"]
        assert sources
        assert set(sources) <= set(data.get("sources", data))


def test_no_name_stands_twice() -> None:
    for table in ("safe", "substitutes", "weights"):
        names = [name for row in rows(table)["row"] for name in row["names"]]
        assert len(names) == len(set(names)), table


def test_there_is_much_to_look_up() -> None:
    assert len(set(cooking_times().values())) >= 80
    assert len(set(substitutes().values())) >= 50
    for text in (*cooking_times().values(), *substitutes().values()):
        assert text.endswith(".")
        assert len(text) < 170


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (CookingTime("rice", "boil").amended(food="pasta"), CookingTime("pasta", "boil")),
        (SafeTemperature("pork").amended(food="beef"), SafeTemperature("beef")),
        (Substitute("egg").amended(ingredient="milk"), Substitute("milk")),
        (Substitute("egg").amended(name="milk"), None),
    ],
)
def test_goes_on_from_what_was_asked(intent: Intent | None, wanted: Intent | None) -> None:
    assert intent == wanted


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (CookingTime("ogre beans"), "I don't know how long ogre beans take."),
        (CookingTime("kohlrabi"), "I don't know how long kohlrabi takes."),
        (CookingTime("ogre beans", "steam"), "I don't know how long steaming ogre beans takes."),
        (SafeTemperature("burger"), "A burger should reach 160°F (71°C) inside."),
        (SafeTemperature("omelet"), "An omelet should reach 160°F (71°C) inside."),
        (SafeTemperature("burgers"), "Burgers should reach 160°F (71°C) inside."),
        (SafeTemperature("ground beef"), "Ground beef should reach 160°F (71°C) inside."),
    ],
)
def test_one_and_many_are_told_apart(intent: Intent, wanted: str) -> None:
    assert Cooking().answer(intent, WORLD).text == wanted


@pytest.mark.parametrize(
    "food", ["kidney beans", "white kidney beans", "cannellini beans", "white beans"]
)
def test_beans_that_are_poisonous_half_done_are_boiled_hard(food: str) -> None:
    for way in ("", "boil", "simmer"):
        text = Cooking().answer(CookingTime(food, way), WORLD).text
        assert "Boil them hard" in text
        assert "poisonous" in text


@given(st.text(max_size=40), st.sampled_from(["", "boil", "roast"]))
def test_never_raises(food: str, way: str) -> None:
    for intent in (CookingTime(food, way), SafeTemperature(food), Substitute(food)):
        assert Cooking().answer(intent, WORLD).text


@pytest.mark.parametrize(
    ("request_", "declines"),
    [
        ("how many minutes for asparagus", False),
        ("how long for the bus", True),
        ("what temperature is a medium rare steak", False),
        ("what temperature is it outside", True),
    ],
)
def test_declines_what_is_no_food(request_: str, declines: bool) -> None:
    intent = MATCHER.candidates(request_, NOW)[0].intent
    assert Cooking().answer(intent, WORLD).declines is declines


SUBSTITUTES = ["i have run out of sour cream what else works", "what works instead of sour cream"]
SUBSTITUTES += ["we are out of sour cream any ideas", "what if i do not have sour cream"]


@pytest.mark.parametrize("request_", SUBSTITUTES)
def test_finds_a_substitute_however_it_is_asked_for(request_: str) -> None:
    assert MATCHER.candidates(request_, NOW)[0].intent == Substitute("sour cream")
