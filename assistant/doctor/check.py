"""The result of one check."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["green", "yellow", "red"]
"""It is well; it works, but not as well as it could; it does not work."""

_ORDER: tuple[Level, ...] = ("green", "yellow", "red")


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    """One or two words."""
    level: Level
    text: str
    """What was found: a sentence."""
    remedy: str = ""
    """What to do about it: a sentence, unless it is green."""


def worst(checks: Iterable[Check]) -> Level:
    """Green if there are none."""
    return max((check.level for check in checks), key=_ORDER.index, default="green")


def told(name: str, level: Level, sentence: str, otherwise: str) -> Check:
    """A check whose `sentence` says what is wrong and, behind its last semicolon, what to do;
    `otherwise`: what to do if it says nothing."""
    text, semicolon, remedy = sentence.rpartition("; ")
    if not semicolon:
        return Check(name, level, sentence, otherwise)
    return Check(name, level, f"{text}.", remedy[0].upper() + remedy[1:])
