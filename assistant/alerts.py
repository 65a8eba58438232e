"""What rings: timers, alarms and reminders, as values. What to do with them: `agenda.py`."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["timer", "alarm", "reminder"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, on both clocks of the device."""

    wall_s: float
    """Seconds since 1970, as the clock on the wall has it: it may be wrong, and may step."""
    boot_s: float
    """Seconds since the device started, asleep or not: never steps."""
    boot: str
    """Which start that was."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that rings once, or on given days of the week."""

    kind: Kind
    name: str
    """ "pasta"; what a reminder reminds of; often empty. Said by a person: data, never an order."""
    due_s: float | None
    """Wall clock at which it rings next, seconds since 1970; None: a paused timer."""
    id: int = 0
    """Given by the store; 0 before that. Later ones have larger ids."""
    boot_due_s: float | None = None
    """Of a timer: when it rings by the device's own clock, which does not step. Good while `boot`
    is the running start of the device."""
    boot: str = ""
    duration_s: float | None = None
    """Of a timer: what was asked for, with what was added since."""
    remaining_s: float | None = None
    """Of a paused timer."""
    at: str = ""
    """Of an alarm that repeats: "07:30", local time."""
    days: tuple[int, ...] = ()
    """Days of the week on which it rings, Monday is 0; empty: once."""
    ringing_since_s: float | None = None
    """Wall clock at which it began to ring, if it does."""
    rang_s: float | None = None
    """Of an alarm that repeats: the latest `due_s` that is done with. Never again that one or one
    before it, wherever the clock is set to."""
