"""Names, list items, amounts, units and numbers."""

from fractions import Fraction

import pytest

from tests.unit.slots import parsed

F = Fraction

RIGHT: dict[str, dict[str, object]] = {
    "name": {
        "pasta": "pasta",
        "the pasta": "pasta",
        "my soft boiled eggs": "soft boiled eggs",
        "mom's cake": "moms cake",
        "game day": "game day",
        "a kitchen light": "kitchen light",
        "eggs in the oven": "eggs in the oven",
    },
    "text": {
        "to call mom": "call mom",
        "that the cake is done": "the cake is done",
        "about the dentist": "the dentist",
        "take out the trash": "take out the trash",
        "pay the monthly bill": "pay the monthly bill",
        "to plan the June 5 party": "plan the june 5 party",
    },
    "items": {
        "milk": ("milk",),
        "some milk": ("milk",),
        "add milk, eggs and bread": ("milk", "eggs", "bread"),
        "add milk, eggs, and brown rice": ("milk", "eggs", "brown rice"),
        "add two apples, 3 pears": ("2 apples", "3 pears"),
        "add milk, please": ("milk",),
        "mac and cheese and salt and pepper": ("mac and cheese", "salt and pepper"),
        "half and half": ("half and half",),
        "2 pounds of chicken and a dozen eggs": ("2 pounds of chicken", "a dozen eggs"),
        "a gallon of milk and a half dozen eggs": ("a gallon of milk", "a half dozen eggs"),
        "add an apple, a big bag of rice": ("apple", "a big bag of rice"),
        "1 and a half pounds of beef and milk": ("1 and a half pounds of beef", "milk"),
        "milk and milk": ("milk",),
        "bread and some butter as well as jam": ("bread", "butter", "jam"),
    },
    "list": {
        "the shopping list": "shopping",
        "the list": "shopping",
        "groceries": "shopping",
        "my grocery list": "shopping",
        "to-do": "to-do",
        "the to do list": "to-do",
        "todo": "to-do",
        "my Christmas list": "christmas",
        "hardware store": "hardware store",
    },
    "amount": {
        "2": F(2),
        "two and a half": F(5, 2),
        "1.5": F(3, 2),
        ".5": F(1, 2),
        "0": F(0),
        "half a": F(1, 2),
        "a": F(1),
        "three quarters of a": F(3, 4),
        "two-thirds": F(2, 3),
        "a third of a": F(1, 3),
        "one and two thirds": F(5, 3),
        "1/2": F(1, 2),
        "1 1/2": F(3, 2),
        "½": F(1, 2),
        "1½": F(3, 2),
        "1 ¾": F(7, 4),
        "minus forty": F(-40),
        "a couple of": F(2),
        "half a dozen": F(6),
        "a dozen": F(12),
        "1,500": F(1500),
    },
    "unit": {
        "cups": "cup",
        "cup of": "cup",
        "tbsp.": "tablespoon",
        "table spoons": "tablespoon",
        "fluid ounces": "fluid ounce",
        "fl. oz.": "fluid ounce",
        "ml": "milliliter",
        "litres": "liter",
        "degrees Celsius": "degree Celsius",
        "°F": "degree Fahrenheit",
        "lbs": "pound",
        "sticks": "stick",
    },
    "percent": {"20%": 20, "to fifty percent": 50, "half": 50, "max": 100, "seven out of ten": 70},
    "step": {"3%": 3, "three": 30, "20": 20},
    "long": {"3 days": 3 * 86400, "a week": 7 * 86400},
    "no_day": {"february 30": "February 30", "the 31st of June": "June 31"},
    "rhythm": {"every two weeks": "every 2 weeks", "monthly": "monthly"},
    "number": {"12": 12, "minus five": -5, "a dozen": 12, "one": 1, "a": 1},
    "degrees": {"21": 21, "twenty-one degrees": 21, "21.5 degrees celsius": 21, "-5°": -5},
    "food": {"soft-boiled eggs": "soft boiled eggs", "a 7-minute egg": "7 minute egg"},
    "ingredient": {"all-purpose flour": "all purpose flour", "the butter": "butter"},
    "place": {"New York": "new york", "the UK": "the uk"},
    "expression": {"15% of 80": "15 percent of 80"},
}


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [(slot, text, value) for slot, table in RIGHT.items() for text, value in table.items()],
)
def test_values(slot: str, text: str, value: object) -> None:
    assert parsed(slot, text) == value


WRONG = {
    "name": "|timer|pasta timer|10 minutes|ten|7 pm|noon|friday|weekdays|it|the second|the last one"
    "|set a timer|pasta and cancel|pasta for ten minutes|one two three four five|in the oven|"
    "move the gym|3 days|day|february 30|31st of november|every other friday|monthly|" + "y" * 61,
    "text": "|to|it|that|take my pills every|take my pills every day|run on monday and friday"
    "|feed the cat at 6|go at 7:30|eat at half past six|eat by quarter to 7|call mom february 30"
    "|take the pills every 2 hours|swim every other friday|the oven is on in 10 minutes|"
    + "long "
    * 30,
    "items": "|it|them|five|10 minutes|milk and|milk and set a timer|a timer|what time is it|the"
    "|to|milk on the|from milk|milk to the shopping list|do not add milk",
    "list": "|a list|my new list|five|it|all lists|one two three four",
    "amount": "|two foo|foo|1/0|cups|a a|half half|-|99999999999|1 2|minus",
    "unit": "|100|degrees|foo|cup cup|cups flour|°",
    "percent": "|101|-5|foo|12 out of 10|half a|1.5",
    "number": "|1.5|foo|9999999999999|one two",
    "no_day": "|february 29|december 24|february|foo 30",
    "rhythm": "|every monday|every day|weekdays|daily|foo",
    "long": "|3|3 hours|0 days|days of",
    "degrees": "|foo|1000|5 feet",
    "food": "|it|ten minutes|one two three four five six seven",
    "ingredient": "|2 eggs|it",
    "place": "|route 66|one two three four five",
    "expression": "|foo",
}


@pytest.mark.parametrize(
    ("slot", "text"), [(slot, text) for slot, texts in WRONG.items() for text in texts.split("|")]
)
def test_what_is_no_such_thing(slot: str, text: str) -> None:
    assert parsed(slot, text) is None
