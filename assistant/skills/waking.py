"""What is done to alarms when somebody asks for it, and the reply."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.actions import AddAlert, RemoveAlerts, ReplaceAlert
from assistant.agenda import dismissed, is_ringing, new_alarm
from assistant.alerts import Alert
from assistant.skills.rings import hushed, ringing
from assistant.skills.skill import Reply
from assistant.skills.when import (
    ONLY_ALL_DAYS,
    clock_text,
    due_once,
    due_weekly,
    is_at,
    nearest_time,
    once_text,
    rings_at,
    rings_on,
    said_at,
)
from assistant.skills.which import named
from assistant.skills.wording import (
    day_text,
    days_text,
    duration_text,
    listing,
    plural,
    time_text,
    when_text,
)
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World

MOST = 50
"""Alarms at a time."""
NONE = "You have no alarms."

_MORNING = 4
"""Whoever wants to be woken at 4 means the morning, at 3 the afternoon."""
_MOST_SAID = 5


def alarms(world: World) -> list[Alert]:
    """The soonest first."""
    every = [alert for alert in world.alerts if alert.kind == "alarm"]
    return sorted(every, key=lambda each: each.due_s or 0.0)


def add(time: TimeOfDay, day: date | None, days: tuple[int, ...], name: str, world: World) -> Reply:
    every = alarms(world)
    if len(every) >= MOST:
        return Reply(f"You already have {MOST} alarms. Delete one first.")
    if days:
        due = due_weekly(time, days, day, world.now, _MORNING)
    elif once := due_once(time, day, world.now, _MORNING):
        due = once
    else:
        return Reply("That time has already passed.")
    at = said_at(time, _MORNING) if days else ""
    alarm = new_alarm("alarm", name, due.timestamp(), at, days)
    if any((each.due_s, each.days) == (alarm.due_s, alarm.days) for each in every):
        return Reply(f"You already have an alarm for {when(alarm, world)}.")
    if days:
        soon = f", starting {day_text(due.date(), world.now.date())}" if day else ""
    else:
        soon = _from_now(due.timestamp() - world.now.timestamp())
    called = f"{name[0].upper()}{name[1:]} alarm" if name else "Alarm"
    return Reply(f"{called} set for {when(alarm, world)}{soon}.", (AddAlert(alarm),))


@dataclass(frozen=True, slots=True)
class Which:
    """An alarm, as it was told from others."""

    time: TimeOfDay | None
    name: str


def move(which: Which, time: TimeOfDay, day: date | None, world: World) -> Reply:
    found = find(which.time, None, (), which.name, world)
    if isinstance(found, Reply):
        # A time would be taken for the new one.
        return replace(found, awaits="") if found.awaits == "time" else found
    if found.days and day:
        return Reply(ONLY_ALL_DAYS)
    before = rings_at(found, world.now)
    time = time if time.sure else nearest_time(time, before)
    if found.days:
        due = due_weekly(time, found.days, None, world.now, _MORNING)
    else:
        same_day = due_once(time, day or before.date(), world.now, _MORNING)
        later = due_once(time, None, world.now, _MORNING) if day is None else None
        if (once := same_day or later) is None:
            return Reply("That time has already passed.")
        due = once
    at = said_at(time, _MORNING) if found.days else ""
    new = replace(found, due_s=due.timestamp(), at=at, ringing_since_s=None, rang_s=None)
    return Reply(f"Alarm moved to {when(new, world)}.", (ReplaceAlert(found, new),))


def cancel(
    time: TimeOfDay | None, day: date | None, days: tuple[int, ...], name: str, world: World
) -> Reply:
    """Without saying which it silences what rings, even a timer: not everybody minds the word.
    With a day, one that repeats is only skipped on that day."""
    if not (time or day or days or name) and ringing(world):
        return hushed(ringing(world))
    found = find(time, day, days, name, world)
    if isinstance(found, Reply):
        return found
    if is_ringing(found):
        return hushed((found,))
    if day and found.days and not days:
        return _skip(found, day, world)
    return Reply(f"Canceled {label(found, world)}.", (RemoveAlerts((found.id,)),))


def _skip(alarm: Alert, day: date, world: World) -> Reply:
    due = rings_at(alarm, world.now)
    if due.date() != day:
        return Reply(f"I can only skip its next time, {once_text(due, world.now)}.")
    text = f"Skipped the alarm {when_text(due, world.now)}"
    left = dismissed(alarm, world.now)
    if left is None:
        return Reply(f"{text}.", (RemoveAlerts((alarm.id,)),))
    next_ring = when_text(rings_at(left, world.now), world.now)
    return Reply(f"{text}. It rings again {next_ring}.", (ReplaceAlert(alarm, left),))


def cancel_all(world: World) -> Reply:
    every = alarms(world)
    if not every:
        return Reply(NONE)
    action = RemoveAlerts(tuple(sorted(each.id for each in every)))
    said = f"all {len(every)} alarms" if len(every) > 1 else label(every[0], world)
    return Reply(f"Deleted {said}.", (action,))


def find(
    time: TimeOfDay | None, day: date | None, days: tuple[int, ...], name: str, world: World
) -> Alert | Reply:
    """The alarm that is meant, or what to say instead."""
    every = meant = alarms(world)
    if not every:
        return Reply(NONE)
    if name:
        meant = list(named(name, meant))
    if time:
        meant = [each for each in meant if is_at(time, rings_at(each, world.now))]
    if day:
        meant = [each for each in meant if rings_on(each, day, world.now)]
    if days:
        meant = [each for each in meant if set(days) <= set(each.days)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        said = [_said(each, world) for each in meant[:_MOST_SAID]]
        slot = "name" if len({each.name for each in meant if each.name}) == len(meant) else "time"
        return Reply(f"Which one: {', '.join(said[:-1])} or {said[-1]}?", awaits=slot)
    called = " ".join(filter(None, [clock_text(time) if time else "", name, "alarm"]))
    on = f" {days_text(days)}" if days else ""
    on += f" for {day_text(day, world.now.date())}" if day else ""
    return Reply(f"There's no {called}{on}. {overview(every, world)}")


def overview(every: Sequence[Alert], world: World) -> str:
    """All there are, as a sentence."""
    if not every:
        return NONE
    said = [_said(each, world) for each in every[:_MOST_SAID]]
    if more := len(every) - len(said):
        said.append(f"{more} more")
    return f"You have {plural(len(every), 'alarm')}: {listing(said)}."


def overview_of(day: date, world: World) -> str:
    """Those of one day."""
    some = [each for each in alarms(world) if rings_on(each, day, world.now)]
    if not some:
        return f"You have no alarms for {day_text(day, world.now.date())}."
    return overview(some, world)


def upcoming(world: World) -> str:
    every = [each for each in alarms(world) if not is_ringing(each)]
    if not every:
        return NONE
    due = rings_at(every[0], world.now)
    name = f", {every[0].name}," if every[0].name else ""
    return f"Your next alarm{name} is {once_text(due, world.now)}."


def label(alarm: Alert, world: World) -> str:
    """ "the alarm for tomorrow at 7:00 AM"."""
    return f"the {alarm.name + ' ' if alarm.name else ''}alarm for {when(alarm, world)}"


def when(alarm: Alert, world: World) -> str:
    """ "6:30 AM on weekdays", "tomorrow at 7:00 AM"."""
    due = rings_at(alarm, world.now)
    return f"{time_text(due)} {days_text(alarm.days)}" if alarm.days else once_text(due, world.now)


def _said(alarm: Alert, world: World) -> str:
    return f"the {alarm.name} alarm {when(alarm, world)}" if alarm.name else when(alarm, world)


def _from_now(seconds: float) -> str:
    """ ", 8 hours and 15 minutes from now", while that says more than the day."""
    minutes = round(seconds / 60)
    return f", {duration_text(minutes * 60)} from now" if 1 <= minutes <= 24 * 60 else ""
