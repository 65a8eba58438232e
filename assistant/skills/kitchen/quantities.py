"""Amounts as a cook says them: fractions of spoons and cups, whole grams, "about" where rounded."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from assistant.skills.wording import many

_STEPS = {
    "teaspoon": Fraction(1, 4),
    "tablespoon": Fraction(1, 2),
    "cup": Fraction(1, 8),
    "pint": Fraction(1, 4),
    "quart": Fraction(1, 4),
    "gallon": Fraction(1, 8),
    "stick": Fraction(1, 4),
    "inch": Fraction(1, 8),
}
"""Units that are measured in parts -> the finest part that there is a measure for."""
_PARTS = (1, 2, 3, 4, 8, 16)
"""Denominators that are said as they are."""
_WORST = Fraction(1, 5)
"""Of an amount, that rounding to parts may add or take: beyond that, decimals."""


def rounded(value: Fraction, unit: str) -> tuple[str, bool]:
    """A converted amount with its unit, and whether it is exact: ("2 1/8 cups", False)."""
    step = _STEPS.get(unit)
    if step is not None and value.denominator in _PARTS:
        return measured(value, unit), True
    if step is not None:
        near = _half_up(value, step)
        if abs(near - value) <= _WORST * value:
            return measured(near, unit), False
    near = _decimals(value, 0 if unit in ("gram", "milliliter") and value >= 10 else 1)
    return measured(near, unit), near == value


def _decimals(value: Fraction, places: int) -> Fraction:
    """Rounded to so many places, or to more where that would leave less than 2 digits."""
    while 0 < value < Fraction(10) ** (1 - places) and places < 6:
        places += 1
    return _half_up(value, Fraction(1, 10**places))


def _half_up(value: Fraction, step: Fraction) -> Fraction:
    """To the nearest step; of two the larger, as people do."""
    return floor(value / step + Fraction(1, 2)) * step


def measured(amount: Fraction, unit: str) -> str:
    """An amount with its unit, as it is displayed: "1 1/2 cups", "2.5 liters", "1/2 teaspoon"."""
    text = number(amount, parts=unit in _STEPS)
    one = text == "1" or ("/" in text and " " not in text)
    return f"{text} {unit if one else many(unit)}"


def number(amount: Fraction, parts: bool = False) -> str:
    """ "1 1/2" with `parts`, else "1.5"."""
    if amount.denominator == 1:
        return f"{amount.numerator:,}"
    if parts and amount.denominator in _PARTS:
        whole, rest = divmod(amount, 1)
        return f"{whole} {rest}" if whole else str(rest)
    decimal = Decimal(amount.numerator) / Decimal(amount.denominator)
    return f"{round(decimal, 6):f}".rstrip("0").rstrip(".")
