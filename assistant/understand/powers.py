"""Roots and powers: exact where they can be, of bounded size always."""

from decimal import Context, Decimal, DecimalException
from fractions import Fraction
from math import isqrt

MOST_BITS = 1_024
"""Size of any number on the way; larger ones nobody wants to hear."""

TOO_LARGE = "That number is too large for me."

_DECIMAL = Context(prec=30)


class NoValueError(Exception):
    """Arithmetic without a value; `str(error)` says why, as a sentence to be spoken."""


def root(number: Fraction, degree: int) -> tuple[Fraction, bool]:
    """The square or cube root, and whether it is exact. Raises NoValueError if there is none."""
    if number < 0 and degree == 2:
        raise NoValueError("A negative number has no real square root.")
    over, under = (
        _whole_root(abs(number.numerator), degree),
        _whole_root(number.denominator, degree),
    )
    if over is not None and under is not None:
        exact = Fraction(over, under)
        return -exact if number < 0 else exact, True
    rounded = _decimal_power(abs(number), Fraction(1, degree))
    return -rounded if number < 0 else rounded, False


def _whole_root(number: int, degree: int) -> int | None:
    """The whole root of a whole number, if it has one."""
    if degree == 2:
        root = isqrt(number)
    else:
        root = 1 << -(-number.bit_length() // 3)  # not below the root; Newton's method goes down
        while root and (better := (2 * root + number // root**2) // 3) < root:
            root = better
    return root if root**degree == number else None


def power(base: Fraction, exponent: Fraction) -> tuple[Fraction, bool]:
    """`base` to the power of `exponent`, and whether it is exact. Raises NoValueError if it is not
    real or too large, ZeroDivisionError for a negative power of 0."""
    if exponent.denominator == 1:
        bits = base.numerator.bit_length() + base.denominator.bit_length()
        if abs(exponent) * max(bits - 1, 1) > 2 * MOST_BITS:
            raise NoValueError(TOO_LARGE)
        return base**exponent.numerator, True
    if base < 0:
        raise NoValueError("A negative number has no real power of that kind.")
    return _decimal_power(base, exponent), False


def _decimal_power(base: Fraction, exponent: Fraction) -> Fraction:
    def decimal(number: Fraction) -> Decimal:
        return _DECIMAL.divide(Decimal(number.numerator), Decimal(number.denominator))

    try:
        result = _DECIMAL.power(decimal(base), decimal(exponent))
    except DecimalException:
        raise NoValueError(TOO_LARGE) from None
    if abs(result.adjusted()) > 100:
        raise NoValueError(TOO_LARGE)
    return Fraction(result)
