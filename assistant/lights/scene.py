"""Which scene the lights show: facts gathered from messages, and a table of what comes first. Pure.

    message -> Facts (what is so at present) -> the first row of `TABLE` that holds -> Shown

A closed microphone is no scene alone: its two marks lie over whatever else is shown, so that
neither what rings nor the mute is ever hidden by the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from assistant.events import (
    MUTED,
    AlertOver,
    AlertRang,
    Armed,
    Device,
    DeviceFound,
    DeviceLost,
    Entered,
    Message,
    Rung,
    Shed,
    StageFailed,
)

FAILURE_S = 2.0
"""Seconds that a failure is shown: two slow pulses."""


class Scene(Enum):
    """Each with what it means, for people."""

    RINGING = "A timer, an alarm or a reminder rings."
    FAILED = "Something went wrong with this request."
    SPEAKING = "It speaks."
    THINKING = "It has heard you and works on the answer."
    MUTED = "The microphone is closed: nothing can be heard."
    LISTENING = "It listens to you."
    BROKEN = "The microphone or the loudspeaker is missing."
    STARTING = "It is waking up and cannot be called yet."
    SHED = "It is hot or short of memory and does less for now."
    IDLE = "It waits for its wake word."


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be seen."""

    scene: Scene
    muted: bool = False
    """The two marks of a closed microphone lie over it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so at present; made by `told` from one message after the other."""

    armed: bool = False
    """Whoever calls is heard."""
    state: str = "idle"
    """Of the conversation, as `Entered` has it."""
    ringing: frozenset[int] = frozenset()
    """Ids of what rings."""
    muted: bool = False
    missing: frozenset[Device] = frozenset()
    """Devices that are gone, though nobody asked for it."""
    failed_until_s: float | None = None
    """Clock time up to which the last failure is shown."""
    rung: Rung = "full"

    def told(self, message: Message, now: float) -> "Facts":
        """The facts after this message, at clock time `now` (seconds)."""
        match message:
            case Armed():
                return replace(self, armed=True)
            case Entered(state):
                return replace(self, state=state)
            case AlertRang(alert):
                return replace(self, ringing=self.ringing | {alert.id})
            case AlertOver(id):
                return replace(self, ringing=self.ringing - {id})
            case StageFailed():
                return replace(self, failed_until_s=now + FAILURE_S)
            case Shed(rung):
                return replace(self, rung=rung)
            case DeviceLost("microphone", reason) if reason == MUTED:
                return replace(self, muted=True)
            case DeviceLost(device):
                return replace(self, missing=self.missing | {device})
            case DeviceFound(device):
                muted = self.muted and device != "microphone"
                return replace(self, muted=muted, missing=self.missing - {device})
        return self

    def shown(self, now: float) -> Shown:
        """What is to be seen at clock time `now`."""
        scene = next(scene for scene, holds in TABLE if holds(self, now))
        return Shown(scene, self.muted)

    def until_s(self, now: float) -> float | None:
        """Clock time at which that changes by itself; None: only a message changes it."""
        return self.failed_until_s if _failed(self, now) else None


def _failed(facts: Facts, now: float) -> bool:
    return facts.failed_until_s is not None and now < facts.failed_until_s


TABLE: tuple[tuple[Scene, Callable[[Facts, float], bool]], ...] = (
    (Scene.RINGING, lambda facts, now: bool(facts.ringing)),
    (Scene.FAILED, _failed),
    (Scene.SPEAKING, lambda facts, now: facts.state == "speaking"),
    (Scene.THINKING, lambda facts, now: facts.state == "thinking"),
    (Scene.MUTED, lambda facts, now: facts.muted),
    (
        Scene.LISTENING,
        lambda facts, now: facts.state == "listening" and "microphone" not in facts.missing,
    ),
    (Scene.BROKEN, lambda facts, now: bool(facts.missing)),
    (Scene.STARTING, lambda facts, now: not facts.armed),
    (Scene.SHED, lambda facts, now: facts.rung != "full"),
    (Scene.IDLE, lambda facts, now: True),
)
"""The first row that holds is shown. A reply is shown before a microphone that is closed or gone,
because it is heard; listening is not, because it does not happen."""
