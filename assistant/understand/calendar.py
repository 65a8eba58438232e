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
    "valentines": _fixed(2, 14),
    "xmas": _CHRISTMAS,
    "4th of july": _fixed(7, 4),
    "fourth of july": _fixed(7, 4),
    "saint patricks day": _fixed(3, 17),
    "st patricks day": _fixed(3, 17),
    "easter": easter,
    "easter sunday": easter,
    "martin luther king day": _nth(3, 0, 1),
    "mlk day": _nth(3, 0, 1),
    "groundhog day": _fixed(2, 2),
    "presidents day": _nth(3, 0, 2),
    "earth day": _fixed(4, 22),
    "cinco de mayo": _fixed(5, 5),
    "memorial day": lambda year: date(year, 5, 31) - timedelta(days=date(year, 5, 31).weekday()),
    "juneteenth": _fixed(6, 19),
    "columbus day": _nth(2, 0, 10),
    "indigenous peoples day": _nth(2, 0, 10),
    "veterans day": _fixed(11, 11),
    "black friday": lambda year: _nth(4, 3, 11)(year) + timedelta(days=1),
    "palm sunday": lambda year: easter(year) - timedelta(days=7),
    "ash wednesday": lambda year: easter(year) - timedelta(days=46),
    "mardi gras": lambda year: easter(year) - timedelta(days=47),
    "april fools day": _fixed(4, 1),
    "april fools": _fixed(4, 1),
    "may day": _fixed(5, 1),
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
    "in 3 days", "2 weeks from friday". None if they name none, or one that does not exist."""
    if words in _RELATIVE:
        return _shifted(today, _RELATIVE[words], "day")
    words = words.removeprefix("on ")
    for pattern in _SHIFTS:
        if match := pattern.fullmatch(words):
            return _counted(match, today)
    if words.startswith("next "):
        today = today + timedelta(days=1)
    named = _bare(words)
    if named in HOLIDAYS:
        holiday = HOLIDAYS[named]
        this = holiday(today.year)
        return this if this >= today else holiday(today.year + 1)
    if named == "weekend":
        named = "saturday"
    if named in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(named) - today.weekday()) % 7)
    if last := _LAST.fullmatch(words):
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(last[1]) - 1) % 7 + 1)
    return next((day for pattern in _DATES if (day := _dated(pattern, words, today))), None)


def day_in(year: int, words: str) -> date | None:
    """The holiday or date of one year; None if `words` name neither."""
    words = words.removeprefix("on ")
    if holiday := HOLIDAYS.get(_bare(words)):
        return holiday(year)
    day = next((day for each in _DATES if (day := _dated(each, words, date(year, 1, 1)))), None)
    return day if day and day.year == year else None


def has_date(words: str) -> bool:
    """Whether they name a holiday or a date, and no day that moves as time goes by."""
    words = words.removeprefix("on ")
    return _bare(words) in HOLIDAYS or any(pattern.fullmatch(words) for pattern in _DATES)


def _bare(words: str) -> str:
    for word in ("the ", "next ", "this ", "coming "):
        words = words.removeprefix(word)
    return words


_RELATIVE = {"yesterday": -1, "today": 0, "now": 0, "tomorrow": 1}
_LAST = re.compile(rf"last ({'|'.join(WEEKDAYS)})")
_COUNT = r"(?P<count>\d{1,5}|an?|the|a couple of|a fortnight)(?: (?P<unit>day|week|month|year)s?)?"
_SHIFTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"in {_COUNT}(?: time)?",
        rf"{_COUNT} (?P<sign>ago)",
        rf"{_COUNT} (?P<sign>from|after|before) (?P<anchor>.+)",
    )
)


def _counted(match: re.Match[str], today: date) -> date | None:
    """The day "in 3 weeks", "2 days ago", "a week from friday", "the day before christmas"."""
    parts = match.groupdict()
    unit, count = parts["unit"], parts["count"]
    anchor = next_day(parts["anchor"], today) if parts.get("anchor") else today
    if anchor is None or (unit is None) == (count != "a fortnight"):
        return None
    number = {"a couple of": 2, "a fortnight": 2}.get(count, int(count) if count.isdigit() else 1)
    sign = -1 if parts.get("sign") in ("ago", "before") else 1
    return _shifted(anchor, sign * number, unit or "week")


def _shifted(today: date, number: int, unit: str) -> date | None:
    """So many days, weeks, months or years later; of months the last day where one is shorter."""
    if unit in ("day", "week"):
        ordinal = today.toordinal() + number * (7 if unit == "week" else 1)
        return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
    years, month = divmod(today.month - 1 + number * (12 if unit == "year" else 1), 12)
    year = today.year + years
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _dated(pattern: re.Pattern[str], words: str, today: date) -> date | None:
    match = pattern.fullmatch(words)
    if not match:
        return None
    month, day = MONTHS.index(match["month"]) + 1, day_of_month(match["day"])
    if day is None:
        return None
    if match["year"]:
        return _valid(int(match["year"].replace(" ", "")), month, day)
    # Far enough ahead to meet 29 February.
    days = (_valid(today.year + ahead, month, day) for ahead in range(9))
    return next((each for each in days if each and each >= today), None)


def day_of_month(words: str) -> int | None:
    """ "24", "24th", "20 fourth" -> 24; None: it is no number of a day."""
    if words[:1].isdigit() and " " not in words:
        digits = words.rstrip("stndrh")
        return int(digits) if digits.isdecimal() else None
    if words == "thirtieth":
        return 30
    tens, _, unit = words.rpartition(" ")
    if unit not in _ORDINALS or tens not in ("", "20", "30"):
        return None
    return int(tens or 0) + _ORDINALS.index(unit) + 1


def _valid(year: int, month: int, day: int) -> date | None:
    exists = 1 <= year <= 9999 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if exists else None
