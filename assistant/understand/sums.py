"""Sums as people word them -> the calculator's: "subtract 4 from 10" -> "(10) minus (4)"."""

import re
from dataclasses import dataclass
from typing import Self

_CURRENCY = re.compile(r" (dollar|euro|pound|cent|buck)s?$")
_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth".split()
_REWORDED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:the )?sum of (.+) and (.+)"), r"(\1) plus (\2)"),
    (re.compile(r"(?:the )?product of (.+) and (.+)"), r"(\1) times (\2)"),
    (re.compile(r"(?:the )?difference (?:between|of) (.+) and (.+)"), r"(\1) minus (\2)"),
    (re.compile(r"(?:the )?(?:average|mean) of (.+) and (.+)"), r"((\1) plus (\2)) divided by 2"),
    (re.compile(r"add (.+) (?:and|to|plus) (.+)"), r"(\1) plus (\2)"),
    (re.compile(r"(?:subtract|take(?: away)?) (.+) from (.+)"), r"(\2) minus (\1)"),
    (re.compile(r"multiply (.+) (?:by|and|with|times) (.+)"), r"(\1) times (\2)"),
    (re.compile(r"divide (.+) (?:by|into) (.+)"), r"(\1) divided by (\2)"),
    (re.compile(r"how many times (?:does|do|can|will) (.+) go into (.+)"), r"(\2) divided by (\1)"),
    (re.compile(r"(.+) into (.+)"), r"(\2) divided by (\1)"),
    (re.compile(r"(?:an? )?(.+ percent) tip (?:on|for|of|from) (.+)"), r"\1 of \2"),
    (re.compile(r"(.+) added to (.+)"), r"(\1) plus (\2)"),
    (re.compile(r"(.+) (?:subtracted|taken) from (.+)"), r"(\2) minus (\1)"),
    (re.compile(r"(?:the )?square of (.+)"), r"(\1) squared"),
    (re.compile(r"(.+) to the (\d+)(?:st|nd|rd|th)(?: power)?"), r"\1 to the power of \2"),
    *(
        (re.compile(rf"(.+) to the {ordinal}(?: power)?"), rf"\1 to the power of {power}")
        for power, ordinal in enumerate(_ORDINALS, start=2)
    ),
)
_LONGEST_ECHO = 60
"""Characters of a sum that is repeated in the answer, so that a misheard number is noticed."""


@dataclass(frozen=True, slots=True)
class Sum:
    expression: str
    """For the calculator."""
    currency: str = ""
    """ "dollar" if money was asked for."""
    echo: str = ""
    """How the answer begins: "7 times 8"; empty if the sum is better not repeated."""

    @classmethod
    def of(cls, words: str) -> Self:
        """A sum in the normal form of requests."""
        currency = _CURRENCY.search(words)
        bare = words[: currency.start()] if currency else words
        expression = _infix(bare)
        repeated = expression == bare and "(" not in words and len(words) <= _LONGEST_ECHO
        return cls(expression, currency[1] if currency else "", words if repeated else "")


def _infix(words: str) -> str:
    for pattern, infix in _REWORDED:
        if match := pattern.fullmatch(words):
            return match.expand(infix)
    return words
