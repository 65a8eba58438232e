"""Amounts: "2", "1.5", "half a", "3 quarters of a", "2 and a half", "1 1/2", "½", "a dozen"."""

import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

LARGEST = 10**9
"""No kitchen has more of anything; also what keeps the digits of a sum few."""

_NUMBER = re.compile(r"\d{1,10}(?:\.\d{1,10})?|\.\d{1,10}")
_FRACTION = re.compile(r"(\d{1,4})/(\d{1,4})")
_SIGNS = {sign: Fraction(*parts) for sign, parts in {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}.items()}  # fmt: skip
_PARTS = {"half": 2, "halves": 2} | {
    form: parts
    for name, parts in {
        "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
        "eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "sixteenth": 16,
    }.items()
    for form in (name, name + "s")
}  # fmt: skip
_PHRASES = {
    "half a dozen": 6,
    "a half dozen": 6,
    "half dozen": 6,
    "a couple of": 2,
    "a couple": 2,
    "couple of": 2,
    "a pair of": 2,
    "a dozen": 12,
    "dozen": 12,
}

Read = tuple[Fraction, int]
"""A value, and how many words it took."""


def amount(words: str, now: datetime) -> Fraction | None:
    """Zero and "minus 40" are amounts too: temperatures are."""
    of_what = words.split()
    sign = -1 if of_what[:1] in (["minus"], ["negative"]) else 1
    if sign < 0:
        of_what = of_what[1:]
    found = read(of_what)
    if found is None or found[1] != len(of_what):
        return None
    return sign * found[0] if found[0] <= LARGEST else None


def read(words: Sequence[str]) -> Read | None:
    """The amount that `words` begin with, and the "of a" that leads on to its unit: "half an hour"
    is one half and two words."""
    for phrase, count in _PHRASES.items():
        if " ".join(words[: phrase.count(" ") + 1]) == phrase:
            return Fraction(count), phrase.count(" ") + 1
    if not words:
        return None
    article = int(words[0] in ("a", "an"))
    if part := _part(words[article:]):
        value, size = part
        return value, _of_a(words, article + size)
    if article:
        return Fraction(1), 1
    return _whole(words)


def _whole(words: Sequence[str]) -> Read | None:
    """An amount that begins with a numeral, and what is added to it: "2 and a half"."""
    if mixed := re.fullmatch(r"(\d{1,4})([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])", words[0]):
        return int(mixed[1]) + _SIGNS[mixed[2]], 1
    if not _NUMBER.fullmatch(words[0]):
        return None
    value = Fraction(words[0])
    if parts := _denominator(words[1:2]):  # "3 quarters of a"
        return value / parts, _of_a(words, 2)
    joint = 2 if words[1:2] == ["and"] else 1
    more = words[joint:]
    if joint == 2 and more[:1] == ["a"] and (parts := _denominator(more[1:2])):
        return value + Fraction(1, parts), 4
    if joint == 2 and more[:1] == ["half"]:
        return value + Fraction(1, 2), 3
    if joint == 2 and more and more[0].isdecimal() and (parts := _denominator(more[1:2])):
        return value + Fraction(int(more[0][:4]), parts), 4
    if more and (part := _written(more[0])) and part < 1:
        return value + part, joint + 1
    return value, 1


def _part(words: Sequence[str]) -> Read | None:
    """A part of one, without a numeral before it: "half", "quarter", "1/2", "½"."""
    if parts := _denominator(words[:1]):
        return Fraction(1, parts), 1
    if words and (written := _written(words[0])):
        return written, 1
    return None


def _denominator(words: Sequence[str]) -> int | None:
    return _PARTS.get(words[0]) if words else None


def _written(word: str) -> Fraction | None:
    """ "3/4" or "¾"."""
    if match := _FRACTION.fullmatch(word):
        return Fraction(int(match[1]), int(match[2])) if int(match[2]) else None
    return _SIGNS.get(word)


def _of_a(words: Sequence[str], at: int) -> int:
    """Behind the "of", "a", "of an" or "of one" that stands here."""
    for joint in (["of", "a"], ["of", "an"], ["of", "one"], ["a"], ["an"], ["of"]):
        if list(words[at : at + len(joint)]) == joint:
            return at + len(joint)
    return at
