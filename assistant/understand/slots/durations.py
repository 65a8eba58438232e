"""Durations: "10 minutes", "an hour and a half", "1 hour 20", "1 h 30 m", "3:30 minutes"."""

import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from assistant.understand.slots import amounts

SHORTEST_S, LONGEST_S = 1.0, 99 * 3600.0
"""Seconds; what no kitchen timer shows is more likely misheard."""

_UNITS = {
    form: seconds
    for seconds, forms in (
        (3600, "hour hours hr hrs h"),
        (60, "minute minutes min mins m"),
        (1, "second seconds sec secs s"),
    )
    for form in forms.split()
}
_MORE = ("more", "another", "extra", "additional", "full", "whole")
_LEADS = re.compile(r"^(?:(?:about|around|roughly|approximately|exactly) )?(?:an? (?=\d))?")
_GLUED = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
_WAIT = re.compile(
    r"^(?:an?|1|another|couple|a couple(?: of)?)(?: more)? (?:min|minute|sec|second)s?$"
)
_NUMBER = re.compile(r"[1-9]\d{0,2}")
_LONG_UNITS = {"day": 86400.0, "week": 7 * 86400.0, "month": 30 * 86400.0, "year": 365 * 86400.0}
_LONG = re.compile(
    rf"(?:(?P<many>\d{{1,3}}|an?|1 and a half) )?(?P<unit>{'|'.join(_LONG_UNITS)})s?"
)
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?")


def duration(words: str, now: datetime) -> float | None:
    """Seconds, 1 to 99 hours. A number without a unit is no duration, but the last may lack its
    own: "1 hour 20"."""
    parts = [word for word in _GLUED.sub(" ", _LEADS.sub("", words)).split() if word not in _MORE]
    seconds = _clock(parts)
    if seconds is None:
        seconds = _parts(parts)
    return seconds if seconds is not None and SHORTEST_S <= seconds <= LONGEST_S else None


def span(words: str, now: datetime) -> float | None:
    """A duration that stands alone: not "a minute" or "a second", which only ask to wait."""
    return None if _WAIT.search(words) else duration(words, now)


def long(words: str, now: datetime) -> float | None:
    """ "3 days", "a week": longer than any timer, in seconds."""
    match = _LONG.fullmatch(_LEADS.sub("", words))
    if match is None:
        return None
    many = int(match["many"]) if (match["many"] or "").isdecimal() else 1
    return many * _LONG_UNITS[match["unit"]] if many else None


def minutes(words: str, now: datetime) -> float | None:
    """ "15", where nothing but minutes can be meant: 1 to 600 of them, in seconds."""
    return 60.0 * int(words) if _NUMBER.fullmatch(words) and int(words) <= 600 else None


def _clock(words: Sequence[str]) -> float | None:
    """ "3:30 minutes", "1:30 hours", "1:30:00"; "2:00" alone may be a time of day."""
    match = _CLOCK.fullmatch(words[0]) if words else None
    if match is None:
        return None
    first, second, third = int(match[1]), int(match[2]), match[3]
    if third is not None:
        whole = len(words) == 1 or (len(words) == 2 and _UNITS.get(words[1]) == 3600)
        return 3600.0 * first + 60 * second + int(third) if whole else None
    unit = _UNITS.get(words[1], 0) if len(words) == 2 else 0
    return first * unit + second * unit / 60 if unit > 1 else None


def _parts(words: Sequence[str]) -> float | None:
    """Amounts with their units, the larger ones first."""
    total, last, at = Fraction(0), 0, 0
    while at < len(words):
        if last and words[at] == "and":
            at += 1
        found = _part(words[at:], last)
        if found is None:
            return None
        value, unit, size = found
        if last and unit >= last:
            return None
        total, last, at = total + value * unit, unit, at + size
    return float(total) if last else None


def _part(words: Sequence[str], last: int) -> tuple[Fraction, int, int] | None:
    """An amount, its unit in seconds, and how many words they took."""
    if last == 0 and words[0] in ("hour", "minute"):
        return (
            Fraction(1),
            _UNITS[words[0]],
            1,
        )  # "set an hour timer"; the "second timer" is no time
    found = amounts.read(words)
    if found is None:
        return None
    value, size = found
    if words[size : size + 1] and words[size] in _UNITS:
        return value, _UNITS[words[size]], size + 1
    if size != len(words) or last <= 1:
        return None
    if value < 1:  # "an hour and a half"
        return value * 60, last // 60, size
    return (value, last // 60, size) if value < 60 and words[0] not in ("a", "an") else None
