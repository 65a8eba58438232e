"""Numbers in words, from the spell-out rules of Unicode's CLDR."""

from functools import cache, lru_cache

from unicode_rbnf import FormatPurpose, RbnfEngine

LARGEST = 10**15
"""From here on numbers are read digit by digit, as telephone numbers are."""

_DIGITS = "zero one two three four five six seven eight nine".split()


@cache
def _english() -> RbnfEngine:
    return RbnfEngine.for_language("en")


@lru_cache(maxsize=1024)
def _spell(number: int, purpose: FormatPurpose) -> str:
    return str(_english().format_number(number, purpose).text)


def cardinal(number: int) -> str:
    """1250 -> "one thousand two hundred fifty"."""
    if number < 0:
        return "minus " + cardinal(-number)
    return _spell(number, FormatPurpose.CARDINAL) if number < LARGEST else digits(str(number))


def ordinal(number: int) -> str:
    """21 -> "twenty-first"."""
    if number >= LARGEST:
        return digits(str(number)) + "th"
    return _spell(number, FormatPurpose.ORDINAL)


def year(number: int) -> str:
    """1905 -> "nineteen oh-five", 2026 -> "twenty twenty-six"."""
    if 2000 <= number < 2010 or not 1100 <= number < 2100:
        return cardinal(number)
    return _spell(number, FormatPurpose.YEAR)


def digits(text: str) -> str:
    """The digits of `text` one by one: "555-1234" -> "five five five, one two three four"."""
    groups = "".join(each if "0" <= each <= "9" else " " for each in text).split()
    return ", ".join(" ".join(_DIGITS[int(each)] for each in group) for group in groups)


def numeral(text: str) -> str:
    """A numeral of digits, commas between thousands and at most one point: "1,250.50" -> "one
    thousand two hundred fifty point five zero", ".5" -> "zero point five", "007" by its digits."""
    whole, _, decimals = text.replace(",", "").partition(".")
    if len(whole) > 1 and whole[0] == "0" and not decimals:
        return digits(whole)
    # Comparing lengths first: int() refuses absurdly long numerals.
    spoken = cardinal(int(whole or "0")) if len(whole) < len(str(LARGEST)) else digits(whole)
    return f"{spoken} point {digits(decimals)}" if decimals else spoken


def fraction(numerator: int, denominator: int) -> str:
    """3, 4 -> "three quarters"; 5, 17 -> "five over seventeen" where no noun is in use."""
    if denominator not in _PARTS:
        return f"{cardinal(numerator)} over {cardinal(denominator)}"
    one, many = _PARTS[denominator]
    return f"{cardinal(numerator)} {one if numerator == 1 else many}"


def is_fraction(denominator: int) -> bool:
    """Does English have a noun for one part of so many?"""
    return denominator in _PARTS


_PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")} | {
    parts: (name, name + "s")
    for parts, name in {
        3: "third",
        5: "fifth",
        6: "sixth",
        7: "seventh",
        8: "eighth",
        9: "ninth",
        10: "tenth",
        12: "twelfth",
        16: "sixteenth",
        32: "thirty-second",
        64: "sixty-fourth",
        100: "hundredth",
        1000: "thousandth",
    }.items()
}
