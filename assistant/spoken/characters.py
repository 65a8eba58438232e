"""The many ways to encode a character -> the one that the rules look for."""

import unicodedata

from assistant.plain.characters import Visible

_PLAIN = str.maketrans(
    {
        "²": " squared",
        "³": " cubed",
        "–": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "⁄": "/",
        "∕": "/",
        "µ": "μ",
        "º": "°",
        "˚": "°",
        "№": "No. ",
    }
)


def fold(text: str) -> str:
    """What can be spoken, in one form for every character: digits 0-9, "/" in fractions (with a
    blank before them), "-" for short dashes, straight quotes, single blanks. The rest passes
    through Unicode's compatibility composition (NFKC), which turns "℃" into "°C"."""
    spaced = "".join(
        _fraction(each) if _is_fraction(each) else each for each in Visible().push(text)
    )
    composed = unicodedata.normalize("NFKC", spaced.translate(_PLAIN)).translate(_PLAIN)
    return " ".join("".join(_digit(each) for each in composed).split())


def _is_fraction(character: str) -> bool:
    return not character.isascii() and "\u2044" in unicodedata.normalize("NFKC", character)


def _fraction(character: str) -> str:
    return " " + unicodedata.normalize("NFKC", character)


def _digit(character: str) -> str:
    digit = -1 if character.isascii() else unicodedata.digit(character, -1)
    return character if digit < 0 else str(digit)
