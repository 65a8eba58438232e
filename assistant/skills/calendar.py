"""Days that people name: holidays, weekdays, dates, "tomorrow", "in three days"."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = (
    "january february march april may june july august september october november december".split()
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
)

_DAY = (
    rf"(?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|(?:[23]0 )?(?:{'|'.join(_ORDINALS)})|thirtieth)"
)
_YEAR = r"(?:,? (?:of )?(?P<year>\d{4}|20 \d\d|19 \d\d))?"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
_DATES = tuple(
    re.compile(pattern + _YEAR) for pattern in (rf"{_MONTH} {_DAY}", rf"{_DAY} (?:of )?{_MONTH}")
)


def easter(year: int) -> date:
    """Western Easter Sunday: the anonymous Gregorian computus (Nature, 20 April 1876)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    rest_leaps, rest_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * rest_leaps - epact - rest_rest) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(n: int, weekday: int, month: int) -> Callable[[int], date]:
    """The n-th given weekday of a month."""

    def on(year: int) -> date:
        return date(year, month, 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (n - 1))

    return on


_CHRISTMAS = _fixed(12, 25)

# Where countries differ, the US day is meant, as the voice is US English.
HOLIDAYS: dict[str, Callable[[int], date]] = {
    "christmas": _CHRISTMAS,
    "christmas day": _CHRISTMAS,
    "christmas eve": _fixed(12, 24),
    "boxing day": _fixed(12, 26),
    "new year": _fixed(1, 1),
    "new years": _fixed(1, 1),
    "new years day": _fixed(1, 1),
    "new years eve": _fixed(12, 31),
    "valentines day": _fixed(2, 14),
    "saint patricks day": _fixed(3, 17),
    "st patricks day": _fixed(3, 17),
    "easter": easter,
    "easter sunday": easter,
    "good friday": lambda year: easter(year) - timedelta(days=2),
    "easter monday": lambda year: easter(year) + timedelta(days=1),
    "mothers day": _nth(2, 6, 5),
    "fathers day": _nth(3, 6, 6),
    "independence day": _fixed(7, 4),
    "labor day": _nth(1, 0, 9),
    "halloween": _fixed(10, 31),
    "thanksgiving": _nth(4, 3, 11),
    "thanksgiving day": _nth(4, 3, 11),
}
"""Name in the normal form of requests -> its date in a year."""


def next_day(words: str, today: date) -> date | None:
    """The next day that `words` name, today included: a holiday, a weekday, a date, "tomorrow",
    "in 3 days". None if they name none, or one that does not exist."""
    if words in ("today", "tomorrow", "yesterday", "the day after tomorrow"):
        return today + timedelta(days=relative_days(words))
    if days := _ahead(words):
        return _shifted(today, days)
    named = words.removeprefix("the ").removeprefix("next ").removeprefix("this ")
    if named in HOLIDAYS:
        holiday = HOLIDAYS[named]
        this = holiday(today.year)
        return this if this >= today else holiday(today.year + 1)
    if named in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(named) - today.weekday()) % 7)
    return next((day for pattern in _DATES if (day := _dated(pattern, words, today))), None)


def relative_days(words: str) -> int:
    return {"yesterday": -1, "today": 0, "tomorrow": 1, "the day after tomorrow": 2}[words]


_AHEAD = re.compile(
    r"(?:in (\d{1,5}|a) (day|week)s?(?: time)?|(\d{1,5}|a) (day|week)s? from (?:now|today))"
)
_AGO = re.compile(r"(\d{1,5}|a) (day|week)s? ago")


def _ahead(words: str) -> int:
    """Days from today that "in 3 days", "2 weeks from now" or "a week ago" mean; 0 if nothing."""
    if match := _AHEAD.fullmatch(words):
        number, unit = match[1] or match[3], match[2] or match[4]
        sign = 1
    elif match := _AGO.fullmatch(words):
        number, unit = match.groups()
        sign = -1
    else:
        return 0
    return sign * (1 if number == "a" else int(number)) * (7 if unit == "week" else 1)


def _shifted(today: date, days: int) -> date | None:
    ordinal = today.toordinal() + days
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def _dated(pattern: re.Pattern[str], words: str, today: date) -> date | None:
    match = pattern.fullmatch(words)
    if not match:
        return None
    month, day = MONTHS.index(match["month"]) + 1, _day_of_month(match["day"])
    if match["year"]:
        return _valid(int(match["year"].replace(" ", "")), month, day)
    # Far enough ahead to meet 29 February.
    days = (_valid(today.year + ahead, month, day) for ahead in range(9))
    return next((each for each in days if each and each >= today), None)


def _day_of_month(words: str) -> int:
    if words[0].isdigit() and " " not in words:
        return int(words.rstrip("stndrh"))
    if words == "thirtieth":
        return 30
    tens, _, unit = words.rpartition(" ")
    return int(tens or 0) + _ORDINALS.index(unit) + 1


def _valid(year: int, month: int, day: int) -> date | None:
    exists = 1 <= year <= 9999 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if exists else None
