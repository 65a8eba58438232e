"""Which timer somebody means, and how timers are spoken of."""

from collections.abc import Callable, Sequence

from assistant.agenda import is_paused, is_ringing, remaining_s
from assistant.alerts import Alert, Moment
from assistant.skills.skill import Reply
from assistant.skills.which import named
from assistant.skills.wording import about_text, duration_text, listing, plural
from assistant.world import World

NONE = "You have no timers."

_MOST_SAID = 5
"""Timers in one sentence: nobody remembers more."""


def timers(world: World) -> list[Alert]:
    """The soonest first: what rings, what counts, what is paused."""
    every = [alert for alert in world.alerts if alert.kind == "timer"]
    return sorted(every, key=lambda each: (is_paused(each), remaining_s(each, world.moment)))


def find(
    name: str,
    length_s: float | None,
    world: World,
    sure: bool = False,
    among: Callable[[Alert], bool] = is_ringing,
) -> Alert | Reply:
    """The timer that is meant, or what to say instead.

    `sure`: a name that only sounds like one of several is not enough. `among`: whoever names none
    means one of these, if there are any.
    """
    meant = matching(name, length_s, world, sure)
    if isinstance(meant, Reply):
        return meant
    if (not name and length_s is None) or len({label(each) for each in meant}) == 1:
        meant = [each for each in meant if among(each)] or meant
    if len({label(each) for each in meant}) > 1:
        return Reply(f"Which one: {_choices(meant)}?", awaits="name")
    lengths = sorted({each.duration_s or 0.0 for each in meant})
    if len(lengths) == 1:
        return max(meant, key=lambda each: each.id)  # nobody could tell them apart
    said = [f"the {_adjective(each)} one" for each in lengths[:_MOST_SAID]]
    return Reply(f"Which one: {', '.join(said[:-1])} or {said[-1]}?", awaits="duration")


def matching(
    name: str, length_s: float | None, world: World, sure: bool = False
) -> list[Alert] | Reply:
    """All timers that may be meant, at least one; or what to say instead."""
    every = timers(world)
    if not every:
        return Reply(NONE)
    meant = every
    if name:
        meant = list(named(name, every, sure and len(every) > 1))
    if length_s is not None:
        meant = [each for each in meant if _is_long(each, length_s)]
    return meant or Reply(_unknown(name, length_s, every, world.moment))


def left_on(name: str, length_s: float | None, world: World) -> Reply:
    """How long those have that may be meant."""
    some = matching(name, length_s, world)
    if isinstance(some, Reply):
        return some
    if len(some) == 1:
        return Reply(overview(some, world.moment))
    return Reply(sentence(states(some, world.moment)))


def label(timer: Alert) -> str:
    """ "the pasta timer", "the 10 minute timer"."""
    return f"the {timer.name or _adjective(timer.duration_s or 0.0)} timer"


def left(timer: Alert, moment: Moment) -> str:
    return about_text(max(1.0, remaining_s(timer, moment)))


def state(timer: Alert, moment: Moment) -> str:
    """ "the pasta timer has 4 minutes left"."""
    if is_ringing(timer):
        return f"{label(timer)} is ringing"
    if is_paused(timer):
        return f"{label(timer)} is paused with {left(timer, moment)} left"
    return f"{label(timer)} has {left(timer, moment)} left"


def states(some: Sequence[Alert], moment: Moment) -> str:
    """ "the pasta timer has 4 minutes left, and the egg timer is ringing"."""
    said = [state(each, moment) for each in some[:_MOST_SAID]]
    more = len(some) - len(said)
    return listing([*said, f"there {'is' if more == 1 else 'are'} {more} more"] if more else said)


def overview(every: Sequence[Alert], moment: Moment) -> str:
    """All there are, as a sentence."""
    if not every:
        return NONE
    if len(every) > 1:
        return f"You have {plural(len(every), 'timer')}: {states(every, moment)}."
    (timer,) = every
    if is_ringing(timer):
        return sentence(state(timer, moment))
    paused = ", which is paused" if is_paused(timer) else ""
    return f"{left(timer, moment)} left on {label(timer)}{paused}."


def sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _is_long(timer: Alert, length_s: float) -> bool:
    return timer.duration_s is not None and abs(timer.duration_s - length_s) < 0.5


def _adjective(seconds: float) -> str:
    """ "10 minute", "1 hour 30 minute"."""
    words = duration_text(round(seconds)).replace(",", "").replace(" and ", " ")
    return words.replace("hours", "hour").replace("minutes", "minute").replace("seconds", "second")


def _unknown(name: str, length_s: float | None, every: list[Alert], moment: Moment) -> str:
    called = " ".join(filter(None, [_adjective(length_s) if length_s else "", name]))
    return f"There's no {called} timer; {states(every, moment)}."


def _choices(some: Sequence[Alert]) -> str:
    names = list(dict.fromkeys(label(each) for each in some))
    if len(names) > _MOST_SAID:
        return f"{', '.join(names[:_MOST_SAID])}, or another"
    return f"{', '.join(names[:-1])} or {names[-1]}"
