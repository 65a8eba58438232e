"""Amounts of money: "$3.50" -> "three dollars and fifty cents"."""

import re

from assistant.spoken.numbers import NUMERAL
from assistant.spoken.words import cardinal, numeral

_CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "¥": ("yen", "yen", "", ""),
    "¢": ("cent", "cents", "", ""),
}
_CODES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_SCALES = {"k": "thousand", "K": "thousand", "M": "million", "bn": "billion", "B": "billion"}

_SCALE = r"(?: ?(thousand|million|billion|trillion|bn|[kKMB])\b)?"
_BEFORE = re.compile(
    rf"((?<![\w)])-)?([$£€₹¥]) ?({NUMERAL})(?: ?- ?[$£€₹¥]? ?({NUMERAL}))?{_SCALE}"
)
_AFTER = re.compile(
    rf"((?<![\w)])-)?()({NUMERAL})(?:-({NUMERAL}))? ?([£€₹¥¢]|(?:USD|EUR|GBP|JPY|INR)\b)"
)


def spoken(text: str) -> str:
    """Amounts with the sign or code of a currency before or after them."""
    text = _BEFORE.sub(lambda m: _amount(m[2], m[1], m[3], m[4], m[5]), text)
    return _AFTER.sub(lambda m: _amount(_CODES.get(m[5], m[5]), m[1], m[3], m[4], None), text)


def _amount(
    currency: str, sign: str | None, first: str, last: str | None, scale: str | None
) -> str:
    minus = "minus " if sign else ""
    if scale:
        span = f"{numeral(first)} to {numeral(last)}" if last else numeral(first)
        return f"{minus}{span} {_SCALES.get(scale, scale)} {_CURRENCIES[currency][1]}"
    if last:
        whole = f"{numeral(first)} to " if first.isdigit() else _sum(currency, first) + " to "
        return minus + whole + _sum(currency, last)
    return minus + _sum(currency, first)


def _sum(currency: str, amount: str) -> str:
    one, many, cent, cents = _CURRENCIES[currency]
    whole, _, parts = amount.replace(",", "").partition(".")
    if not cent or len(parts) not in (0, 2):
        return f"{numeral(amount)} {one if amount == '1' else many}"
    spoken_whole = f"{numeral(whole)} {one if whole == '1' else many}"
    if not int(parts or "0"):
        return spoken_whole
    spoken_parts = f"{cardinal(int(parts))} {cent if int(parts) == 1 else cents}"
    return f"{spoken_whole} and {spoken_parts}" if whole.strip("0") else spoken_parts
