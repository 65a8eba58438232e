"""Timers: several at a time, with names, kept over restarts."""

from dataclasses import dataclass, replace
from typing import ClassVar

from assistant.agenda import is_ringing
from assistant.skills import counting
from assistant.skills.countdowns import label, left_on, overview, timers
from assistant.skills.skill import Intent, Reply, Risk
from assistant.world import World


@dataclass(frozen=True, slots=True)
class SetTimer(Intent):
    """Start a countdown."""

    risk: ClassVar[Risk] = Risk.MAKE
    asks: ClassVar[dict[str, str]] = {"duration": "For how long?"}
    duration: float | None = None
    """Seconds."""
    name: str = ""
    """What it is called, as "pasta"."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"duration": float() | int() as duration}:
                if self._was_refused():
                    return replace(self, duration=duration)
                return ResetTimer(duration, self.name, self.duration)
            case {"name": str(name)}:
                return replace(self, name=name)
        return None

    def continued(self, **slots: object) -> Intent | None:
        match slots:
            case {"duration": float() | int() as duration, **rest} if not rest:
                if self._was_refused():
                    return None
                return AddToTimer(duration, self.name, self.duration)
        return self.amended(**slots)

    def undone(self) -> Intent | None:
        return None if self._was_refused() else CancelTimer(self.name, self.duration)

    def _was_refused(self) -> bool:
        """There is nothing to change: no timer is so long."""
        return self.duration is not None and not counting.possible(self.duration)


@dataclass(frozen=True, slots=True)
class AddToTimer(Intent):
    """Make a timer ring later."""

    risk: ClassVar[Risk] = Risk.CHANGE
    again: ClassVar[bool] = True
    duration: float
    """Seconds more."""
    name: str = ""
    """Which. Empty: the one that rings, or the only one."""
    length: float | None = None
    """Which, by the seconds it was set for: "add a minute to the ten minute timer"."""

    def continued(self, **slots: object) -> Intent | None:
        match slots:
            case {"duration": float() | int() as duration, **rest} if not rest:
                length = None if self.length is None else self.length + self.duration
                return AddToTimer(duration, self.name, length)
        return self.amended(**slots)


@dataclass(frozen=True, slots=True)
class TakeFromTimer(Intent):
    """Make a timer ring sooner."""

    risk: ClassVar[Risk] = Risk.CHANGE
    again: ClassVar[bool] = True
    duration: float
    """Seconds less."""
    name: str = ""
    """Which."""
    length: float | None = None
    """Which, by the seconds it was set for: "add a minute to the ten minute timer"."""


@dataclass(frozen=True, slots=True)
class ResetTimer(Intent):
    """Give a timer another length, counted from now."""

    risk: ClassVar[Risk] = Risk.CHANGE
    duration: float
    """Seconds from now."""
    name: str = ""
    """Which."""
    length: float | None = None
    """Which, by the seconds it was set for: "add a minute to the ten minute timer"."""

    def amended(self, **slots: object) -> Intent | None:
        match slots:
            case {"duration": float() | int() as duration}:
                was_set = counting.possible(self.duration)
                return ResetTimer(duration, self.name, self.duration if was_set else self.length)
        return None

    def undone(self) -> Intent:
        return CancelTimer(self.name, None if self.name else self.duration)


@dataclass(frozen=True, slots=True)
class RestartTimer(Intent):
    """Begin a timer again with its full length."""

    risk: ClassVar[Risk] = Risk.CHANGE
    name: str = ""
    """Which."""
    duration: float | None = None
    """Which, by the seconds it was set for."""


@dataclass(frozen=True, slots=True)
class PauseTimer(Intent):
    """Halt a timer."""

    risk: ClassVar[Risk] = Risk.CHANGE
    name: str = ""
    """Which."""
    duration: float | None = None
    """Which, by the seconds it was set for."""


@dataclass(frozen=True, slots=True)
class ResumeTimer(Intent):
    """Let a halted timer go on."""

    risk: ClassVar[Risk] = Risk.CHANGE
    name: str = ""
    """Which."""
    duration: float | None = None
    """Which, by the seconds it was set for."""


@dataclass(frozen=True, slots=True)
class CancelTimer(Intent):
    """Delete a timer, or silence one that rings."""

    risk: ClassVar[Risk] = Risk.CHANGE
    name: str = ""
    """Which."""
    duration: float | None = None
    """The one that was set for so many seconds: "cancel the ten minute timer"."""


@dataclass(frozen=True, slots=True)
class CancelAllTimers(Intent):
    """Delete all timers."""

    risk: ClassVar[Risk] = Risk.CONFIRM


@dataclass(frozen=True, slots=True)
class TimeLeft(Intent):
    """How long until a timer rings."""

    risk: ClassVar[Risk] = Risk.READ
    name: str = ""
    """Which. Empty: all of them."""
    duration: float | None = None
    """Which, by the seconds it was set for."""

    def undone(self) -> Intent:
        return CancelTimer(self.name, self.duration)


@dataclass(frozen=True, slots=True)
class ListTimers(Intent):
    """Which timers there are."""

    risk: ClassVar[Risk] = Risk.READ


class Timers:
    name = "timers"
    intents: tuple[type[Intent], ...] = (
        SetTimer,
        AddToTimer,
        TakeFromTimer,
        ResetTimer,
        RestartTimer,
        PauseTimer,
        ResumeTimer,
        CancelTimer,
        CancelAllTimers,
        TimeLeft,
        ListTimers,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case SetTimer(duration=None):
                return Reply(SetTimer.asks["duration"])
            case SetTimer(float() | int() as duration, name):
                return counting.start(name, duration, world)
            case AddToTimer(duration, name, length):
                return counting.change_length("add", duration, name, length, world)
            case TakeFromTimer(duration, name, length):
                return counting.change_length("take", duration, name, length, world)
            case ResetTimer(duration, name, length):
                return counting.change_length("set", duration, name, length, world)
            case RestartTimer(name, duration):
                return counting.start_over(name, duration, world)
            case PauseTimer(name, duration):
                return counting.pause(name, duration, world)
            case ResumeTimer(name, duration):
                return counting.resume(name, duration, world)
            case CancelTimer(name, duration):
                return counting.cancel(name, duration, world)
            case CancelAllTimers():
                return counting.cancel_all(world)
            case TimeLeft(name, duration) if name or duration is not None:
                return left_on(name, duration, world)
        return Reply(overview(timers(world), world.moment))

    def question(self, intent: Intent, world: World) -> str | None:
        match timers(world):
            case [timer] if not is_ringing(timer):
                return f"Cancel {label(timer)}?"
            case [_, _, *_] as every:
                return f"Cancel all {len(every)} timers?"
        return None
