"""Alarms: at a time of day, once or on days of the week; snoozed, dismissed."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from assistant.skills import waking
from assistant.skills.rings import hushed, ringing, snooze
from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.when import ONLY_WEEKLY
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World

_USUAL_SNOOZE_S = 9 * 60.0


@dataclass(frozen=True, slots=True)
class SetAlarm(Intent):
    """Ring at a time of day."""

    risk: ClassVar[Risk] = Risk.MAKE
    asks: ClassVar[dict[str, str]] = {"time": "For what time?"}
    time: TimeOfDay | None = None
    """When."""
    day: date | None = None
    """On which day. None: the next time the clock shows it."""
    days: tuple[int, ...] = ()
    """Days of the week on which it repeats, Monday is 0."""
    name: str = ""
    """What it is called."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"time": TimeOfDay() as time}:
                day = slots.get("day")
                return MoveAlarm(time, self.time, day if isinstance(day, date) else None, self.name)
            case {"day": date() as day} if self.time:
                return MoveAlarm(self.time, self.time, day, self.name)
        return None

    def undone(self) -> Intent:
        # With a day, one that repeats would only be skipped.
        return CancelAlarm(self.time, None if self.days else self.day, self.name, self.days)


@dataclass(frozen=True, slots=True)
class AlarmOnNoDay(Intent):
    """Ring on a date that no year has: "February 30"."""

    risk: ClassVar[Risk] = Risk.READ
    tool: ClassVar[bool] = False
    no_day: str
    """As it is displayed."""
    time: TimeOfDay | None = None
    """At which it would ring."""
    name: str = ""
    """What it would be called."""


@dataclass(frozen=True, slots=True)
class AlarmRhythm(Intent):
    """Repeat an alarm in a rhythm that there is not: "every other Friday"."""

    risk: ClassVar[Risk] = Risk.READ
    tool: ClassVar[bool] = False
    rhythm: str = ""
    """As it was said."""
    time: TimeOfDay | None = None
    """At which it would ring."""
    name: str = ""
    """What it would be called."""
    day: date | None = None
    """The only day that was said."""


@dataclass(frozen=True, slots=True)
class MoveAlarm(Intent):
    """Give an alarm another time."""

    risk: ClassVar[Risk] = Risk.CHANGE
    time: TimeOfDay
    """The new time."""
    old: TimeOfDay | None = None
    """Which alarm. None: the only one."""
    day: date | None = None
    """On another day. None: the same."""
    name: str = ""
    """Which alarm, by its name."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"time": TimeOfDay() as time}:
                return MoveAlarm(time, self.time, self.day, self.name)
        return None

    def undone(self) -> Intent | None:
        """Back to the old time, where that was said; the alarm itself stays."""
        if self.old is None or self.day is not None:
            return None
        return MoveAlarm(self.old, self.time, name=self.name)


@dataclass(frozen=True, slots=True)
class CancelAlarm(Intent):
    """Delete an alarm."""

    risk: ClassVar[Risk] = Risk.CHANGE
    time: TimeOfDay | None = None
    """Which."""
    day: date | None = None
    """Which."""
    name: str = ""
    """Which."""
    days: tuple[int, ...] = ()
    """Which, by the days of the week on which it repeats."""


@dataclass(frozen=True, slots=True)
class CancelAllAlarms(Intent):
    """Delete all alarms."""

    risk: ClassVar[Risk] = Risk.CONFIRM


@dataclass(frozen=True, slots=True)
class ListAlarms(Intent):
    """Which alarms there are."""

    risk: ClassVar[Risk] = Risk.READ
    day: date | None = None
    """Only those of this day."""


@dataclass(frozen=True, slots=True)
class NextAlarm(Intent):
    """When the next alarm rings."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class Snooze(Intent):
    """Silence what rings, and ring again later."""

    risk: ClassVar[Risk] = Risk.CHANGE
    duration: float | None = None
    """Seconds until then. None: the usual nine minutes."""


@dataclass(frozen=True, slots=True)
class Dismiss(Intent):
    """Silence what rings."""

    risk: ClassVar[Risk] = Risk.CHANGE


class Alarms:
    name = "alarms"
    intents: tuple[type[Intent], ...] = (
        SetAlarm,
        AlarmRhythm,
        AlarmOnNoDay,
        MoveAlarm,
        CancelAlarm,
        CancelAllAlarms,
        ListAlarms,
        NextAlarm,
        Snooze,
        Dismiss,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case SetAlarm(time=None):
                return Reply(SetAlarm.asks["time"])
            case SetAlarm(TimeOfDay() as time, day, days, name):
                return waking.add(time, day, days, name, world)
            case AlarmOnNoDay(no_day):
                return Reply(f"There is no {no_day}.")
            case AlarmRhythm():
                return Reply(ONLY_WEEKLY)
            case MoveAlarm(time, old, day, name):
                return waking.move(waking.Which(old, name), time, day, world)
            case CancelAlarm(at, day, name, days):
                return waking.cancel(at, day, days, name, world)
            case CancelAllAlarms():
                return waking.cancel_all(world)
            case NextAlarm():
                return Reply(waking.upcoming(world))
            case Snooze(seconds):
                return snooze(world, _USUAL_SNOOZE_S if seconds is None else seconds)
            case Dismiss():
                return hushed(ringing(world))
            case ListAlarms(date() as day):
                return Reply(waking.overview_of(day, world))
        return Reply(waking.overview(waking.alarms(world), world))

    def question(self, intent: Intent, world: World) -> str | None:
        match waking.alarms(world):
            case []:
                return None
            case [alarm]:
                return f"Delete {waking.label(alarm, world)}?"
            case every:
                return f"Delete all {len(every)} alarms?"
