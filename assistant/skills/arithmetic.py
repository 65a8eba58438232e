"""Sums: "what's 15% of 80", "seven times eight", "how much is three quarters of 200"."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import ClassVar

from assistant.skills.skill import Intent, Reply, Risk
from assistant.understand.calculator import NotASumError, Value, value
from assistant.understand.powers import TOO_LARGE, NoValueError
from assistant.understand.sums import Sum
from assistant.world import World

_MOST_DIGITS = 15
"""Of the whole part of an answer."""


@dataclass(frozen=True, slots=True)
class Calculate(Intent):
    """Work out a sum."""

    risk: ClassVar[Risk] = Risk.READ
    expression: str
    """In words and digits: "15 percent of 80", "2 plus 3 times 4", "square root of 144"."""


@dataclass(frozen=True, slots=True)
class Percentage(Intent):
    """How many percent of one number another is."""

    risk: ClassVar[Risk] = Risk.READ
    tool: ClassVar[bool] = False
    part: Fraction
    """The number that is so many percent."""
    whole: Fraction
    """Of which number."""


class Arithmetic:
    """Answers sums of whole numbers, decimals, fractions and percentages."""

    name = "arithmetic"
    intents: tuple[type[Intent], ...] = (Calculate, Percentage)

    def answer(self, intent: Intent, world: World) -> Reply:
        try:
            match intent:
                case Calculate(expression):
                    return Reply(_sum(Sum.of(expression)))
                case Percentage(part, whole):
                    return Reply(_percentage(part, whole))
                case _:
                    raise TypeError(intent)
        except NoValueError as reason:
            return Reply(str(reason))
        except NotASumError:  # a language model may call anything a sum
            return Reply("I can't work that out.")

    def question(self, intent: Intent, world: World) -> str | None:
        return None


def _sum(asked: Sum) -> str:
    result = value(asked.expression)
    answer = written(result)
    if asked.currency:
        answer += f" {asked.currency}" + ("" if result.number == 1 else "s")
    if not asked.echo:
        return f"That's {answer}."
    return f"{asked.echo[0].upper()}{asked.echo[1:]} is {answer}."


def _percentage(part: Fraction, whole: Fraction) -> str:
    """ "20 is 25 percent of 80."."""
    if not whole:
        raise NoValueError("I can't divide by zero.")
    share = written(Value(part / whole * 100))
    return f"{written(Value(part))} is {share} percent of {written(Value(whole))}."


def written(result: Value) -> str:
    """ "1,250", "2.5", "3/8", "about 3.333". Raises NoValueError if it is too large."""
    number = result.number
    if abs(number) >= 10**_MOST_DIGITS:
        raise NoValueError(TOO_LARGE)
    if result.exact and number.denominator == 1:
        return f"{number.numerator:,}"
    if result.exact and result.parts and number.denominator <= 16:
        return _in_parts(number)
    places = 3 if abs(number) >= 1 else 4
    while places < 9 and 0 < abs(number) < Fraction(1, 10 ** (places - 2)):
        places += 1
    rounded = _rounded(number, places)
    about = "" if result.exact and Fraction(rounded) == number else "about "
    return f"{about}{rounded.normalize():,f}"


def _in_parts(number: Fraction) -> str:
    sign = "-" if number < 0 else ""
    whole, part = divmod(abs(number), 1)
    return sign + (f"{whole} {part}" if whole else f"{part}")


def _rounded(number: Fraction, places: int) -> Decimal:
    scaled = number * 10**places
    whole = (abs(scaled) + Fraction(1, 2)).__floor__() * (1 if scaled > 0 else -1)
    return Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
