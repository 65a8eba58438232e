"""One day: "tomorrow", "next friday", "december 24", "friday december 4", "the 24th"."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from assistant.understand.calendar import MONTHS, WEEKDAYS, day_of_month, next_day

_OF_DAY = re.compile(r"(?<=^today)s$|(?<=^tomorrow)s$|(?<=^tonight)s$")
_FILLED = re.compile(r"^(?:on|for|by) (?=\w)|^(?:on )?(?:this |the )?(?:up)?coming ")
_COUPLE = re.compile(r"\ba couple (?:of )?")
_TODAY = re.compile(r"tonight|later today|this (?:morning|afternoon|evening)")
_MONTH = re.compile(r"\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})")
_MONTH_NAME = rf"(?P<month>{'|'.join(MONTHS)})"
_DATES = (
    re.compile(rf"(?:on )?{_MONTH_NAME} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"),
    re.compile(rf"(?:on )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH_NAME}"),
)
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_WITH_DATE = re.compile(rf"(?P<weekday>{_WEEKDAY}) (?P<date>.+)")
_NEXT_WEEK = re.compile(rf"{_WEEKDAY} (?:of )?next week|next week (?:on )?{_WEEKDAY}")
_WEEK_AFTER = re.compile(
    rf"(?:a |1 )?week (?:from|after|on) (?:next |this )?{_WEEKDAY}|{_WEEKDAY} (?:in a )?week"
)
_NEXT = re.compile(r"next (week|month|year)")
_OF_MONTH = re.compile(r"(?:the )?(?P<day>\d{1,2}(?:st|nd|rd|th)|(?:[23]0 )?[a-z]+)")


def day(words: str, now: datetime) -> date | None:
    """Today or later; None for days gone by."""
    today = now.date()
    bare = _FILLED.sub("", _OF_DAY.sub("", words))
    placed = bare != words
    bare = _COUPLE.sub("2 ", _MONTH.sub(_full_month, bare))
    found = _day(bare, today) or _of_month(bare, today, placed)
    return found if found is not None and found >= today else None


def no_day(words: str, now: datetime) -> str | None:
    """A date that no year has: "february 30" -> "February 30"."""
    match = next((found for each in _DATES if (found := each.fullmatch(words))), None)
    if match is None:
        return None
    of_month, month = int(match["day"]), MONTHS.index(match["month"]) + 1
    if 1 <= of_month <= monthrange(2028, month)[1]:  # a leap year
        return None
    return f"{match['month'].capitalize()} {of_month}"


def _day(words: str, today: date) -> date | None:
    if _TODAY.fullmatch(words):
        return today
    if words == "day after tomorrow":
        return today + timedelta(days=2)
    if _NEXT_WEEK.fullmatch(words):  # weeks begin on Monday
        return today + timedelta(days=7 - today.weekday() + WEEKDAYS.index(_weekday(words)))
    if _WEEK_AFTER.fullmatch(words):
        return (next_day(_weekday(words), today) or today) + timedelta(days=7)
    if match := _WITH_DATE.fullmatch(words):
        dated = next_day(match["date"], today) or _of_month(match["date"], today, placed=True)
        return dated if dated and WEEKDAYS[dated.weekday()] == match["weekday"] else None
    if match := _SLASHED.fullmatch(words):
        month, of_month = int(match[1]), int(match[2])
        words = f"{MONTHS[month - 1]} {of_month}" if 1 <= month <= 12 else ""
    if match := _NEXT.fullmatch(words):
        words = f"in a {match[1]}"
    found = next_day(words, today)
    if found == today and words.startswith("next "):
        return today + timedelta(days=7)
    return found


def _weekday(words: str) -> str:
    return next(name for name in WEEKDAYS if name in words)


def _of_month(words: str, today: date, placed: bool) -> date | None:
    """ "the 24th": of this month, or of the next that has one and is not over. The first ten only
    behind an "on": "the second" may be the second alarm."""
    match = _OF_MONTH.fullmatch(words)
    number = day_of_month(match["day"]) if match else None
    if number is None or not (1 if placed else 11) <= number <= 31:
        return None
    days = (today + timedelta(days=ahead) for ahead in range(63))
    return next((each for each in days if each.day == number), None)


def _full_month(match: re.Match[str]) -> str:
    return next(month for month in MONTHS if month.startswith(match[1][:3]))
