"""When an alarm or a reminder is due, from what was said, and how that is said back."""

from datetime import date, datetime, time, timedelta

from assistant.agenda import next_due
from assistant.alerts import Alert
from assistant.skills.wording import day_text, time_text
from assistant.understand.slots.times import TimeOfDay

ONLY_WEEKLY = "I can repeat only on days of the week. Tell me on which, like every Monday."
ONLY_ALL_DAYS = "That one repeats; I can only move all of its days."


def due_once(said: TimeOfDay, day: date | None, now: datetime, morning: int) -> datetime | None:
    """The next time the clock shows it; on `day`, if one was said. None: that is over.

    "7 tomorrow" may be two times: hours from `morning` up to 11 are then before noon.
    """
    if day is None:
        return min(next_due(at, (), now) for at in _readings(said))
    after = max(now, start_of(day, now))
    dues = {at: next_due(at, (day.weekday(),), after) for at in _readings(said)}
    left = [at for at, due in dues.items() if due.date() == day]
    usual = _at(usual_time(said, morning))
    at = usual if usual in left else next(iter(left), None)
    return dues[at] if at else None


def due_weekly(
    said: TimeOfDay, days: tuple[int, ...], day: date | None, now: datetime, morning: int
) -> datetime:
    """The first of those that repeat on `days`, not before `day`."""
    after = max(now, start_of(day, now)) if day else now
    return next_due(_at(usual_time(said, morning)), days, after)


def said_at(said: TimeOfDay, morning: int) -> str:
    """What those that repeat ring at, as "07:30". Not read off the first that is due: a change of
    the clocks may have moved that one."""
    return _at(usual_time(said, morning))


def usual_time(said: TimeOfDay, morning: int) -> TimeOfDay:
    """What "7" most likely means: hours from `morning` up to 11 are before noon."""
    if said.sure:
        return said
    before_noon = morning <= said.hour <= 11
    return TimeOfDay(said.hour if before_noon else said.hour % 12 + 12, said.minute)


def nearest_time(said: TimeOfDay, other: datetime) -> TimeOfDay:
    """What "8" means to somebody who speaks of an alarm at `other`."""
    minutes = other.hour * 60 + other.minute

    def apart(at: TimeOfDay) -> int:
        far = abs(at.hour * 60 + at.minute - minutes)
        return min(far, 24 * 60 - far)

    return min(_times(said), key=apart)


def is_at(said: TimeOfDay, due: datetime) -> bool:
    return any((at.hour, at.minute) == (due.hour, due.minute) for at in _times(said))


def rings_at(alert: Alert, now: datetime) -> datetime:
    """Local time at which it rings next, or would but for a snooze."""
    due = datetime.fromtimestamp(alert.due_s or 0.0, now.tzinfo)
    if not alert.at:
        return due
    at = time.fromisoformat(alert.at)
    return due.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


def rings_on(alert: Alert, day: date, now: datetime) -> bool:
    if rings_at(alert, now).date() == day:
        return True
    return day > now.date() and day.weekday() in alert.days


def once_text(due: datetime, now: datetime) -> str:
    """ "tomorrow at 7:00 AM", "Friday at 7:00 AM"."""
    return f"{day_text(due.date(), now.date())} at {time_text(due)}"


def clock_text(said: TimeOfDay) -> str:
    """ "7:00 AM", or "7:00" as long as it may be both."""
    text = time_text(datetime(2000, 1, 1, said.hour, said.minute))
    return text if said.sure else text.removesuffix(" AM").removesuffix(" PM")


def start_of(day: date, now: datetime) -> datetime:
    """Just before the day begins."""
    return datetime.combine(day, time.min, now.tzinfo) - timedelta(seconds=1)


def _times(said: TimeOfDay) -> list[TimeOfDay]:
    if said.sure:
        return [said]
    return [TimeOfDay(said.hour % 12 + half, said.minute) for half in (0, 12)]


def _readings(said: TimeOfDay) -> list[str]:
    return [_at(each) for each in _times(said)]


def _at(said: TimeOfDay) -> str:
    return f"{said.hour:02}:{said.minute:02}"
