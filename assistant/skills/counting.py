"""What is done to timers when somebody asks for it, and the reply."""

from dataclasses import replace
from typing import Literal

from assistant.actions import AddAlert, RemoveAlerts, ReplaceAlert
from assistant.agenda import (
    is_paused,
    is_ringing,
    new_timer,
    paused,
    remaining_s,
    restarted,
    resumed,
    with_length,
)
from assistant.alerts import Alert
from assistant.skills.countdowns import find, label, left, sentence, timers
from assistant.skills.rings import hushed, ringing, snooze
from assistant.skills.skill import Reply
from assistant.skills.wording import duration_text
from assistant.world import World

LONGEST_S = 24 * 3600.0
"""Of a timer. Whoever wants to know tomorrow means a reminder."""
MOST = 50
"""Timers at a time."""

_TOO_LONG = "A timer can run for 24 hours at most. Ask me for a reminder instead."
_TOO_SHORT = "A timer needs at least a second."


def possible(duration_s: float) -> bool:
    """Whether a timer can run so long."""
    return 1 <= duration_s <= LONGEST_S


def start(name: str, duration_s: float, world: World) -> Reply:
    every = timers(world)
    if duration_s > LONGEST_S:
        return Reply(_TOO_LONG)
    if duration_s < 1:
        return Reply(_TOO_SHORT)
    if len(every) >= MOST:
        return Reply(f"You already have {MOST} timers. Cancel one first.")
    length = duration_text(duration_s)
    action = AddAlert(new_timer(name, duration_s, world.moment))
    if not name:
        return Reply(sentence(f"{length}, starting now"), (action,))
    again = any(each.name == name for each in every)
    called = f"another {name} timer" if again else f"{name} timer"
    return Reply(sentence(f"{called}, {length}, starting now"), (action,))


def change_length(
    how: Literal["add", "take", "set"],
    seconds: float,
    name: str,
    length_s: float | None,
    world: World,
) -> Reply:
    """`length_s`: of the timer that is meant, if it is told by that."""
    rings = {each.kind for each in ringing(world)}
    if how == "add" and not name and length_s is None and rings and "timer" not in rings:
        return snooze(world, seconds)  # "five more minutes", said to an alarm
    found = find(name, length_s, world)
    if isinstance(found, Reply):
        # A duration would be taken for the change.
        return replace(found, awaits="length") if found.awaits == "duration" else found
    if how == "set":
        return _now_long(found, seconds, world)
    after = remaining_s(found, world.moment) + (seconds if how == "add" else -seconds)
    if after > LONGEST_S:
        return Reply(_TOO_LONG)
    if after < 1:
        only = (
            "is ringing already"
            if is_ringing(found)
            else f"has only {left(found, world.moment)} left"
        )
        return Reply(sentence(f"{label(found)} {only}"))
    new = with_length(found, after, world.moment)
    if is_ringing(found):
        text = f"{duration_text(seconds)} more on {label(found)}, starting now"
    else:
        text = f"{label(found)} now has {left(new, world.moment)} left"
    return Reply(sentence(text), (ReplaceAlert(found, new),))


def _now_long(timer: Alert, seconds: float, world: World) -> Reply:
    if seconds > LONGEST_S:
        return Reply(_TOO_LONG)
    if seconds < 1:
        return Reply(_TOO_SHORT)
    new = replace(with_length(timer, seconds, world.moment), duration_s=seconds)
    called = f"{label(timer)} is" if timer.name else "the timer is"
    text = f"{called} now {duration_text(seconds)}"
    text += ", still paused" if is_paused(timer) else ", starting now"
    return Reply(sentence(text), (ReplaceAlert(timer, new),))


def start_over(name: str, length_s: float | None, world: World) -> Reply:
    found = find(name, length_s, world)
    if isinstance(found, Reply):
        return found
    text = f"{label(found)} starts over with {duration_text(found.duration_s or 0.0)}"
    return Reply(sentence(text), (ReplaceAlert(found, restarted(found, world.moment)),))


def pause(name: str, length_s: float | None, world: World) -> Reply:
    found = find(name, length_s, world, among=_counts)
    if isinstance(found, Reply):
        return found
    if is_ringing(found):
        return Reply(sentence(f"{label(found)} is ringing already"))
    if is_paused(found):
        text = f"{label(found)} is already paused with {left(found, world.moment)} left"
        return Reply(sentence(text))
    text = f"{label(found)} is paused with {left(found, world.moment)} left"
    return Reply(sentence(text), (ReplaceAlert(found, paused(found, world.moment)),))


def resume(name: str, length_s: float | None, world: World) -> Reply:
    found = find(name, length_s, world, among=is_paused)
    if isinstance(found, Reply):
        return found
    if not is_paused(found):
        ring = is_ringing(found)
        text = f"{label(found)} is {'ringing' if ring else 'running'} already"
        return Reply(sentence(text if ring else f"{text}, with {left(found, world.moment)} left"))
    text = f"{label(found)} goes on with {left(found, world.moment)} left"
    return Reply(sentence(text), (ReplaceAlert(found, resumed(found, world.moment)),))


def cancel(name: str, length_s: float | None, world: World) -> Reply:
    """Without a name it silences what rings, even an alarm: not everybody minds the word."""
    if not name and length_s is None and ringing(world):
        return hushed(ringing(world))
    found = find(name, length_s, world, sure=True)
    if isinstance(found, Reply):
        return found
    if is_ringing(found):
        return hushed((found,))
    alike = [each for each in timers(world) if label(each) == label(found)]
    which = f" with {left(found, world.moment)} left" if len(alike) > 1 else ""
    return Reply(f"Canceled {label(found)}{which}.", (RemoveAlerts((found.id,)),))


def cancel_all(world: World) -> Reply:
    every = timers(world)
    actions = (RemoveAlerts(tuple(sorted(each.id for each in every))),)
    if not every:
        return Reply("You have no timers.")
    if all(is_ringing(each) for each in every):
        return hushed(every)
    if len(every) == 1:
        return Reply(f"Canceled {label(every[0])}.", actions)
    return Reply(f"Canceled all {len(every)} timers.", actions)


def _counts(timer: Alert) -> bool:
    return not is_paused(timer) and not is_ringing(timer)
