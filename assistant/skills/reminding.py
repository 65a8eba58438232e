"""What is done to reminders when somebody asks for it, and the reply."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assistant.actions import AddAlert, RemoveAlerts, ReplaceAlert
from assistant.agenda import is_ringing, new_alarm
from assistant.alerts import Alert
from assistant.skills.rings import hushed, ringing, snooze
from assistant.skills.second_person import to_you
from assistant.skills.skill import Reply
from assistant.skills.when import (
    ONLY_ALL_DAYS,
    due_once,
    due_weekly,
    is_at,
    rings_at,
    rings_on,
    said_at,
)
from assistant.skills.which import named
from assistant.skills.wording import (
    day_text,
    days_text,
    duration_text,
    label,
    listing,
    plural,
    time_text,
    when_text,
)
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World

MOST = 100
"""Reminders at a time."""
NONE = "You have no reminders."

_MORNING = 7
"""Nobody wants to be reminded at 6 in the morning: 6 is in the evening."""
_USUAL = TimeOfDay(9)
"""When only a day was said."""
_LONGEST = timedelta(days=366)
_MOST_SAID = 5
_PASSED = "That time has already passed."


@dataclass(frozen=True, slots=True)
class When:
    """When to remind, as it was said."""

    duration: float | None = None
    """Seconds from now."""
    time: TimeOfDay | None = None
    day: date | None = None
    days: tuple[int, ...] = ()
    """Monday is 0."""

    def __bool__(self) -> bool:
        return bool(self.duration is not None or self.time or self.day or self.days)

    def due(self, now: datetime) -> datetime | None:
        """Local time of the first; None: that is over."""
        if self.duration is not None:
            later = min(self.duration, _LONGEST.total_seconds())
            return datetime.fromtimestamp(now.timestamp() + later, now.tzinfo)
        if self.days:
            return due_weekly(self.time or _USUAL, self.days, self.day, now, _MORNING)
        due = due_once(self.time or _USUAL, self.day, now, _MORNING)
        if due is None and self.time is None and self.day == now.date():
            return datetime.fromtimestamp(now.timestamp() + 3600, now.tzinfo)  # "later today"
        return due


def reminders(world: World) -> list[Alert]:
    """The soonest first."""
    every = [alert for alert in world.alerts if alert.kind == "reminder"]
    return sorted(every, key=lambda each: each.due_s or 0.0)


def add(text: str, when: When, world: World) -> Reply:
    if len(reminders(world)) >= MOST:
        return Reply(f"You already have {MOST} reminders. Delete one first.")
    due = when.due(world.now)
    if due is None:
        return Reply(_PASSED)
    at = said_at(when.time or _USUAL, _MORNING) if when.days else ""
    reminder = new_alarm("reminder", text, due.timestamp(), at, when.days)
    said = f"I'll remind you {_about(text)} {_said_when(reminder, when, world)}."
    return Reply(said, (AddAlert(reminder),))


def move(text: str, old: TimeOfDay | None, when: When, world: World) -> Reply:
    """`old`: the time at which the one that is meant is due."""
    found = find(text, When(time=old), world)
    if isinstance(found, Reply):
        return replace(found, awaits="") if found.awaits == "time" else found
    if when.duration is not None and is_ringing(found):
        return snooze(world, when.duration)
    if found.days and (when.duration is not None or when.day):
        return Reply(ONLY_ALL_DAYS)
    before = rings_at(found, world.now)
    time = when.time or TimeOfDay(before.hour, before.minute)
    if found.days:
        when = replace(when, time=time, days=found.days)
    elif when.duration is None:
        # Another time on the same day, or the same time on another day.
        when = replace(when, time=time, day=when.day or _day_of(before, time, world.now))
    return _moved(found, when, world)


def postpone(text: str, old: TimeOfDay | None, seconds: float, world: World) -> Reply:
    """So much later than it was due; from now if it rings."""
    found = find(text, When(time=old), world)
    if isinstance(found, Reply):
        return replace(found, awaits="") if found.awaits == "time" else found
    if is_ringing(found):
        return snooze(world, seconds)
    if found.days:
        return Reply(ONLY_ALL_DAYS)
    due_s = max(world.now.timestamp(), found.due_s or 0.0) + seconds
    new = replace(found, due_s=due_s, rang_s=None)
    said = f"I'll remind you {_about(found.name)} {_when_text(new, world)}."
    return Reply(said, (ReplaceAlert(found, new),))


def _moved(found: Alert, when: When, world: World) -> Reply:
    due = when.due(world.now)
    if due is None:
        return Reply(_PASSED)
    at = said_at(when.time or _USUAL, _MORNING) if when.days else ""
    new = replace(
        found, due_s=due.timestamp(), at=at, days=when.days, ringing_since_s=None, rang_s=None
    )
    said = f"I'll remind you {_about(found.name)} {_said_when(new, when, world)}."
    return Reply(said, (ReplaceAlert(found, new),))


def cancel(text: str, time: TimeOfDay | None, day: date | None, world: World) -> Reply:
    """Without saying which it silences what rings."""
    if not (text or time or day) and ringing(world):
        return hushed(ringing(world))
    found = find(text, When(time=time, day=day), world, sure=True)
    if isinstance(found, Reply):
        return found
    if is_ringing(found):
        return hushed((found,))
    return Reply(f"Deleted the reminder {_about(found.name)}.", (RemoveAlerts((found.id,)),))


def cancel_all(world: World) -> Reply:
    every = reminders(world)
    if not every:
        return Reply(NONE)
    said = f"all {len(every)} reminders" if len(every) > 1 else "your only reminder"
    return Reply(f"Deleted {said}.", (RemoveAlerts(tuple(sorted(each.id for each in every))),))


def find(text: str, when: When, world: World, sure: bool = False) -> Alert | Reply:
    """The reminder that is meant, or what to say instead. `sure`: a text that only sounds like
    one of several is not enough."""
    every = meant = reminders(world)
    if not every:
        return Reply(NONE)
    if text:
        meant = list(named(text, every, sure and len(every) > 1))
    if when.time:
        at = when.time
        meant = [each for each in meant if is_at(at, rings_at(each, world.now))]
    if when.day:
        meant = [each for each in meant if rings_on(each, when.day, world.now)]
    if meant and len({each.name for each in meant}) == 1:
        times = list(dict.fromkeys(_when_text(each, world) for each in meant))
        if len(times) == 1:
            return max(meant, key=lambda each: each.id)
        said = times[:_MOST_SAID]
        return Reply(f"Which one: {', '.join(said[:-1])} or {said[-1]}?", awaits="time")
    if meant:
        every_text = dict.fromkeys(to_you(label(each.name)) for each in meant)
        said = list(every_text)[:_MOST_SAID]
        return Reply(f"Which one: {', '.join(said[:-1])}, or {said[-1]}?", awaits="text")
    about = f" {_about(text)}" if text else ""
    on = f" for {day_text(when.day, world.now.date())}" if when.day else ""
    at_time = " at that time" if when.time else ""
    return Reply(f"There's no reminder{about}{on}{at_time}. {overview(every, world)}")


def overview(every: Sequence[Alert], world: World) -> str:
    """All there are, as a sentence."""
    if not every:
        return NONE
    said = [f"{to_you(label(each.name))} {_when_text(each, world)}" for each in every[:_MOST_SAID]]
    if more := len(every) - len(said):
        said.append(f"{more} more")
    return f"You have {plural(len(every), 'reminder')}: {listing(said)}."


def overview_of(day: date, world: World) -> str:
    """Those of one day."""
    some = [each for each in reminders(world) if rings_on(each, day, world.now)]
    if not some:
        return f"You have no reminders for {day_text(day, world.now.date())}."
    return overview(some, world)


def _day_of(before: datetime, time: TimeOfDay, now: datetime) -> date | None:
    """The day on which it was due, if the new time is still to come on it."""
    return before.date() if due_once(time, before.date(), now, _MORNING) else None


def _said_when(reminder: Alert, when: When, world: World) -> str:
    if when.duration is not None and when.duration < 24 * 3600:
        return f"in {duration_text(when.duration)}"
    return _when_text(reminder, world)


def _when_text(reminder: Alert, world: World) -> str:
    """ "tomorrow at 5:00 PM", "every Monday at 9:00 AM"."""
    due = rings_at(reminder, world.now)
    if reminder.days:
        return f"{days_text(reminder.days)} at {time_text(due)}"
    return when_text(due, world.now)


def _about(text: str) -> str:
    """ "to call your mom", "about the dentist"."""
    said = to_you(label(text))
    first = said.split(" ", 1)[0]
    if first in _THINGS:
        return f"about {said}"
    return f"that {said}" if first in _SUBJECTS else f"to {said}"


_THINGS = frozenset("the a an your his her our their this that these those".split())
_SUBJECTS = frozenset("you i he she it we they there".split())
