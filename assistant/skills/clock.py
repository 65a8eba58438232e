"""Time and date: "what time is it in Tokyo", "what day is it tomorrow", "how long until Easter"."""

import re
from calendar import isleap
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from assistant.skills.calendar import next_day
from assistant.skills.cities import title, zone
from assistant.skills.request import normal
from assistant.skills.skill import Reply


class Clock:
    """Answers what a clock and a calendar on the wall can answer."""

    def answer(self, text: str, now: datetime) -> Reply | None:
        request = normal(text)
        for pattern, reply in _PATTERNS:
            if match := pattern.fullmatch(request):
                words = reply(match, now)
                return Reply(words) if words else None
        return None


def clock_time(moment: datetime) -> str:
    """ "10:45 AM"."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def written(day: date) -> str:
    """ "Saturday, November 21, 2026"."""
    return f"{day:%A, %B} {day.day}, {day.year}"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _time(match: re.Match[str], now: datetime) -> str:
    return f"It's {clock_time(now)}."


def _time_there(match: re.Match[str], now: datetime) -> str | None:
    place = match["place"]
    there = zone(place)
    if there is None and place.startswith("the "):
        return None  # "the oven" is no place with a time of its own
    if there is None:
        return f"Sorry, I don't know the time zone of {title(place)}."
    moment = now.astimezone(there)
    day = {-1: " yesterday", 0: "", 1: " tomorrow"}[(moment.date() - now.date()).days]
    return f"It's {clock_time(moment)}{day} in {title(place)}."


def _time_later(match: re.Match[str], now: datetime) -> str:
    hours, minutes = (_number(match[unit]) for unit in ("hours", "minutes"))
    past = "ago" in match.groupdict()
    # Through UTC, because adding to a local time ignores a change of the clocks in between.
    moment = now.astimezone(UTC) + (-1 if past else 1) * timedelta(hours=hours, minutes=minutes)
    return f"It {'was' if past else 'will be'} {clock_time(moment.astimezone(now.tzinfo))}."


def _number(words: str | None) -> int:
    return 1 if words in ("a", "an") else int(words or 0)


def _date(match: re.Match[str], now: datetime) -> str | None:
    words = match.groupdict().get("day") or "today"
    day = next_day(words, now.date())
    if day is None:
        return None
    if words in ("today", "tomorrow", "yesterday"):
        verb = "was" if words == "yesterday" else "is"
        return f"{words.capitalize()} {verb} {written(day)}."
    return f"It {'was' if day < now.date() else 'will be'} {written(day)}."


def _weekday(match: re.Match[str], now: datetime) -> str | None:
    words = match["day"]
    day = next_day(words, now.date())
    if day is None:
        return None
    verb = "was" if day < now.date() else "is"
    return f"{_named(words, day)} {verb} a {day:%A}."


def _when(match: re.Match[str], now: datetime) -> str | None:
    words = match["day"]
    day = next_day(words, now.date())
    if day is None:
        return None
    name = _named(words, day)
    return f"{name} is a {day:%A}." if name[-1].isdigit() else f"{name} is on {written(day)}."


def _until(match: re.Match[str], now: datetime) -> str | None:
    words, unit = match["day"], match["unit"] or "day"
    day = next_day(words, now.date())
    if day is None:
        return None
    days, name = (day - now.date()).days, _named(words, day)
    if days == 0:
        return f"{name} is today."
    if days < 0:
        return f"{name} was {_plural(-days, 'day')} ago."
    if unit == "week" and days >= 7:
        weeks, rest = divmod(days, 7)
        span = _plural(weeks, "week") + (f" and {_plural(rest, 'day')}" if rest else "")
    else:
        span = _plural(days, "day")
    return f"{name} is in {span}."


def _month(match: re.Match[str], now: datetime) -> str:
    return f"It's {now:%B %Y}."


def _week(match: re.Match[str], now: datetime) -> str:
    return f"It's week {now.isocalendar().week}."


def _left_in_year(match: re.Match[str], now: datetime) -> str:
    days = (date(now.year, 12, 31) - now.date()).days
    return f"There {'is' if days == 1 else 'are'} {_plural(days, 'day')} left in {now.year}."


def _leap_year(match: re.Match[str], now: datetime) -> str:
    year = int((match["year"] or str(now.year)).replace(" ", ""))
    verb = "was" if year < now.year else "is" if year == now.year else "will be"
    return f"{year} {verb} {'' if isleap(year) else 'not '}a leap year."


def _named(words: str, day: date) -> str:
    """How the day that was asked for is called in the reply."""
    name = words.removeprefix("next ").removeprefix("this ")
    if re.search(r"\d| of |january|february|march|april|may|june|july|august|ember|october", name):
        return f"{day:%B} {day.day}, {day.year}"
    name = re.sub(r"\b(new year|valentine|patrick|mother|father)s\b", r"\1's", name)
    return title(name).replace("'S", "'s") if name != "the day after tomorrow" else name


_Answer = Callable[[re.Match[str], datetime], str | None]

_NOW = r"(?: now| currently| here| today)*"
_THE_TIME = r"(?:the |your )?(?:current |exact |local )?time"
_WHAT_TIME = rf"(?:what time (?:is it|it is)|(?:what is )?{_THE_TIME}(?: is it| it is)?){_NOW}"
_SPAN = (
    r"(?:(?P<hours>\d{1,3}|an?) hours?)?(?: and)? ?(?:(?P<minutes>\d{1,4}|a) minutes?)?"
    r"(?<=[rse])"
)
_IS_IT = r"(?:is it|it is|is today|today is|do we have|have we)"
_RELATIVE = (
    r"(?P<day>today|tomorrow|yesterday|the day after tomorrow"
    r"|in (?:\d+|a) (?:day|week)s?(?: time)?|(?:\d+|a) (?:day|week)s? from (?:now|today)"
    r"|(?:\d+|a) (?:day|week)s? ago)"
)
_DAY = r"(?P<day>[a-z\d ]{3,40}?)"
_OF_WEEK = r"(?: of the (?:week|month|year))?"

_TABLE: tuple[tuple[_Answer, tuple[str, ...]], ...] = (
    (
        _time,
        (
            rf"{_WHAT_TIME}|what time (?:do we have|have we got){_NOW}",
            r"(?:do you )?have the time|how late is it|what (?:is )?time",
        ),
    ),
    (
        _time_later,
        (
            rf"what time (?:is it|it is|will it be|would it be) in {_SPAN}",
            rf"what time (?:is it|it is|will it be|would it be) {_SPAN} from now",
            rf"what time was it {_SPAN} (?P<ago>ago)",
        ),
    ),
    (_time_there, (rf"{_WHAT_TIME} (?:over )?in (?P<place>[^\W\d_]+(?: [^\W\d_]+){{0,3}})",)),
    (
        _date,
        (
            rf"(?:what|which) (?:date|day){_OF_WEEK} {_IS_IT}{_NOW}",
            rf"(?:what is )?(?:the |todays )?(?:current )?(?:date|day{_OF_WEEK}){_NOW}",
            r"what is (?:the )?(?:date|day) of today|what is today|(?:what )?todays date",
            rf"(?:what|which) (?:day|date){_OF_WEEK} (?:is|was|will)(?: it)?(?: be)? {_RELATIVE}",
            rf"what (?:is|was|will) (?:be )?the (?:day|date)(?: be)? {_RELATIVE}",
            r"what (?:is|was) (?P<day>tomorrow|yesterday)(?:s (?:date|day))?",
            r"what (?:is|will be) (?P<day>the day after tomorrow)",
        ),
    ),
    (_month, (rf"(?:what|which) (?:month|year) {_IS_IT}{_NOW}",)),
    (
        _weekday,
        (
            rf"(?:what|which) (?:week)?day{_OF_WEEK} (?:is|was|does|will) "
            rf"{_DAY}(?: (?:on|fall on|be|be on|this year))*",
        ),
    ),
    (_when, (rf"(?:when|what (?:date|day)) is {_DAY}(?: this year)?",)),
    (
        _until,
        (
            r"how (?:many (?P<unit>day|week)s?|long)"
            r"(?: (?:are there|there are|is there|is it|it is|do we have|are left|left|are))?"
            rf"(?: left)? (?:until|till|til|to|before) {_DAY}",
        ),
    ),
    (
        _left_in_year,
        (
            r"how many days (?:are )?(?:left|remaining|there are|are there)(?: left)? "
            r"(?:in (?:the|this) year|this year)",
        ),
    ),
    (
        _week,
        (
            rf"(?:what|which) week(?: number)?{_OF_WEEK} {_IS_IT}{_NOW}",
            r"what is the (?:current )?week number|what is the number of (?:this|the) week",
        ),
    ),
    (
        _leap_year,
        (
            r"(?:is|was|will) (?:it|this(?: year)?|(?P<year>\d{4}|\d\d \d\d))(?: be)? "
            r"a leap year(?: this year)?",
        ),
    ),
)
_PATTERNS = tuple(
    (re.compile(pattern), answer) for answer, patterns in _TABLE for pattern in patterns
)
