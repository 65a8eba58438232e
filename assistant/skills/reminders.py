"""Reminders: a text, said aloud at its time."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from assistant.skills import reminding
from assistant.skills.reminding import When
from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.when import ONLY_WEEKLY
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World


@dataclass(frozen=True, slots=True)
class SetReminder(Intent):
    """Remind of something."""

    risk: ClassVar[Risk] = Risk.MAKE
    asks: ClassVar[dict[str, str]] = {
        "text": "What should I remind you of?",
        "when": "When should I remind you?",
    }
    text: str | None = None
    """Of what, as it will be said: "take out the trash"."""
    duration: float | None = None
    """In so many seconds."""
    time: TimeOfDay | None = None
    """At this time of day."""
    day: date | None = None
    """On this day."""
    days: tuple[int, ...] = ()
    """Repeats on these days of the week, Monday is 0."""

    def amended(self, **slots: object) -> Intent | None:
        if "text" in slots or self.text is None:
            return None
        match slots:
            case {"duration": float() | int() as duration}:
                return MoveReminder(self.text, duration=duration, old=self.time)
            case {"time": TimeOfDay() as time}:
                day = slots.get("day")
                new_day = day if isinstance(day, date) else None
                return MoveReminder(self.text, time=time, day=new_day, old=self.time)
            case {"day": date() as day}:
                return MoveReminder(self.text, time=self.time, day=day, old=self.time)
        return None

    def undone(self) -> Intent:
        return CancelReminder(self.text or "", self.time, None if self.days else self.day)


@dataclass(frozen=True, slots=True)
class ReminderOnNoDay(Intent):
    """Remind on a date that no year has: "February 30"."""

    risk: ClassVar[Risk] = Risk.READ
    tool: ClassVar[bool] = False
    no_day: str
    """As it is displayed."""
    time: TimeOfDay | None = None
    """At which it would ring."""
    text: str = ""
    """Of what it would remind."""


@dataclass(frozen=True, slots=True)
class ReminderRhythm(Intent):
    """Repeat a reminder in a rhythm that there is not: "every other Friday"."""

    risk: ClassVar[Risk] = Risk.READ
    tool: ClassVar[bool] = False
    rhythm: str = ""
    """As it was said."""
    time: TimeOfDay | None = None
    """At which it would ring."""
    text: str = ""
    """Of what it would remind."""


@dataclass(frozen=True, slots=True)
class MoveReminder(Intent):
    """Give a reminder another time."""

    risk: ClassVar[Risk] = Risk.CHANGE
    text: str = ""
    """Which, by some of its words. Empty: the only one."""
    duration: float | None = None
    """In so many seconds."""
    time: TimeOfDay | None = None
    """At this time of day."""
    day: date | None = None
    """On this day."""
    by: float | None = None
    """So many seconds later than it was due."""
    old: TimeOfDay | None = None
    """Which, by its time until now."""

    def amended(self, **slots: object) -> Intent | None:
        return SetReminder(self.text, time=self.time).amended(**slots)


@dataclass(frozen=True, slots=True)
class CancelReminder(Intent):
    """Delete a reminder."""

    risk: ClassVar[Risk] = Risk.CHANGE
    text: str = ""
    """Which, by some of its words. Empty: the only one."""
    time: TimeOfDay | None = None
    """Which."""
    day: date | None = None
    """Which."""


@dataclass(frozen=True, slots=True)
class CancelAllReminders(Intent):
    """Delete all reminders."""

    risk: ClassVar[Risk] = Risk.CONFIRM


@dataclass(frozen=True, slots=True)
class ListReminders(Intent):
    """Which reminders there are."""

    risk: ClassVar[Risk] = Risk.READ
    day: date | None = None
    """Only those of this day."""


class Reminders:
    name = "reminders"
    intents: tuple[type[Intent], ...] = (
        SetReminder,
        ReminderRhythm,
        ReminderOnNoDay,
        MoveReminder,
        CancelReminder,
        CancelAllReminders,
        ListReminders,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case SetReminder(text=None):
                return Reply(SetReminder.asks["text"])
            case SetReminder(str() as text, duration, time, day, days):
                when = When(duration, time, day, days)
                return reminding.add(text, when, world) if when else Reply(SetReminder.asks["when"])
            case ReminderOnNoDay(no_day):
                return Reply(f"There is no {no_day}.")
            case ReminderRhythm():
                return Reply(ONLY_WEEKLY)
            case MoveReminder(words, by=float() | int() as seconds, old=old):
                return reminding.postpone(words, old, seconds, world)
            case MoveReminder(words, duration, time, day, old=old):
                when = When(duration, time, day)
                if not when:
                    return Reply(SetReminder.asks["when"])
                return reminding.move(words, old, when, world)
            case CancelReminder(words, time, day):
                return reminding.cancel(words, time, day, world)
            case CancelAllReminders():
                return reminding.cancel_all(world)
            case ListReminders(date() as day):
                return Reply(reminding.overview_of(day, world))
        return Reply(reminding.overview(reminding.reminders(world), world))

    def question(self, intent: Intent, world: World) -> str | None:
        match len(reminding.reminders(world)):
            case 0:
                return None
            case 1:
                return "Delete your only reminder?"
            case number:
                return f"Delete all {number} reminders?"
