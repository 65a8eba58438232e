"""The value of a sum in words, such as "3 quarters of 200 plus 15 percent".

    sum      = product (("plus" | "minus") product)*          20 plus 10 percent = 22
    product  = factor (("times" | "divided by" | "mod" | "percent off") factor)*
    factor   = ("minus" | "half" | "double" | "square root of" | …) factor | power
    power    = value ("squared" | "cubed" | "to the power of" factor)*
    value    = number ["percent" | part] ["of" factor] | "(" sum ")"
    number   = digits | digits "/" digits | digits "and a" part | "a" part

Exact, in fractions, until a root or a broken power makes that impossible. No text is evaluated but
by this grammar, and no number on the way grows beyond a fixed size.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant.understand.powers import MOST_BITS, TOO_LARGE, NoValueError, power, root

_DEEPEST = 30
"""Brackets and prefixes inside each other."""

_SUMS = {"plus": 1, "minus": -1}
_PRODUCTS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "times": lambda left, right: left * right,
    "divided by": lambda left, right: left / right,
    "mod": lambda left, right: left % right,
    "percent off": lambda left, right: right - right * left / 100,
}
_SAME_AS = {
    "add": "plus",
    "take away": "minus",
    "less": "minus",
    "negative": "minus",
    "x": "times",
    "multiplied by": "times",
    "over": "divided by",
    "modulo": "mod",
    "twice": "double",
    "root of": "square root of",
    "raised to the power of": "to the power of",
    "raised to": "to the power of",
    "an": "a",
}
_PREFIXES = {"half": Fraction(1, 2), "double": Fraction(2), "triple": Fraction(3)}
_ROOTS = {"square root of": 2, "cube root of": 3}
_POWERS = {"squared": 2, "cubed": 3}
_PARTS = {
    name + plural: Fraction(1, parts)
    for parts, name in enumerate(
        "third quarter fifth sixth seventh eighth ninth tenth".split(), start=3
    )
    for plural in ("", "s")
} | {"half": Fraction(1, 2), "halves": Fraction(1, 2)}

_PHRASES = sorted(
    (word for word in (*_PRODUCTS, *_ROOTS, *_SAME_AS, "to the power of") if " " in word),
    key=len,
    reverse=True,
)
_TOKEN = re.compile(rf"\s*(?:the )?(\d+(?:\.\d+)?|\.\d+|(?:{'|'.join(_PHRASES)})\b|[a-z]+|[()/])")


class NotASumError(Exception):
    """The text is not arithmetic, or not only."""


@dataclass(frozen=True, slots=True)
class Value:
    number: Fraction
    exact: bool = True
    """False once it has been rounded."""
    percent: bool = False
    """Still a percentage of something to come."""
    parts: bool = False
    """Asked for in thirds or quarters, so it may be answered in them."""


def value(text: str) -> Value:
    """The value of a sum in the normal form of requests. Raises NotASumError, also for a number
    alone, and NoValueError for a division by zero, a root of a negative number, or a number too
    large."""
    tokens = _tokens(text)
    parser = _Parser(tokens)
    try:
        result = parser.whole()
    except ZeroDivisionError:
        raise NoValueError("I can't divide by zero.") from None
    alone = len(tokens) == 3 and tokens[1] == "/"
    return replace(result, parts=result.parts and not alone)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise NotASumError(text[at:])
        tokens.append(_SAME_AS.get(match[1], match[1]))
        at = match.end()
    return tokens


def _combined(left: Value, right: Value, number: Fraction) -> Value:
    if number.numerator.bit_length() + number.denominator.bit_length() > MOST_BITS:
        raise NoValueError(TOO_LARGE)
    return Value(number, left.exact and right.exact, parts=left.parts or right.parts)


class _Parser:
    """Recursive descent; raises NotASumError where the tokens depart from the grammar."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._operations = 0

    def whole(self) -> Value:
        result = self._sum()
        if self._at < len(self._tokens) or not self._operations or result.percent:
            raise NotASumError
        return result

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _accept(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._at += 1
        return True

    def _sum(self) -> Value:
        left = self._product()
        while self._peek() in _SUMS:
            sign, right = _SUMS[self._next()], self._product()
            change = left.number * right.number if right.percent else right.number
            left = self._done(left, right, left.number + sign * change)
        return left

    def _product(self) -> Value:
        left = self._factor()
        while True:
            if self._peek() == "/":
                self._at += 1
                operator = "divided by"
            elif self._peek() in _PRODUCTS:
                operator = self._next()
            else:
                return left
            right = self._factor()
            left = self._done(left, right, _PRODUCTS[operator](left.number, right.number))

    def _done(self, left: Value, right: Value, number: Fraction) -> Value:
        self._operations += 1
        return _combined(left, right, number)

    def _factor(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotASumError
        result = self._prefixed()
        self._depth -= 1
        return result

    def _prefixed(self) -> Value:
        token = self._peek()
        if token == "minus":
            self._at += 1
            inner = self._factor()
            return replace(inner, number=-inner.number)
        if token in _ROOTS:
            self._at += 1
            inner = self._factor()
            number, exact = root(inner.number, _ROOTS[token])
            return self._done(inner, Value(number, exact), number)
        if token in _PREFIXES and (self._peek(1) == "of" or self._begins_value(1)):
            self._at += 1
            self._accept("of")
            inner = self._factor()
            return self._done(inner, inner, _PREFIXES[token] * inner.number)
        return self._power()

    def _begins_value(self, ahead: int) -> bool:
        token = self._peek(ahead)
        return token[:1].isdigit() or token in ("(", "a") or token in _ROOTS

    def _power(self) -> Value:
        base = self._value()
        while self._peek() in _POWERS or self._peek() == "to the power of":
            token = self._next()
            exponent = Value(Fraction(_POWERS[token])) if token in _POWERS else self._factor()
            number, exact = power(base.number, exponent.number)
            base = self._done(base, Value(number, exact and exponent.exact), number)
        return base

    def _value(self) -> Value:
        if self._accept("("):
            result = self._sum()
            if not self._accept(")"):
                raise NotASumError
            return result
        result = self._number()
        if self._accept("percent"):
            result = replace(result, number=result.number / 100, percent=True)
        if self._peek() == "of" and (result.percent or result.parts):
            self._at += 1
            right = self._factor()
            return replace(
                self._done(result, right, result.number * right.number), parts=result.parts
            )
        return result

    def _number(self) -> Value:
        token = self._next()
        if token in ("a", "half") or token in _PARTS:
            part = token if token != "a" else self._next()
            if part not in _PARTS:
                raise NotASumError
            return Value(_PARTS[part], parts=True)
        if not (token[:1].isdigit() or token[:1] == ".") or len(token) > 30:
            raise NotASumError
        return self._mixed(Fraction(token))

    def _mixed(self, whole: Fraction) -> Value:
        """Behind a number: "2 thirds", "2/3", "2 and a half", "2 and 2 thirds", "2 2/3"."""
        if self._peek() in _PARTS:
            return Value(whole * _PARTS[self._next()], parts=True)
        start, linked = self._at, self._accept("and")
        if linked or self._peek()[:1].isdigit():
            try:
                part = self._number()
            except NotASumError:
                part = Value(Fraction(0))
            if part.parts and part.number < 1:
                return replace(part, number=whole + part.number)
            self._at = start
        if self._peek() == "/" and self._peek(1).isdigit():
            under = Fraction(self._peek(1))
            if whole < under <= 100:
                self._at += 2
                self._operations += 1
                return Value(whole / under, parts=True)
        return Value(whole)
