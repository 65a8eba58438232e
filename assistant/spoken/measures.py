"""Quantities with a unit: "350°F" -> "three hundred fifty degrees Fahrenheit"."""

import re

from assistant.spoken.numbers import NUMERAL, mixed
from assistant.spoken.units import SHORT, UNITS, plural
from assistant.spoken.words import is_fraction, numeral


def _alternatives(symbols: dict[str, str]) -> str:
    return "|".join(re.escape(symbol) for symbol in sorted(symbols, key=len, reverse=True))


_SIGN = r"(?:(?<![\w)%°])-)?"
_QUANTITY = rf"{_SIGN}(?:(?<![\d/.,])(?:\d{{1,4}}[ -])?\d{{1,4}}/\d{{1,4}}(?![\d/])|{NUMERAL})"
_UNIT = rf"({_alternatives(UNITS)})(?![^\W_])"
_MEASURE = re.compile(
    rf"({_QUANTITY})(?: ?(-|to|or|x) ?({_QUANTITY}))?( ?-? ?){_UNIT}"
    rf"(?: ?/ ?({_alternatives(UNITS)})(?![^\W_]))?(?:(?<=[a-z])\.(?= [a-z]|[,;)]))?"
)
_BARE_DEGREES = re.compile(rf"({NUMERAL})(?: ?(-|to) ?({NUMERAL}))? ?(degrees )?([CF])\b(?!['#])")
_DIMENSIONS = re.compile(rf"({NUMERAL}) ?[xX] ?(?=\.?\d)")
_PER = re.compile(rf"(?<=[a-z]) ?/ ?({_alternatives(UNITS)})(?![^\W_])")
_ALONE = re.compile(rf"(?<=[a-z] )({_alternatives(SHORT)})\b(?:\.(?= [a-z]))?(?!\.\w)")
_QUANTITY_PARTS = re.compile(r"(-?)(?:(?:(\d+)[ -])?(\d+)/(\d+)|(.+))")


def spoken(text: str) -> str:
    """Quantities and ranges of them with their unit, "per" units, sizes such as 9x13."""
    text = _BARE_DEGREES.sub(_bare_degrees, text)
    text = _MEASURE.sub(_measure, text)
    text = _PER.sub(lambda m: f" per {UNITS[m[1]]}", text)
    text = _ALONE.sub(lambda m: UNITS[m[1]], text)
    return _DIMENSIONS.sub(r"\1 times " if "=" in text else r"\1 by ", text)


def _measure(match: re.Match[str]) -> str:
    first, joint, last, gap, symbol, per = match.groups()
    unit = UNITS[symbol]
    amount = last or first
    fraction = "/" in amount and " " not in amount.strip()
    if last:
        joint = {"-": "to", "x": "by"}.get(joint, joint)
        words = f"{_quantity(first)} {joint} {_quantity(last)}"
    else:
        words = _quantity(first)
    if "-" in gap:  # "a 5-minute egg"
        return f"{words}-{unit}"
    if fraction and not last and words == "one half":
        return f"half {_article(unit)} {unit}" + _per(per)
    if fraction:
        return f"{words} of {_article(unit)} {unit}" + _per(per)
    if symbol in (unit, plural(unit)):  # spelled out, so the writer has chosen the number
        return f"{words} {symbol}" + _per(per)
    return f"{words} {unit if amount == '1' else plural(unit)}" + _per(per)


def _per(symbol: str | None) -> str:
    return f" per {UNITS[symbol]}" if symbol else ""


def _article(unit: str) -> str:
    return "an" if unit[0] in "aeio" or unit == "hour" else "a"


def _quantity(text: str) -> str:
    parts = _QUANTITY_PARTS.fullmatch(text)
    if parts is None:
        return text
    sign, whole, over, under, plain = parts.groups()
    minus = "minus " if sign else ""
    if plain:
        return minus + numeral(plain)
    if whole and not is_fraction(int(under)):
        return f"{minus}{numeral(whole)} {mixed(None, over, under)}"
    return minus + mixed(whole, over, under)


def _bare_degrees(match: re.Match[str]) -> str:
    """350F, 180 C: an oven's temperatures, where the sign for degrees is often left out."""
    first, _, last, degrees, scale = match.groups()
    if not degrees and not 10 <= float(first.replace(",", "")[:9]) <= 999:
        return match[0]
    span = numeral(first) + (f" to {numeral(last)}" if last else "")
    return f"{span} degrees {'Celsius' if scale == 'C' else 'Fahrenheit'}"
