"""Is the assistant well: an observer that counts what nobody would see otherwise. No words."""

from collections import Counter
from typing import Any

from assistant.events import (
    Device,
    DeviceFound,
    DeviceLost,
    Message,
    PlaybackStarted,
    Shed,
    StageFailed,
    WakeDetected,
    WakeMissed,
)


class Health:
    """Told of everything; asked for a summary from any thread."""

    def __init__(self) -> None:
        self._lost: dict[Device, str] = {}
        self._wakes: Counter[str] = Counter()
        self._near_misses: Counter[str] = Counter()
        self._last_near_miss: tuple[float, WakeMissed] | None = None
        self._failures: Counter[str] = Counter()
        self._replies = 0
        self.shed = Shed("full", "")
        """What is done without, and why."""

    def __call__(self, now: float, message: Message) -> None:
        match message:
            case DeviceLost(device, reason):
                self._lost[device] = reason
            case DeviceFound(device):
                self._lost.pop(device, None)
            case WakeDetected(phrase):
                self._wakes[phrase] += 1
            case WakeMissed(phrase):
                self._near_misses[phrase] += 1
                self._last_near_miss = now, message
            case StageFailed(_, stage):
                self._failures[stage] += 1
            case PlaybackStarted():
                self._replies += 1
            case Shed():
                self.shed = message

    @property
    def missing(self) -> dict[str, str]:
        """Devices that are gone, and why."""
        return {str(device): reason for device, reason in self._lost.items()}

    @property
    def state(self) -> str:
        """ "ok", or what is missing: "degraded:microphone", "degraded:loudspeaker,microphone"."""
        return f"degraded:{','.join(sorted(self._lost))}" if self._lost else "ok"

    def summary(self) -> dict[str, Any]:
        """For scripts: counts since the start; times in seconds since the start."""
        last = self._last_near_miss
        return {
            "state": self.state,
            "missing": self.missing,
            "rung": self.shed.rung,
            "wakes": dict(self._wakes),
            "near_misses": dict(self._near_misses),
            "last_near_miss": last
            and {
                "phrase": last[1].phrase,
                "score": round(last[1].score, 3),
                "at_s": round(last[0], 1),
            },
            "replies": self._replies,
            "failures": dict(self._failures),
        }
