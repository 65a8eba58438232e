"""Blanks of the clock's and the calculator's templates, and of what cannot be done."""

from fractions import Fraction

import pytest

from tests.unit.slots import parsed


@pytest.mark.parametrize(
    ("slot", "words", "wanted"),
    [
        ("place", "Tokyo", "tokyo"),
        ("place", "the UK", "the uk"),
        ("place", "Narnia", "narnia"),
        ("place", "the oven", None),
        ("place", "an hour", None),
        ("place", "half an hour", None),
        ("place", "my kitchen", None),
        ("place", "3 hours", None),
        ("city", "Tokyo", "tokyo"),
        ("city", "Narnia", None),
        ("occasion", "Christmas", "christmas"),
        ("occasion", "next Friday", "next friday"),
        ("occasion", "July 4th", "july 4th"),
        ("occasion", "the day after Thanksgiving", "the day after thanksgiving"),
        ("occasion", "february 30th", None),
        ("occasion", "dinner", None),
        ("relative", "tomorrow", "tomorrow"),
        ("relative", "3 weeks from Friday", "3 weeks from friday"),
        ("relative", "Christmas", None),
        ("relative", "July 4th", None),
        ("year", "2028", 2028),
        ("year", "twenty twenty-eight", 2028),
        ("year", "next year", 2027),
        ("year", "28", None),
        ("expression", "two plus two", "2 plus 2"),
        ("expression", "add 3 and 4", "add 3 and 4"),
        ("expression", "1 divided by 0", "1 divided by 0"),
        ("expression", "5", None),
        ("expression", "milk and 2 eggs", None),
        ("figure", "2.5", Fraction(5, 2)),
        ("figure", "a few", None),
        ("device", "the living room lamp", "the living room lamp"),
        ("device", "the pasta timer", None),
        ("device", "it", None),
        ("device", "my dad when he gets home", None),
        ("thing", "the beatles", "the beatles"),
        ("thing", "a game", None),
        ("thing", "that", None),
        ("thing", "one two three four five six seven eight nine ten a b c d e f g h i", None),
    ],
)
def test_parsed(slot: str, words: str, wanted: object) -> None:
    assert parsed(slot, words) == wanted
