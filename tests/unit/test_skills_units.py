"""Conversions: right, rounded as a cook would, and only between what can be compared."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.alerts import Moment
from assistant.skills.kitchen.measures import CELSIUS, FAHRENHEIT, UNITS, converted, temperature
from assistant.skills.kitchen.names import key
from assistant.skills.kitchen.quantities import rounded
from assistant.skills.kitchen.tables import weights
from assistant.skills.skill import Intent
from assistant.skills.units import Convert, GasMark, Units
from assistant.understand.matcher import Matcher
from assistant.world import World

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
WORLD = World(NOW, Moment(0, 0, ""))
MATCHER = Matcher([("units", Units.intents)], "en")


def answer(request: str) -> str | None:
    candidates = MATCHER.candidates(request, NOW)
    return Units().answer(candidates[0].intent, WORLD).text if candidates else None


ANSWERS = {
    "how many tablespoons in a quarter cup": "1/4 cup is 4 tablespoons.",
    "how many grams are 2 cups of flour": "2 cups of flour is about 240 grams.",
    "convert 500 ml to cups": "500 milliliters is about 2 1/8 cups.",
    "how much is a stick of butter in grams": "1 stick of butter is about 113 grams.",
    "how many tablespoons in a stick of butter": "1 stick of butter is 8 tablespoons.",
    "350 degrees fahrenheit in celsius": "350°F is 177°C.",
    "what is 350 degrees in celsius": "350°F is 177°C.",
    "what is 180 c in fahrenheit": "180°C is 356°F.",
    "what is minus 40 celsius in fahrenheit": "-40°C is -40°F.",
    "gas mark 6": "Gas mark 6 is 400°F, or 200°C.",
    "gas mark 42": "There is no gas mark 42.",
    "9 inches in centimeters": "9 inches is about 22.9 centimeters.",
    "how many inches is 20 cm": "20 centimeters is about 7 7/8 inches.",
    "how many ounces in a cup": "1 cup is 8 fluid ounces.",
    "how many ounces in a pound": "1 pound is 16 ounces.",
    "how many cups in a quart": "1 quart is 4 cups.",
    "what is 1/3 cup in tablespoons": "1/3 cup is 5 1/3 tablespoons.",
    "2 pounds in kilograms": "2 pounds is about 0.91 kilograms.",
    "how much does a cup of sugar weigh": "1 cup of sugar is about 198 grams.",
    "how many grams in a teaspoon of salt": "1 teaspoon of salt is about 6 grams.",
    "what is 3/4 cup of sugar in grams": "3/4 cup of sugar is about 149 grams.",
    "how much does a cup of lead weigh": "I don't know how much a cup of lead weighs.",
    "how heavy is a liter of milk": "1 liter of milk is about 959 grams.",
    "the weight of a cup of lead": "I don't know how much a cup of lead weighs.",
    "how many cups of flour are in a pound": "1 pound of flour is about 3 3/4 cups.",
    "convert 2 cups": "2 cups is about 473 milliliters.",
    "convert 5 ml to cups": "5 milliliters is about 0.021 cups.",
    "how many cups is 200 grams of kohlrabi": "I don't know how much a cup of kohlrabi weighs.",
    "how many grams in a cup": "That depends on what it is: flour, say, or butter.",
    "convert 5 inches to grams": "I can't convert inches to grams.",
    "convert 5 cups to celsius": "I can't convert cups to degrees Celsius.",
    "convert 9999999 cups to ml": "That is more than I can convert.",
    "convert 5 dollars to euros": None,
    "how many calories in an egg": None,
    "how many days in a year": None,
    "how much milk do i need for pancakes": None,
}


@pytest.mark.parametrize(("request_", "wanted"), ANSWERS.items(), ids=ANSWERS)
def test_answers(request_: str, wanted: str | None) -> None:
    assert answer(request_) == wanted


CONTENTS = """
how many grams of sugar in a cup of milk
how many grams of sugar are in a cup of milk
how many grams of sugar are there in a cup of milk
how many grams of sugar does a cup of milk have
how many grams of sugar does a cup of milk contain
how many grams of protein in a cup of milk
how many grams of fat is in 2 cups of milk
how many grams of carbs in a cup of rice
how many grams of salt in a cup of flour
how many milligrams of caffeine in a cup of coffee
how many milligrams of caffeine are in a cup
how many grams of alcohol in a pint of beer
how many grams of alcohol in a pint
how many cups of cooked rice in a cup of rice
how many grams sugar in a cup milk
how much sugar is in a cup of milk
how much protein is there in a cup of milk
how much fat in a cup of butter
what is the protein in a cup of milk
sugar in a cup of milk
how many calories in a cup of milk
""".strip().splitlines()


@pytest.mark.parametrize("request_", CONTENTS)
def test_what_is_in_food_is_left_to_others(request_: str) -> None:
    for candidate in MATCHER.candidates(request_, NOW):
        assert Units().answer(candidate.intent, WORLD).declines


CUP_OF_FLOUR = Convert(Fraction(1), "cup", "gram", "flour")


@pytest.mark.parametrize(
    ("slots", "wanted"),
    [
        ({"amount": Fraction(2), "unit": "cup"}, Convert(Fraction(2), "cup", "gram", "flour")),
        ({"ingredient": "sugar"}, Convert(Fraction(1), "cup", "gram", "sugar")),
        ({"to": "ounce"}, Convert(Fraction(1), "cup", "ounce", "flour")),
        ({"unit": "ounce"}, Convert(Fraction(1), "cup", "ounce", "flour")),
        ({"name": "pasta"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_goes_on_from_what_was_asked(slots: dict[str, object], wanted: Intent | None) -> None:
    assert CUP_OF_FLOUR.amended(**slots) == wanted


def test_weights_are_those_of_their_source() -> None:
    table = weights()
    assert len(set(table.values())) > 40
    known = {"flour": 120, "granulated sugar": 198, "brown sugar": 213, "milk": 227, "honey": 336}
    known |= {"cocoa": 84, "cornstarch": 112, "rice": 198, "powdered sugar": 113}
    assert {name: table[key(name)] for name in known} == known
    assert round(table[key("butter")]) == 227
    assert all(20 < grams < 400 for grams in table.values())


MEASURES = st.sampled_from([name for name, unit in UNITS.items() if unit.kind != "length"])
AMOUNTS = st.fractions(Fraction(1, 100), 1000)


@given(AMOUNTS, MEASURES, MEASURES)
def test_there_and_back_is_the_same(amount: Fraction, one: str, other: str) -> None:
    unit, to = UNITS[one], UNITS[other]
    result = converted(amount, unit, to, Fraction(120))
    assert result is not None
    assert converted(result, to, unit, Fraction(120)) == amount


@given(st.fractions(-500, 500))
def test_degrees_there_and_back_are_the_same(degrees: Fraction) -> None:
    assert temperature(temperature(degrees, CELSIUS), FAHRENHEIT) == degrees


@given(AMOUNTS, st.sampled_from(sorted(UNITS)))
def test_rounding_stays_close(amount: Fraction, unit: str) -> None:
    text, exact = rounded(amount, unit)
    numerals = text.removesuffix("s").split(f" {unit.removesuffix('s')[:3]}")[0].split()
    said = sum(
        (Fraction(each.replace(",", "")) for each in numerals if each[0].isdigit()), Fraction()
    )
    assert said == amount if exact else abs(said - amount) <= amount / 5


@given(
    st.fractions(-(10**7), 10**7), st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS))
)
def test_never_raises(amount: Fraction, unit: str, to: str) -> None:
    for ingredient in ("", "flour", "kohlrabi"):
        assert Units().answer(Convert(amount, unit, to, ingredient), WORLD).text.endswith(".")
        assert Units().answer(Convert(amount, unit, "", ingredient), WORLD).text.endswith(".")
    assert Units().answer(GasMark(amount), WORLD).text
