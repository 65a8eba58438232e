"""What is asked of a calendar: dates, weekdays, how long until a day."""

import re
from calendar import isleap
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from assistant.skills.skill import Intent, Risk
from assistant.skills.wording import plural
from assistant.understand.calendar import HOLIDAYS, day_in, next_day
from assistant.understand.cities import title

UNKNOWN = "Sorry, I don't know that day."


@dataclass(frozen=True, slots=True)
class _OfDay(Intent):
    """About one day. "And on Friday?" is the same question about another."""

    risk: ClassVar[Risk] = Risk.READ
    occasion: str
    """The day in plain words: "tomorrow", "friday", "july 4", "christmas", "in 3 days",
    "2 weeks from friday", "the day after thanksgiving"."""
    year: int | None = None
    """Of a holiday or date, in which year. None: the next one."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"occasion": str(words)}:
                return replace(self, occasion=words)
            case {"year": int(year)}:
                return replace(self, year=year)
        return None


@dataclass(frozen=True, slots=True)
class TellDate(_OfDay):
    """The date of a day that is named by its distance, or of today."""

    occasion: str = "today"
    """The day in plain words: "today", "tomorrow", "in 45 days", "3 weeks from friday"."""


@dataclass(frozen=True, slots=True)
class TellWeekday(_OfDay):
    """On which day of the week a date or holiday falls."""


@dataclass(frozen=True, slots=True)
class WhenIs(_OfDay):
    """When a holiday is."""


@dataclass(frozen=True, slots=True)
class DaysUntil(_OfDay):
    """How many days until a date or holiday."""


@dataclass(frozen=True, slots=True)
class WeeksUntil(_OfDay):
    """How many weeks until a date or holiday."""


@dataclass(frozen=True, slots=True)
class DaysBetween(Intent):
    """How many days lie between two dates or holidays."""

    risk: ClassVar[Risk] = Risk.READ
    start: str
    """The first day in plain words: "today", "march 3", "christmas"."""
    end: str
    """The last day."""


@dataclass(frozen=True, slots=True)
class TellMonth(Intent):
    """Which month it is."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class TellYear(Intent):
    """Which year it is."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class WeekNumber(Intent):
    """Which week of the year it is."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class DaysLeftInYear(Intent):
    """How many days are left in this year."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class LeapYear(Intent):
    """Whether a year is a leap year."""

    risk: ClassVar[Risk] = Risk.READ
    year: int | None = None
    """Which. None: this one."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"year": int(year)}:
                return replace(self, year=year)
        return None


def about_days(intent: Intent, today: date) -> str | None:
    """The reply to one of the intents above; None if it is another."""
    match intent:
        case _OfDay(occasion, year):
            day = day_in(year, occasion) if year else next_day(occasion, today)
            return _about(intent, day, today) if day else UNKNOWN
        case DaysBetween(start, end):
            return _between(start, end, today)
        case TellMonth():
            return f"It's {today:%B %Y}."
        case TellYear():
            return f"It's {today.year}."
        case WeekNumber():
            return f"It's week {today.isocalendar().week}."
        case DaysLeftInYear():
            days = (date(today.year, 12, 31) - today).days
            return (
                f"There {'is' if days == 1 else 'are'} {plural(days, 'day')} left in {today.year}."
            )
        case LeapYear(year):
            return _leap_year(year or today.year, today)
    return None


def _about(intent: _OfDay, day: date, today: date) -> str:
    match intent:
        case TellDate(words):
            return _date(words, day, today)
        case TellWeekday(words):
            return f"{_named(words, day)} {'was' if day < today else 'is'} a {day:%A}."
        case DaysUntil(words) | WeeksUntil(words):
            weeks = isinstance(intent, WeeksUntil)
            return _until(_named(words, day), (day - today).days, weeks)
    name, verb = _named(intent.occasion, day), "was" if day < today else "is"
    if name[-1].isdigit():
        return f"{name} {verb} a {day:%A}."
    return f"{name} {verb} on {_written(day)}."


def _date(words: str, day: date, today: date) -> str:
    if words in ("today", "tomorrow", "yesterday"):
        return f"{words.capitalize()} {'was' if day < today else 'is'} {_written(day)}."
    return f"It {'was' if day < today else 'will be'} {_written(day)}."


def _until(name: str, days: int, weeks_asked: bool) -> str:
    if days == 0:
        return f"{name} is today."
    if days < 0:
        return f"{name} was {plural(-days, 'day')} ago."
    if not weeks_asked or days < 7:
        return f"{name} is in {plural(days, 'day')}."
    weeks, rest = divmod(days, 7)
    return f"{name} is in {plural(weeks, 'week')}" + (
        f" and {plural(rest, 'day')}." if rest else "."
    )


def _between(start: str, end: str, today: date) -> str:
    """The second day is looked for after the first: from december 24 to january 3."""
    first, last = next_day(start, today), next_day(end, today)
    if first is None or last is None:
        return UNKNOWN
    if last < first:
        last = next_day(end, first) or last
    days = abs((last - first).days)
    verb = "is" if days == 1 else "are"
    names = " and ".join(
        words if words in ("today", "tomorrow", "yesterday") else _named(words, day)
        for words, day in ((start, first), (end, last))
    )
    return f"There {verb} {plural(days, 'day')} between {names}."


def _leap_year(year: int, today: date) -> str:
    no = "" if isleap(year) else " not"
    verb = "was" + no if year < today.year else "is" + no if year == today.year else f"will{no} be"
    return f"{year} {verb} a leap year."


def _written(day: date) -> str:
    """ "Saturday, November 21, 2026"."""
    return f"{day:%A, %B} {day.day}, {day.year}"


_COUNTED = re.compile(
    r"\d| of |january|february|march|april|may\b|june\b|july|august|ember|october"
    r"|\b(?:ago|from|before|after|in)\b"
)
_POSSESSIVE = re.compile(r"\b(new year|valentine|patrick|mother|father|april fool)s\b")


def _named(words: str, day: date) -> str:
    """How the day that was asked for is called in the reply: a holiday by its name."""
    name = words.removeprefix("on ").removeprefix("next ").removeprefix("this ")
    if words == "the day after tomorrow":
        return words
    if name not in HOLIDAYS and _COUNTED.search(name):
        return f"{day:%B} {day.day}, {day.year}"
    if name == "the weekend":
        return "The weekend"
    name = _POSSESSIVE.sub(r"\1's", name).replace("presidents", "presidents'")
    return title(name).replace("'S", "'s")
