"""Sentences as they are written -> sentences as they are spoken, right before synthesis.

A synthesiser reads "350°F" or "7:05 p.m." letter by letter or not at all, so everything that is not
a word becomes words first. Rules run from the most specific to the most general, each over the
whole text; what a rule has put into words no later rule can touch, because it holds no digit.
"""

from assistant.spoken import dates, measures, money, numbers, symbols, times
from assistant.spoken.characters import fold

_RULES = (
    symbols.addresses,
    symbols.abbreviations,
    dates.spoken,
    times.spoken,
    money.spoken,
    numbers.telephone,
    measures.spoken,
    numbers.fractions,
    numbers.ranges,
    dates.years,
    symbols.operators,
    numbers.spoken,
    symbols.remaining,
)


def speakable(text: str, language: str = "en") -> str:
    """`text` with numbers, dates, times, units, money and symbols in words, for one sentence.

    English only: for another language (ISO 639-1 code) the text is merely tidied, and its numbers
    are left to the synthesiser's own phonemizer. Never raises; takes time linear in the length;
    the English result holds no digit of any script.
    """
    if language.split("-")[0].split("_")[0].lower() != "en":
        return " ".join(text.split())
    text = fold(text)
    for rule in _RULES:
        text = rule(text)
    return " ".join(text.split())
