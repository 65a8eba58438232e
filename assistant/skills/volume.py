"""How loud the assistant is."""

from dataclasses import dataclass
from typing import ClassVar

from assistant import actions
from assistant.skills.skill import Intent, Reply, Risk
from assistant.world import World

_LOUD = 80
"""Percent. Above it whoever asks is asked back: a misheard number could hurt."""
_LOWEST = 10
"""Percent, when it is turned down: silence has to be asked for."""
_USUAL = 30
"""Percent, after silence: nobody knows how loud it was before, and nobody should be startled."""


@dataclass(frozen=True, slots=True)
class SetVolume(Intent):
    """Set the volume."""

    risk: ClassVar[Risk] = Risk.CONFIRM
    percent: int
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class VolumeUp(Intent):
    """Speak louder."""

    risk: ClassVar[Risk] = Risk.CONFIRM
    again: ClassVar[bool] = True
    percent: int = 10
    """By so much."""


@dataclass(frozen=True, slots=True)
class VolumeDown(Intent):
    """Speak more quietly."""

    risk: ClassVar[Risk] = Risk.CHANGE
    again: ClassVar[bool] = True
    percent: int = 10
    """By so much."""


@dataclass(frozen=True, slots=True)
class MuteVolume(Intent):
    """Make no sound until told otherwise. Alarms still ring."""

    risk: ClassVar[Risk] = Risk.CHANGE


@dataclass(frozen=True, slots=True)
class UnmuteVolume(Intent):
    """Be as loud as before."""

    risk: ClassVar[Risk] = Risk.CHANGE


@dataclass(frozen=True, slots=True)
class TellVolume(Intent):
    """How loud it is."""

    risk: ClassVar[Risk] = Risk.READ


class Volume:
    name = "volume"
    intents: tuple[type[Intent], ...] = (
        SetVolume,
        VolumeUp,
        VolumeDown,
        MuteVolume,
        UnmuteVolume,
        TellVolume,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        if world.volume is None:
            return Reply("I can't change the volume here.")
        now = round(100 * world.volume)
        if isinstance(intent, MuteVolume):
            return Reply.silent((actions.SetVolume(0.0),))
        wanted = _wanted(intent, now)
        if wanted == now:
            return Reply(_AT_AN_END.get((type(intent), now), f"The volume is {now}%."))
        return Reply(f"Volume {wanted}%.", (actions.SetVolume(wanted / 100),))

    def question(self, intent: Intent, world: World) -> str | None:
        if world.volume is None:
            return None
        now = round(100 * world.volume)
        wanted = _wanted(intent, now)
        return f"Turn it up to {wanted}%?" if wanted > max(now, _LOUD) else None


def _wanted(intent: Intent, now: int) -> int:
    """Percent."""
    match intent:
        case SetVolume(percent):
            return min(max(percent, 0), 100)
        case VolumeUp(percent):
            return min(now + percent, 100)
        case VolumeDown(percent):
            return max(now - percent, min(now, _LOWEST))
        case UnmuteVolume():
            return now or _USUAL
    return now


_AT_AN_END = {
    (VolumeUp, 100): "That's as loud as I get.",
    (VolumeDown, _LOWEST): "That's as quiet as I get, short of silence.",
}
