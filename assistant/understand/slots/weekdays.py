"""Days of the week on which something repeats: "every monday and thursday", "weekdays"."""

import re
from datetime import datetime

from assistant.understand.calendar import WEEKDAYS

_EVERY_DAY = tuple(range(7))
_NAMED = {
    "daily": _EVERY_DAY,
    "everyday": _EVERY_DAY,
    "weekday": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
} | {name: (number,) for number, name in enumerate(WEEKDAYS)}
_WORKING_DAY = re.compile(r"\b(?:work ?|working |school |week )day")
_WEEK_END = re.compile(r"\bweek end")
_LEADS = re.compile(r"^(?:(?:on|for|repeating|the|from) )+")
_EVERY = re.compile(r"(?:every|each)(?: single)? ")
_ANY_DAY = re.compile(r"(?:every|each)(?: single)? day(?: of the week)?|all days|all 7 days")
_JOINTS = ("and", "every", "on", "each")
_EXCEPT = re.compile(r" (?:except|but not|but|apart from)(?: for)? (?:on )?")
_RANGE = re.compile(r"(?P<first>\w+?)s? (?:to|through|thru|till|until) (?P<last>\w+?)s?")

_RHYTHM = re.compile(
    r"\b(?:every|each) (?:other|\d+(?:st|nd|rd|th)?|second|third|fourth|few|couple|a couple"
    r"|half|quarter|minute|hour|week|month|year)\b"
    r"|\b(?:once|twice|times) an? (?:hour|day|week|month|year)\b"
    r"|^(?:bi ?weekly|fortnightly|monthly|yearly|annually|hourly|weekly)\b"
    r"|\b(?:bi ?weekly|fortnightly|monthly|yearly|annually|hourly|weekly)$"
)
_RHYTHM_ALONE = re.compile(
    rf"(?:(?:on )?the )?(?:(?:\w+ )?(?:{'|'.join(WEEKDAYS)}|day) )?(?:(?:\w+ )?of )?"
    r"(?P<rhythm>(?:(?:every|each|once|twice|\d+ times) [\w ]+)"
    r"|bi ?weekly|fortnightly|monthly|yearly|annually|hourly|weekly)"
)


def rhythm_in(words: str) -> bool:
    """Whether they hold a rhythm that nothing here repeats in: "take the pills every 2 hours"."""
    return _RHYTHM.search(words) is not None


def rhythm(words: str, now: datetime) -> str | None:
    """A rhythm of other than days of the week: "every other friday", "the first of every month",
    "every 2 weeks on monday", "monthly"."""
    short = len(words.split()) <= 8
    found = _RHYTHM_ALONE.fullmatch(words) if short else None
    return words if found and rhythm_in(found["rhythm"]) else None


def days(words: str, now: datetime) -> tuple[int, ...] | None:
    """Monday is 0, in order. One weekday in the singular ("monday") is a day, not a habit, unless
    "every" stands before it."""
    kept, *dropped = _EXCEPT.split(words, maxsplit=1)
    found = _all(kept)
    if found and dropped:
        without = _all("every " + dropped[0])
        found = tuple(each for each in found if each not in without) if without else None
    return found or None


def _all(words: str) -> tuple[int, ...] | None:
    words = _LEADS.sub("", _WEEK_END.sub("weekend", _WORKING_DAY.sub("weekday", words)))
    if _ANY_DAY.fullmatch(words):
        return _EVERY_DAY
    every = _EVERY.match(words)
    named = words[every.end() :] if every else words.removeprefix("all ")
    if match := _RANGE.fullmatch(named):
        return _range(match["first"], match["last"])
    return _listed(named.split(), habit=bool(every))


def _range(first: str, last: str) -> tuple[int, ...] | None:
    if first not in WEEKDAYS or last not in WEEKDAYS:
        return None
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return tuple(sorted((start + step) % 7 for step in range((end - start) % 7 + 1)))


def _listed(words: list[str], habit: bool) -> tuple[int, ...] | None:
    """ "monday and thursday", "monday wednesday and friday", "tuesdays", "weekdays and sunday"."""
    found: set[int] = set()
    for word in words:
        if word in _JOINTS:
            continue
        one = word.removesuffix("s")
        if one not in _NAMED:
            return None
        found |= set(_NAMED[one])
        habit = habit or word != one
    if not words or words[0] in _JOINTS or words[-1] in _JOINTS:
        return None
    return tuple(sorted(found)) if habit or len(found) > 1 else None
