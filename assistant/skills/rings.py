"""What rings right now, of whatever kind: silenced or put off."""

from collections.abc import Sequence
from datetime import datetime

from assistant.actions import Action, Dismiss, ReplaceAlert
from assistant.agenda import is_ringing, snoozed
from assistant.alerts import Alert
from assistant.skills.skill import Reply
from assistant.skills.wording import time_text
from assistant.world import World

LONGEST_SNOOZE_S = 12 * 3600.0
NOTHING = "Nothing is ringing."


def ringing(world: World) -> tuple[Alert, ...]:
    return tuple(alert for alert in world.alerts if is_ringing(alert))


def silenced(alerts: Sequence[Alert]) -> tuple[Action, ...]:
    """Ends these rings. An alarm that repeats stays, for its next day."""
    return (Dismiss(tuple(alert.id for alert in alerts)),) if alerts else ()


def hushed(alerts: Sequence[Alert]) -> Reply:
    """Ends these rings, without a word."""
    return Reply.silent(silenced(alerts)) if alerts else Reply(NOTHING)


def snooze(world: World, seconds: float) -> Reply:
    """Every ring ends and comes back in so many seconds."""
    until = datetime.fromtimestamp(world.now.timestamp() + seconds, world.now.tzinfo)
    actions = tuple(
        ReplaceAlert(alert, snoozed(alert, seconds, world.moment)) for alert in ringing(world)
    )
    if not actions:
        return Reply(NOTHING)
    if not 1 <= seconds <= LONGEST_SNOOZE_S:
        return Reply("I can snooze for 12 hours at most.")
    return Reply(f"Snoozed until {time_text(until)}.", actions)
