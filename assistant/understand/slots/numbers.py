"""Whole numbers, percent and degrees."""

import re
from datetime import datetime

LARGEST = 10**12

_NUMBER = re.compile(r"(?P<minus>minus |negative )?(?P<digits>\d{1,13})")
_PERCENT = re.compile(r"(\d{1,3})(?: percent)?(?: (?:brightness|volume|bright))?")
_OF_TEN = re.compile(r"(\d|10) out of 10")
_DEGREES = re.compile(
    r"((?:minus )?\d{1,3})(?:\.\d{1,4})?(?: degrees?)?(?: (?:celsius|fahrenheit|c|f))?"
)
_LEVELS = {
    **dict.fromkeys(("half", "halfway", "half way", "1 half", "the middle", "medium"), 50),
    **dict.fromkeys(
        ("full", "max", "maximum", "the max", "the maximum", "full power", "all the way"), 100
    ),
    **dict.fromkeys(("minimum", "the minimum", "min", "the min"), 1),
    **dict.fromkeys(("a quarter", "1 quarter"), 25),
    **dict.fromkeys(("3 quarters", "3 quarter"), 75),
}


def number(words: str, now: datetime) -> int | None:
    """ "12", "minus 5", "a", "a dozen"."""
    if words in ("a", "an"):
        return 1
    if words in ("a dozen", "dozen"):
        return 12
    match = _NUMBER.fullmatch(words)
    if match is None or int(match["digits"]) > LARGEST:
        return None
    return -int(match["digits"]) if match["minus"] else int(match["digits"])


def percent(words: str, now: datetime) -> int | None:
    """0 to 100: "20 percent", "20", "half", "7 out of 10"."""
    words = words.removeprefix("to ")
    if words in _LEVELS:
        return _LEVELS[words]
    if match := _OF_TEN.fullmatch(words):
        return 10 * int(match[1])
    match = _PERCENT.fullmatch(words)
    return int(match[1]) if match and int(match[1]) <= 100 else None


def step(words: str, now: datetime) -> int | None:
    """By how many percent to turn: "3 percent"; "2" alone are two notches, each of which can be
    heard."""
    found = percent(words, now)
    return 10 * found if found is not None and found < 5 and words.isdecimal() else found


def degrees(words: str, now: datetime) -> int | None:
    """Of whatever scale is in use; parts of a degree are cut off."""
    match = _DEGREES.fullmatch(words)
    return int(match[1].replace("minus ", "-")) if match else None
