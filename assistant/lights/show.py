"""The show: told of everything, asked for the picture of a moment. Pure; time is an argument."""

from dataclasses import dataclass

from assistant.events import Message
from assistant.lights.animation import Rgb, frame
from assistant.lights.scene import Facts

DWELL_S = 0.4
"""A scene stays at least so long, whatever happens: many changes in a row would flicker. What has
been shown for longer than that gives way at once."""


@dataclass(frozen=True, slots=True)
class Picture:
    colours: tuple[Rgb, ...]
    until_s: float | None
    """Clock time at which the next one is due; None: when something is told."""


class Show:
    """Used by one thread at a time. All times are clock time in seconds, which never goes back."""

    def __init__(self, pixels: int, now: float) -> None:
        """`pixels`: how many lights there are."""
        self.pixels = pixels
        self._facts = Facts()
        self._shown = self._facts.shown(now)
        self._since_s = now

    @property
    def ringing(self) -> bool:
        """A timer, an alarm or a reminder rings."""
        return bool(self._facts.ringing)

    def tell(self, message: Message, now: float) -> bool:
        """Take a message; True: there may be something else to show."""
        before, self._facts = self._facts, self._facts.told(message, now)
        return self._facts != before

    def picture(self, now: float) -> Picture:
        """What is to be seen now."""
        wanted = self._facts.shown(now)
        settled_s = self._since_s + DWELL_S
        if wanted != self._shown and now >= settled_s:
            self._shown, self._since_s = wanted, now
        made = frame(self._shown, now - self._since_s, self.pixels)
        moments = [
            self._facts.until_s(now),
            None if made.next_s is None else self._since_s + made.next_s,
            None if wanted == self._shown else settled_s,
        ]
        return Picture(made.colours, min((at for at in moments if at is not None), default=None))
