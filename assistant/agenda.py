"""Timers, alarms and reminders: how they count, when they are due, what a ring makes of them. Pure.

A countdown lives on the device's own clock as long as the device runs: whoever sets the clock on
the wall does not touch it. Over a restart of the device only the wall clock is left to it, so its
deadline is kept by both. An alarm is meant for the wall clock and follows it.

Nothing here asks whether the wall clock can be believed: see `watch.py`, which corrects a moment
before it asks.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from assistant.actions import Change, RemoveAlerts, ReplaceAlert
from assistant.alerts import Alert, Kind, Moment


def new_timer(name: str, duration_s: float, moment: Moment) -> Alert:
    """A countdown that begins at `moment`."""
    return _counting(Alert("timer", name, None, duration_s=duration_s), duration_s, moment)


def new_alarm(
    kind: Kind, name: str, due_s: float, at: str = "", days: tuple[int, ...] = ()
) -> Alert:
    """By the wall clock. Once, at `due_s`; or, with `at` ("07:30") and `days`, first at `due_s`
    and then on every such day."""
    return Alert(kind, name, due_s, at=at, days=tuple(sorted(set(days))))


def counts_down(alert: Alert) -> bool:
    return alert.duration_s is not None


def is_paused(alert: Alert) -> bool:
    return alert.remaining_s is not None


def is_ringing(alert: Alert) -> bool:
    return alert.ringing_since_s is not None


def late_s(alert: Alert, moment: Moment) -> float:
    """Seconds since it was due; negative: until it is."""
    if alert.remaining_s is not None:
        return -alert.remaining_s
    if alert.boot_due_s is not None and alert.boot == moment.boot:
        return moment.boot_s - alert.boot_due_s
    assert alert.due_s is not None, "only what is paused has no deadline"
    return moment.wall_s - alert.due_s


def remaining_s(alert: Alert, moment: Moment) -> float:
    """Seconds until it rings, 0 once it is due."""
    return max(0.0, -late_s(alert, moment))


def is_due(alert: Alert, moment: Moment) -> bool:
    """It should begin to ring: its time has come, and it does not ring yet."""
    return not is_paused(alert) and not is_ringing(alert) and late_s(alert, moment) >= 0


def paused(alert: Alert, moment: Moment) -> Alert:
    """A countdown that stands still; one that stands already stays as it is."""
    left = remaining_s(alert, moment)
    return replace(
        alert, remaining_s=left, due_s=None, boot_due_s=None, boot="", ringing_since_s=None
    )


def resumed(alert: Alert, moment: Moment) -> Alert:
    """It counts again from where it stood; one that counts already stays as it is."""
    return _counting(alert, alert.remaining_s, moment) if alert.remaining_s is not None else alert


def with_length(alert: Alert, seconds_from_now: float, moment: Moment) -> Alert:
    """A countdown that ends so many seconds from now. A paused one stays paused, with so many
    left; one that rings is silent and counts again."""
    added = seconds_from_now - remaining_s(alert, moment)
    longer = replace(alert, duration_s=(alert.duration_s or 0.0) + added)
    if is_paused(alert):
        return replace(longer, remaining_s=seconds_from_now)
    return _counting(longer, seconds_from_now, moment)


def restarted(alert: Alert, moment: Moment) -> Alert:
    """A countdown that begins anew with all of its time, even if it was paused or rang."""
    return _counting(alert, alert.duration_s or 0.0, moment)


def rung(alert: Alert, moment: Moment) -> Alert:
    """It rings from now on."""
    return replace(_done_with(alert), ringing_since_s=moment.wall_s)


def dismissed(alert: Alert, now: datetime) -> Alert | None:
    """What is left after its ring was stopped or missed. None: it is over. A repeating alarm waits
    for its next day: later than `now` and than every time at which it rang."""
    if not alert.days:
        return None
    done = _done_with(alert)
    return replace(done, due_s=_next_s(done, now), ringing_since_s=None)


def dismissal(alert: Alert, now: datetime) -> Change:
    """What has to be stored for its ring to be over."""
    left = dismissed(alert, now)
    return RemoveAlerts((alert.id,)) if left is None else ReplaceAlert(alert, left)


def snoozed(alert: Alert, seconds: float, moment: Moment) -> Alert:
    """It is silent and rings again in so many seconds."""
    if counts_down(alert):
        return _counting(alert, seconds, moment)
    return replace(_done_with(alert), due_s=moment.wall_s + seconds, ringing_since_s=None)


def agreed(alert: Alert, moment: Moment) -> Alert:
    """Of a countdown: its wall deadline and that of the device's own clock say the same again,
    after one of them was set or another start of the device began."""
    if not counts_down(alert) or is_paused(alert) or is_ringing(alert):
        return alert
    return _counting(alert, -late_s(alert, moment), moment)


def rescheduled(alert: Alert, now: datetime) -> Alert:
    """Of a repeating alarm, after the clock was set: no day is left out because the clock was
    ahead for a while. A nearer time, as after a snooze, stays."""
    if not alert.days or is_ringing(alert) or alert.due_s is None:
        return alert
    return replace(alert, due_s=min(alert.due_s, _next_s(alert, now)))


def next_due(at: str, days: tuple[int, ...], after: datetime) -> datetime:
    """The first `at` ("07:30") on one of `days` (Monday is 0; empty: any) later than `after`, in
    the time zone of `after`, which has to be one that knows when its clocks change.

    Where the clocks go forward over it, it is as much later as they went; where they go back over
    it, it is the first of the two."""
    wanted = time.fromisoformat(at)
    for ahead in range(9):
        day = after.date() + timedelta(days=ahead)
        if days and day.weekday() not in days:
            continue
        # Through UTC: comparing and showing times of one zone ignores a change of the clocks.
        due = datetime.combine(day, wanted, after.tzinfo).astimezone(UTC)
        if due > after.astimezone(UTC):
            return due.astimezone(after.tzinfo)
    raise ValueError(f"{days} holds no day of the week")


def _counting(alert: Alert, seconds: float, moment: Moment) -> Alert:
    """It has so many seconds left, counted from now, on both clocks."""
    return replace(
        alert,
        due_s=moment.wall_s + seconds,
        boot_due_s=moment.boot_s + seconds,
        boot=moment.boot,
        remaining_s=None,
        ringing_since_s=None,
    )


def _done_with(alert: Alert) -> Alert:
    if not alert.days or alert.due_s is None:
        return alert
    return replace(alert, rang_s=max(alert.due_s, alert.rang_s or alert.due_s))


def _next_s(alert: Alert, now: datetime) -> float:
    after_s = max(now.timestamp(), alert.rang_s or 0.0)
    after = datetime.fromtimestamp(after_s, UTC).astimezone(now.tzinfo)
    return next_due(alert.at, alert.days, after).timestamp()
