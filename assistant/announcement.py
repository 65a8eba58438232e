"""What is said of an alert that rings, or that was missed. Pure."""

from assistant.alerts import Alert
from assistant.events import AlertMissed, AlertRang
from assistant.skills.second_person import to_you
from assistant.skills.wording import about_text, duration_text

LATE_S = 90.0
"""One that rings later than this says so."""


def ringing_text(event: AlertRang) -> str:
    """One or two sentences."""
    late = f" It was due {about_text(event.late_s)} ago." if event.late_s >= LATE_S else ""
    alert = event.alert
    match alert.kind:
        case "timer":
            return f"{named(alert)} is done.{late}"
        case "alarm":
            return f"Your {alert.name} alarm.{late}" if alert.name else f"This is your alarm.{late}"
        case "reminder":
            return f"Reminder: {to_you(alert.name)}.{late}"


def missed_text(event: AlertMissed) -> str:
    """One sentence."""
    ago = f"{about_text(event.late_s)} ago"
    match event.alert.kind:
        case "timer":
            return f"{named(event.alert)} was done {ago}."
        case "alarm":
            return f"You missed an alarm {ago}."
        case "reminder":
            return f"You missed a reminder {ago}: {to_you(event.alert.name)}."


def named(timer: Alert) -> str:
    """ "Your pasta timer", "Your 10 minutes timer"."""
    if timer.name:
        return f"Your {timer.name} timer"
    length = duration_text(timer.duration_s) if timer.duration_s else ""
    return f"Your timer for {length}" if length else "Your timer"
