"""Sums: "15 percent of 80", "add 3 and 4"; and the plain numbers in questions about them."""

import re
from datetime import datetime
from fractions import Fraction

from assistant.understand.calculator import NotASumError, value
from assistant.understand.powers import NoValueError
from assistant.understand.sums import Sum

_FIGURE = re.compile(r"\d{1,15}(?:\.\d{1,15})?")


def expression(words: str, now: datetime) -> str | None:
    """The words themselves if they are a sum, also one without a value: "1 divided by 0"."""
    try:
        value(Sum.of(words).expression)
    except NotASumError:
        return None
    except NoValueError:
        return words
    return words


def figure(words: str, now: datetime) -> Fraction | None:
    """ "80", "2.5"."""
    return Fraction(words) if _FIGURE.fullmatch(words) else None
