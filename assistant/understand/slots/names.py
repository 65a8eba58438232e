"""Names that people give to things, and nouns they ask about: short, no orders in disguise."""

import re
from datetime import datetime

from assistant.understand.calendar import MONTHS
from assistant.understand.slots import amounts
from assistant.understand.slots.days import day
from assistant.understand.slots.durations import duration
from assistant.understand.slots.times import time
from assistant.understand.slots.weekdays import days, rhythm_in

LONGEST = 60
"""Characters."""
_MOST_WORDS = 4

_DETERMINERS = re.compile(r"^(?:(?:the|my|our|your|a|an|that|this) )+")
_NO_NAME = frozenset(
    "timer timers alarm alarms reminder reminders countdown minute minutes hour hours seconds "
    "set cancel add delete remove start stop pause resume create make remind wake restart snooze "
    "do not never call called name named for from until please and or but with by am pm".split()
)
"""What stands in no name: it would be a piece of the sentence around it, misheard as a name."""
_NO_LABEL = _NO_NAME | frozenset(
    "move change push shift switch edit reschedule postpone delay weekly daily recurring "
    "repeating".split()
)
"""What a purpose may hold ("move the car"), but no name."""
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    r"(?:\d|\bcouple of|\bfew|\bseveral) (?:day|week|month|year)s?\b"
    rf"|\b{_MONTH} (?:the )?{_ORDINAL}\b|\b{_ORDINAL} (?:of )?{_MONTH}\b"
)
_NO_DATE = re.compile(rf"^(?:day|week|month|year)s?$|{_DATE}|\d(?:st|nd|rd|th)$")
_DATE_AT_EDGE = re.compile(rf"^(?:(?:on|for|the) )*(?:{_DATE})|(?:{_DATE})$")
"""Some of a date, or of a length in days, that was not understood: "february 30", "3 days"."""
_HOMOPHONES = {"t": "tea", "flower": "flour", "flowers": "flour"}
"""What recognisers write -> what is meant in a kitchen; whole names and ingredients."""
_UNFIT = re.compile(r"^(?:to|in|into|as) | (?:way|weigh)$")
"""Of an ingredient: a piece of the sentence around it."""
_NO_EDGE = frozenset("to at in on of off is are it up down out the a an my your me i".split())
_NO_DISH = frozenset(
    "quiet silence silent hush "
    "only just maybe perhaps almost nearly about around wait over under past after before ago last "
    "next within give take takes took need needs want see sleep in back late early yes no okay "
    "sorry later left still yet one my your his her their our me you him them what "
    "why how when who where which whatever is was were be been has have had did does got get "
    "add put cut another every each roughly approximately exactly precisely literally like "
    "hold try say said think guess walk run drive ride jog swim rest break breathe talk read "
    "away apart straight long short top tops max maximum minimum flat per some few several "
    "sharp total altogether already waited lasted spent went forever good great thanks let keep "
    "extend cook bake boil fry roast steam simmer grill steep change make count time".split()
)
"""Single words that make a sentence of a duration: "only ten minutes"."""
_OPEN_END = frozenset("to at of is are it a an the my your i for with".split())
"""With which no purpose ends."""
_NO_WHOLE = frozenset(
    "it this that these those them all every each both any one ones other others another some "
    "first second third last next latest new same current everything something anything nothing "
    "what which who me you yes no off on up down more less again half now long left time".split()
)


def name(words: str, now: datetime) -> str | None:
    """1 to 4 words without the article before them; no number, duration, day or time."""
    bare = _DETERMINERS.sub("", words)
    parts = bare.split()
    if not 1 <= len(parts) <= _MOST_WORDS or len(bare) > LONGEST or _NO_LABEL & set(parts):
        return None
    if parts[0] in _NO_EDGE or parts[-1] in _NO_EDGE or _is_pointing(parts):
        return None
    if _measured(bare, now) or undated(bare) or rhythm_in(bare):
        return None
    return _HOMOPHONES.get(bare, bare)


def undated(words: str) -> bool:
    """Whether they hold a piece of a date that there is not: "february 30"."""
    return _NO_DATE.search(words) is not None


def dated_at_edge(words: str) -> bool:
    """Whether a longer text begins or ends so: "call mom on february 30"."""
    return _DATE_AT_EDGE.search(words) is not None


def dish(words: str, now: datetime) -> str | None:
    """A name of one word that may stand bare beside a duration: "pasta"."""
    named = name(words, now)
    return None if named is None or words in _NO_DISH or len(words.split()) > 1 else named


def purpose(words: str, now: datetime) -> str | None:
    """What a timer is for, at length: "take the cake out of the oven"; 2 to 9 words."""
    bare = _DETERMINERS.sub("", words)
    parts = bare.split()
    if not 2 <= len(parts) <= 9 or len(bare) > LONGEST or _NO_NAME & set(parts):
        return None
    if _measured(bare, now) or parts[-1] in _OPEN_END or undated(bare) or rhythm_in(bare):
        return None
    return bare


def noun(words: str, now: datetime) -> str | None:
    """What is cooked or asked about: "soft boiled eggs"; 1 to 6 words, without "some" and "a"."""
    bare = re.sub(r"^(?:(?:the|my|our|a|an|some|any|of|of the) )+", "", words)
    parts = bare.split()
    if not 1 <= len(parts) <= 6 or len(bare) > LONGEST or _is_pointing(parts):
        return None
    return None if _measured(bare, now) else bare


def ingredient(words: str, now: datetime) -> str | None:
    """A noun without a number in it."""
    found = noun(words, now)
    if found is None or any(each.isdecimal() for each in found) or _UNFIT.search(found):
        return None
    return " ".join(_HOMOPHONES.get(word, word) for word in found.split())


def _is_pointing(parts: list[str]) -> bool:
    """ "the last one", "this", "all of them": nothing that has a name."""
    return all(each in _NO_WHOLE or each in _NO_EDGE or each.isdecimal() for each in parts)


def _measured(words: str, now: datetime) -> bool:
    parsers = (amounts.amount, duration, time, day, days)
    return any(parser(words, now) is not None for parser in parsers)
