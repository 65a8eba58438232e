"""One look at the clocks and at all alerts: what rings now, what is over, what was missed. Pure.

Whoever looks (`bell.py`) first has the changes stored and then tells the events, so that a restart
between the two never makes anything ring twice that somebody has stopped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from assistant import agenda
from assistant.actions import Change, RemoveAlerts, ReplaceAlert
from assistant.alerts import Alert, Kind, Moment
from assistant.events import AlertMissed, AlertOver, AlertRang

AlertEvent = AlertRang | AlertOver | AlertMissed

LATEST_S: dict[Kind, float] = {"timer": 3600.0, "alarm": 3600.0, "reminder": 12 * 3600.0}
"""Past this nothing rings any more, it is only told that it was missed: a meal is burnt, the day
has begun. What a reminder reminds of is often good for the rest of the day."""
LONGEST_RINGING_S = 600.0
"""Somebody at home has heard it by then; the neighbours too."""
_STEP_S = 1.0
"""A wall clock that is so far from where the device's own clock puts it was set."""
_DOUBT_S = 24 * 3600.0
"""A clock that nobody corrected in a day of running is the one that people here live by, even if
it was once known to be later."""


@dataclass(frozen=True, slots=True)
class Ring:
    since_s: float
    """As in the alert: tells this ring from the next of the same alert."""
    began_boot_s: float


@dataclass(frozen=True, slots=True)
class Known:
    """What one look leaves to the next."""

    moment: Moment | None = None
    """The latest; at the start the latest that was stored. None: nothing ever was."""
    doubted_since_s: float | None = None
    """On the device's own clock; None: the wall clock is believed."""
    ringing: Mapping[int, Ring] = field(default_factory=dict)
    """By the alert's id: of what it was told that it rings."""


@dataclass(frozen=True, slots=True)
class Look:
    known: Known
    changes: tuple[Change, ...]
    """To be stored before anything else."""
    events: tuple[AlertEvent, ...]
    """To be told then."""
    rest_s: float
    """Until something is to be done next; infinite if nothing is."""


@dataclass(slots=True)
class _Findings:
    ringing: dict[int, Ring] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    events: list[AlertEvent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watch:
    zone: tzinfo
    """In which "07:30" is meant."""
    longest_ringing_s: float = LONGEST_RINGING_S

    def look(self, known: Known, alerts: Iterable[Alert], seen: Moment) -> Look:
        """`seen`: what the clocks of the device say."""
        now, doubted_since_s = _believed(known, seen)
        believed = doubted_since_s is None
        was_set = believed and _was_set(known, now)
        findings, rest_s = _Findings(), float("inf")
        for stored in alerts:
            alert = self._kept(stored, now, believed, was_set)
            if agenda.is_ringing(alert):
                rest_s = min(rest_s, self._go_on(alert, known, now, findings))
            elif agenda.is_due(alert, now) and (believed or agenda.counts_down(alert)):
                self._begin(stored, alert, now, findings)
                rest_s = 0.0
            else:
                if alert != stored:
                    findings.changes.append(ReplaceAlert(stored, alert))
                if not agenda.is_paused(alert):
                    rest_s = min(rest_s, agenda.remaining_s(alert, now) or 1.0)
        over = tuple(
            AlertOver(id)
            for id, ring in known.ringing.items()
            if ring.since_s != _since(findings.ringing.get(id))
        )
        return Look(
            Known(now, doubted_since_s, findings.ringing),
            tuple(findings.changes),
            (*over, *findings.events),
            rest_s,
        )

    def _kept(self, alert: Alert, now: Moment, believed: bool, was_set: bool) -> Alert:
        """With deadlines that fit the clocks as they are now."""
        if agenda.counts_down(alert):
            off_s = abs(
                (alert.due_s or 0.0) - now.wall_s - ((alert.boot_due_s or 0.0) - now.boot_s)
            )
            if alert.boot != now.boot:
                # Until then it goes by what was last known, which may still turn out too early.
                return agenda.agreed(alert, now) if believed else alert
            return agenda.agreed(alert, now) if off_s > _STEP_S else alert
        return agenda.rescheduled(alert, self._local(now)) if was_set else alert

    def _begin(self, stored: Alert, alert: Alert, now: Moment, findings: _Findings) -> None:
        late_s = agenda.late_s(alert, now)
        if late_s > LATEST_S[alert.kind]:
            self._miss(stored, alert, now, findings)
            return
        ringing = agenda.rung(alert, now)
        findings.changes.append(ReplaceAlert(stored, ringing))
        findings.events.append(AlertRang(ringing, late_s))
        findings.ringing[alert.id] = Ring(now.wall_s, now.boot_s)

    def _go_on(self, alert: Alert, known: Known, now: Moment, findings: _Findings) -> float:
        """Seconds that it may still ring."""
        since_s = alert.ringing_since_s or 0.0
        ring = known.ringing.get(alert.id)
        told = ring is not None and ring.since_s == since_s
        if ring is None or not told:  # the program was started again in the middle of it
            ring = Ring(since_s, now.boot_s - max(0.0, now.wall_s - since_s))
        left_s = ring.began_boot_s + self.longest_ringing_s - now.boot_s
        if left_s <= 0:
            self._miss(alert, alert, now, findings)
            return 0.0
        findings.ringing[alert.id] = ring
        if not told:
            late_s = max(0.0, since_s - (alert.due_s or since_s))
            findings.events.append(AlertRang(alert, late_s))
        return left_s

    def _miss(self, stored: Alert, alert: Alert, now: Moment, findings: _Findings) -> None:
        left = agenda.dismissed(alert, self._local(now))
        # To replace something with itself makes sure that nobody gave it more time meanwhile.
        findings.changes.append(ReplaceAlert(stored, left or stored))
        if left is None:
            findings.changes.append(RemoveAlerts((alert.id,)))
        due_s = now.wall_s if alert.due_s is None else alert.due_s
        findings.events.append(AlertMissed(alert, max(0.0, now.wall_s - due_s)))

    def _local(self, now: Moment) -> datetime:
        return datetime.fromtimestamp(now.wall_s, self.zone)


def _believed(known: Known, seen: Moment) -> tuple[Moment, float | None]:
    """The moment to go by, and since when the wall clock is doubted.

    A device without a clock of its own that keeps time while it is off starts in 1970, or where it
    was switched off. Until it is set, it is at least as late as was last known."""
    last = known.moment
    if last is None:
        return seen, None
    same_boot = last.boot == seen.boot
    if same_boot and known.doubted_since_s is None:
        return seen, None  # whoever sets a clock that was believed knows better
    least_s = last.wall_s + (seen.boot_s - last.boot_s if same_boot else 0.0)
    since_s = seen.boot_s
    if same_boot and known.doubted_since_s is not None:
        since_s = known.doubted_since_s
    if seen.wall_s >= least_s or seen.boot_s - since_s >= _DOUBT_S:
        return seen, None
    return replace(seen, wall_s=least_s), since_s


def _was_set(known: Known, now: Moment) -> bool:
    """Since the last look; another start of the device counts as that."""
    last = known.moment
    if last is None or last.boot != now.boot or known.doubted_since_s is not None:
        return True
    return abs((now.wall_s - last.wall_s) - (now.boot_s - last.boot_s)) > _STEP_S


def _since(ring: Ring | None) -> float | None:
    return None if ring is None else ring.since_s
