"""Numerals: fractions, ranges, ordinals, telephone numbers and what else is written in digits."""

import re

from assistant.spoken.words import cardinal, digits, fraction, is_fraction, numeral, ordinal

# Atomic, and begun only where no numeral is under way: time stays linear on any input.
NUMERAL = r"(?<!\d)(?<!\d[.,])(?>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"
"""Digits, commas between thousands, at most one point with digits behind it."""

_TELEPHONE = re.compile(
    r"(?<![\w.,/])(?:"
    r"(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|\+\d{1,3}(?:[ -]?\d{2,5}){2,4}|\d{3}-\d{4}|(?<=[Cc]all )\d{3}|(?<=[Dd]ial )\d{3}"
    r")(?![\w/]|[.,-]\d)"
)
_FRACTION = re.compile(r"(?<![\d/.,])(?:(\d{1,6})[ -])?(\d{1,6})/(\d{1,6})(?![\d/]|[.,]\d)")
_RANGE = re.compile(r"(?<=\d)-(?=\.?\d)")
_ORDINAL = re.compile(rf"({NUMERAL})(?:st|nd|rd|th)\b", re.IGNORECASE)
_VERSION = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}")
_NUMERAL = re.compile(NUMERAL)
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_])-?(?=\d)")
_DIGIT_LETTER = re.compile(r"(?<=\d)(?=[^\W\d_])")

_SHORTEST_TELEPHONE = 10
"""Digits in a row that are read one by one, unless they are whole millions."""


def telephone(text: str) -> str:
    """Telephone numbers, digit by digit with a pause between groups."""
    return _TELEPHONE.sub(lambda m: ("plus " if m[0][0] == "+" else "") + digits(m[0]), text)


def fractions(text: str) -> str:
    """ "2 3/4" -> "two and three quarters", "24/7" -> "twenty-four seven"."""
    return _FRACTION.sub(_fraction, text)


def ranges(text: str) -> str:
    """ "3-4" -> "3 to 4"; the numbers are left to the next rules."""
    return _RANGE.sub(" to ", text)


def spoken(text: str) -> str:
    """Ordinals, version numbers, then every numeral; letters and digits part company."""
    text = _ORDINAL.sub(_ordinal, text)
    text = _LETTER_DIGIT.sub(" ", text)
    text = _VERSION.sub(lambda m: " point ".join(map(numeral, m[0].split("."))), text)
    text = _NUMERAL.sub(_numeral, text)
    return re.sub(r"\d+", lambda m: digits(m[0]), text)


def mixed(whole: str | None, numerator: str, denominator: str) -> str:
    """ "1", "1", "2" -> "one and a half"; None, "3", "4" -> "three quarters"."""
    words = fraction(int(numerator), int(denominator))
    if not whole:
        return words
    if int(numerator) == 1:
        words = "a " + words.removeprefix("one ")
    return f"{cardinal(int(whole))} and {words}"


def _fraction(match: re.Match[str]) -> str:
    whole, numerator, denominator = match.groups()
    over, under = int(numerator), int(denominator)
    if whole and over < under and is_fraction(under):
        return mixed(whole, numerator, denominator)
    if over == under or (over, under) == (24, 7):
        words = f"{cardinal(over)} {cardinal(under)}"
    else:
        words = fraction(over, under)
    return f"{whole} {words}" if whole else words


def _ordinal(match: re.Match[str]) -> str:
    plain = match[1].replace(",", "")
    return ordinal(int(plain)) if plain.isdigit() and len(plain) < 16 else match[0]


def _numeral(match: re.Match[str]) -> str:
    text, following = match[0], match.string[match.end() : match.end() + 1]
    if text.isdigit() and len(text) >= _SHORTEST_TELEPHONE and text[-6:] != "000000":
        words = digits(text)
    else:
        words = numeral(text)
    return words + " " if following.isalpha() else words
