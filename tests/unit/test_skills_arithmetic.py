"""Sums in words: the right answer, or none."""

from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.skills.arithmetic import Arithmetic, Calculate, written
from assistant.spoken import speakable
from assistant.spoken.words import cardinal
from assistant.understand.calculator import Value, value
from assistant.understand.normal import normal
from assistant.understand.powers import NoValueError, root
from tests.unit.asked import Asked, world

ARITHMETIC = Asked(Arithmetic())


ANSWERS = {
    "What's 15% of 80?": "15 percent of 80 is 12.",
    "what is fifteen percent of eighty": "15 percent of 80 is 12.",
    "how much is three quarters of 200": "3 quarters of 200 is 150.",
    "what's two thirds of ninety": "2 thirds of 90 is 60.",
    "seven times eight": "7 times 8 is 56.",
    "what is 7 x 8 + 2": "7 times 8 plus 2 is 58.",
    "2 plus 2 times 2": "2 plus 2 times 2 is 6.",
    "(2+3)*4": "That's 20.",
    "5 - 3": "5 minus 3 is 2.",
    "minus five plus three": "Minus 5 plus 3 is -2.",
    "what's 10 divided by 4": "10 divided by 4 is 2.5.",
    "what's 10 divided by 3": "10 divided by 3 is about 3.333.",
    "0.1 plus 0.2": "0.1 plus 0.2 is 0.3.",
    "what does five plus five equal": "5 plus 5 is 10.",
    "what is the square root of 144": "The square root of 144 is 12.",
    "square root of 2": "Square root of 2 is about 1.414.",
    "cube root of 27": "Cube root of 27 is 3.",
    "5 squared": "5 squared is 25.",
    "2 to the power of 10": "2 to the power of 10 is 1,024.",
    "two to the tenth power": "That's 1,024.",
    "half of 50": "Half of 50 is 25.",
    "double 12": "Double 12 is 24.",
    "half of 3/4": "Half of 3/4 is 3/8.",
    "1 1/2 times 3": "1 1/2 times 3 is 4 1/2.",
    "two and a half times four": "2 and a half times 4 is 10.",
    "a third plus a quarter": "A third plus a quarter is 7/12.",
    "what is 3/4": "3/4 is 0.75.",
    "20 percent off 50": "20 percent off 50 is 40.",
    "80 plus 15%": "80 plus 15 percent is 92.",
    "20% of 50 dollars": "20 percent of 50 dollars is 10 dollars.",
    "what percent of 80 is 20": "20 is 25 percent of 80.",
    "what percentage is 20 of 80": "20 is 25 percent of 80.",
    "20 is what percent of 80": "20 is 25 percent of 80.",
    "add 3 and 4": "That's 7.",
    "subtract 4 from ten": "That's 6.",
    "multiply six by seven": "That's 42.",
    "divide 10 by 4": "That's 2.5.",
    "the difference between 10 and 4": "That's 6.",
    "100 mod 7": "100 mod 7 is 2.",
    "a thousand times a thousand": "1000 times 1000 is 1,000,000.",
    "1 divided by 1000000": "1 divided by 1000000 is 0.000001.",
    "20% tip on 85 dollars": "That's 17 dollars.",
    "how many times does 7 go into 84": "That's 12.",
    "what's 3 out of 4 as a percentage": "3 is 75 percent of 4.",
    "how many percent of 80 is 20": "20 is 25 percent of 80.",
    "what's the average of 4 and 10": "That's 7.",
    "25 times 4 equals": "25 times 4 is 100.",
    "what do you get if you multiply 6 by 7": "That's 42.",
    # refused
    "ten divided by zero": "I can't divide by zero.",
    "5 mod 0": "I can't divide by zero.",
    "0 to the power of minus 1": "I can't divide by zero.",
    "what percent of 0 is 5": "I can't divide by zero.",
    "square root of minus four": "A negative number has no real square root.",
    "10**10**10": "That number is too large for me.",
    "9 to the power of 9 to the power of 9": "That number is too large for me.",
    "a trillion times a trillion": "That number is too large for me.",
}


@pytest.mark.parametrize(("text", "wanted"), ANSWERS.items(), ids=ANSWERS)
def test_answers(text: str, wanted: str) -> None:
    assert ARITHMETIC.says(text) == wanted


OTHERS = """
add 2 eggs to my list
add milk and eggs
what is 5
what is two
one
15 percent
half an hour
half a cup
set a timer for ten minutes
what is ten thirty
what time is it
how many cups in a quart
what's the difference between baking soda and baking powder
divide the dough in half
double the recipe
what is 2 percent milk
what is half and half
turn the volume to 50 percent
set kitchen lights to 50 percent
seven of clubs
ten of clubs
five five
eight of spades four of clubs seven of hearts
press 1 to record your greeting or press 2
what is love plus two
two plus
plus two
times
2 plus (3
import os plus 1
""".strip().splitlines()


@pytest.mark.parametrize("text", [*OTHERS, "", "(" * 300, "minus " * 60 + "1 plus 1"])
def test_leaves_to_others(text: str) -> None:
    assert ARITHMETIC.says(text) is None


@dataclass(frozen=True)
class Sum:
    words: str
    value: Fraction
    binds: int
    """3 for a number, 2 for a product, 1 for a sum."""


NUMBERS = st.integers(0, 10_000).map(lambda n: Sum(cardinal(n), Fraction(n), 3)) | st.decimals(
    0, 1000, places=2
).map(lambda d: Sum(f"{d:f}", Fraction(d), 3))


@st.composite
def operations(draw: st.DrawFn, operands: st.SearchStrategy[Sum]) -> Sum:
    left, right = draw(operands), draw(operands)
    binds, words, compute = draw(
        st.sampled_from(
            [
                (1, "plus", lambda a, b: a + b),
                (1, "minus", lambda a, b: a - b),
                (2, "times", lambda a, b: a * b),
                (2, "divided by", lambda a, b: a / b if b else None),
            ]
        )
    )
    number = compute(left.value, right.value)
    if number is None:
        return left
    a = left.words if left.binds >= binds else f"({left.words})"
    b = right.words if right.binds > binds else f"({right.words})"
    return Sum(f"{a} {words} {b}", number, binds)


SUMS = operations(st.recursive(NUMBERS, operations, max_leaves=6))


@settings(deadline=None)
@given(SUMS)
def test_agrees_with_exact_arithmetic(made: Sum) -> None:
    if made.binds == 3 or not (form := normal(f"what is {made.words}")):
        return
    result = value(form.removeprefix("what is "))
    assert result.exact
    assert result.number == made.value


@settings(deadline=None)
@given(st.fractions(-(10**14), 10**14, max_denominator=10**6))
def test_what_is_said_is_the_number_or_close_to_it(number: Fraction) -> None:
    said = written(Value(number))
    shown = Fraction(said.removeprefix("about ").replace(",", ""))
    assert said.startswith("about ") == (shown != number)
    assert abs(shown - number) <= max(abs(number) / 100, Fraction(1, 10**7))
    assert not any(character.isdigit() for character in speakable(said))


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.sampled_from([2, 3]))
def test_roots_of_powers_are_exact(number: int, degree: int) -> None:
    expected = Fraction(abs(number) if degree == 2 else number)
    assert root(Fraction(number) ** degree, degree) == (expected, True)


def test_numbers_stay_of_bounded_size() -> None:
    with pytest.raises(NoValueError):
        value(" times ".join(["999999999999999"] * 25))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "1 2.5 0 100 half quarter thirds percent of off plus minus times divided by "
            "/ ( ) squared a and the square root cube to power mod what is double over "
            "1/2 99999999999999".split()
        ),
        max_size=14,
    ).map(" ".join)
    | st.text(max_size=40)
)
def test_never_raises(text: str) -> None:
    said = ARITHMETIC.says(text)
    assert said is None or said.endswith(".")


def test_a_model_may_call_anything_a_sum() -> None:
    assert Arithmetic().answer(Calculate("the meaning of life"), world()).text == (
        "I can't work that out."
    )
