"""Timers that rang, until somebody could hear them. Pure."""

from dataclasses import dataclass, field

from assistant.events import Chime, TimerRang


@dataclass(slots=True)
class Ringing:
    """No timer is lost: one that rang is kept until its sound was played to the end."""

    waiting: list[TimerRang] = field(default_factory=list)
    """They wait for the floor, or for a loudspeaker."""
    sounding: list[TimerRang] = field(default_factory=list)
    """Their sound was ordered."""

    def ring(self) -> list[Chime]:
        """All that wait."""
        chimes = [Chime("timer") for _ in self.waiting]
        self.sounding += self.waiting
        self.waiting.clear()
        return chimes

    def heard(self) -> None:
        """One was played to its end."""
        del self.sounding[:1]

    def again(self) -> None:
        """What was ordered may not have been heard: it waits once more."""
        self.waiting[:0] = self.sounding
        self.sounding.clear()

    def silence(self) -> None:
        """Whoever says "stop" knows of those that ring; those that wait stay."""
        self.sounding.clear()
