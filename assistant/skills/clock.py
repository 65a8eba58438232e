"""The clock and the calendar on the wall: "what time is it in Tokyo", "how long until Easter"."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from assistant.agenda import next_due
from assistant.skills.days import (
    DaysBetween,
    DaysLeftInYear,
    DaysUntil,
    LeapYear,
    TellDate,
    TellMonth,
    TellWeekday,
    TellYear,
    WeekNumber,
    WeeksUntil,
    WhenIs,
    about_days,
)
from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.wording import about_text, plural, time_text
from assistant.understand.cities import title, zone
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World


@dataclass(frozen=True, slots=True)
class TellTime(Intent):
    """What time it is, here or somewhere else."""

    risk: ClassVar[Risk] = Risk.READ
    place: str = ""
    """A city or country in lower case: "tokyo". Empty: here."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"place": str(place)}:
                return TellTime(place)
        return None


@dataclass(frozen=True, slots=True)
class _Shifted(Intent):
    risk: ClassVar[Risk] = Risk.READ
    duration: float
    """Seconds."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"duration": int() | float() as duration}:
                return replace(self, duration=float(duration))
        return None


@dataclass(frozen=True, slots=True)
class TimeLater(_Shifted):
    """What time it will be some hours or minutes from now."""


@dataclass(frozen=True, slots=True)
class TimeEarlier(_Shifted):
    """What time it was some hours or minutes ago."""


@dataclass(frozen=True, slots=True)
class TimeUntil(Intent):
    """How long until a time of day."""

    risk: ClassVar[Risk] = Risk.READ
    time: TimeOfDay
    """Which: "5 pm", "midnight"."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"time": TimeOfDay() as time}:
                return TimeUntil(time)
        return None


@dataclass(frozen=True, slots=True)
class TimeDifference(Intent):
    """How many hours the clocks of two places differ."""

    risk: ClassVar[Risk] = Risk.READ
    place: str
    """A city or country in lower case: "tokyo"."""
    other: str = ""
    """Compared with which. Empty: with here."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"place": str(place)}:
                return replace(self, place=place)
        return None


class Clock:
    """Answers what a clock and a calendar on the wall can answer."""

    name = "clock"
    intents: tuple[type[Intent], ...] = (
        TellTime,
        TimeLater,
        TimeEarlier,
        TimeUntil,
        TimeDifference,
        TellDate,
        TellWeekday,
        WhenIs,
        DaysUntil,
        WeeksUntil,
        DaysBetween,
        TellMonth,
        TellYear,
        WeekNumber,
        DaysLeftInYear,
        LeapYear,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case TellTime(place):
                return Reply(_time_there(place, world.now) if place else _time(world.now))
            case TimeLater(seconds):
                return Reply(f"It will be {_after(seconds, world.now)}.")
            case TimeEarlier(seconds):
                return Reply(f"It was {_after(-seconds, world.now)}.")
            case TimeUntil(time):
                return Reply(_until(time, world.now))
            case TimeDifference(place, other):
                return Reply(_difference(place, other, world.now))
        words = about_days(intent, world.now.date())
        if words is None:
            raise TypeError(intent)
        return Reply(words)

    def question(self, intent: Intent, world: World) -> str | None:
        return None


def _time(now: datetime) -> str:
    return f"It's {time_text(now)}."


def _time_there(place: str, now: datetime) -> str:
    there = zone(place)
    if there is None:
        return _unknown(place)
    moment = now.astimezone(there)
    days = (moment.date() - now.date()).days
    day = {-1: " yesterday", 0: "", 1: " tomorrow"}.get(days, f" on {moment:%A}")
    return f"It's {time_text(moment)}{day} in {title(place)}."


def _unknown(place: str) -> str:
    return f"Sorry, I don't know the time zone of {title(place)}."


def _after(seconds: float, now: datetime) -> str:
    """Through UTC, because adding to a local time ignores a change of the clocks in between."""
    try:
        moment = now.astimezone(UTC) + timedelta(seconds=seconds)
        return time_text(moment.astimezone(now.tzinfo))
    except OverflowError:
        return "a time beyond my calendar"


def _until(time: TimeOfDay, now: datetime) -> str:
    hours = [time.hour] if time.sure else [time.hour % 12, time.hour % 12 + 12]
    due = min(next_due(f"{hour:02}:{time.minute:02}", (), now) for hour in hours)
    left = (due.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
    return f"It's {about_text(left)} until {time_text(due)}."


def _difference(place: str, other: str, now: datetime) -> str:
    there, here = zone(place), zone(other) if other else now.tzinfo
    if there is None or here is None:
        return _unknown(other if there else place)
    offset = (now.astimezone(there).utcoffset() or timedelta()) - (
        now.astimezone(here).utcoffset() or timedelta()
    )
    base = f"as in {title(other)}" if other else "as here"
    if not offset:
        return f"It's the same time in {title(place)} {base}."
    side = "ahead of" if offset > timedelta() else "behind"
    return f"{title(place)} is {_hours(abs(offset))} {side} {title(other) if other else 'us'}."


def _hours(span: timedelta) -> str:
    """ "5 and a half hours"; zones differ by quarters of an hour."""
    hours, rest = divmod(span, timedelta(hours=1))
    part = {0: "", 15: "a quarter", 30: "a half", 45: "3 quarters"}.get(round(rest.seconds / 60))
    if part is None or (not hours and part):
        return f"{hours * 60 + round(rest.seconds / 60)} minutes"
    if not part:
        return plural(hours, "hour")
    return f"{hours} and {part} hours"
