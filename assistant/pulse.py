"""Is the assistant alive, and not deaf? Pure: times are passed in.

A process can run on for weeks without hearing anything. So what counts is not that a thread beats,
but that sound has moved through the wake word and that the inbox has turned.
"""

from dataclasses import dataclass
from typing import Literal

RECENT_S = 1.0
"""Frames come every 32 to 160 ms, and the inbox is asked to turn twice a second."""
STARTING_S = 120.0
"""The ears are there in seconds; a slow board with a slow card takes half a minute."""
SLOW_S = 3.0
"""As long may the inbox take while models are loaded, on a board that is short of everything."""
OPENING_S = 3.0
"""So long a microphone that was closed, or absent, may take to deliver."""
MERCY_S = 600.0
"""After a restart because of deafness: if that did not help, the next one will not. Whoever lives
here must not lose what rings because a microphone died."""

Capture = Literal["open", "muted", "absent"]
"""The microphone delivers, or should; it is closed because somebody wants that; there is none."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """Clock times in seconds of what happened last; None: never."""

    capture: Capture
    lost: bool
    """No sound comes, and that is known."""
    through_wake_s: float | None
    """A frame went through the wake word."""
    sound_s: float | None
    """A sample was not zero."""
    inbox_s: float | None
    """The inbox turned."""
    bell: bool
    """What is due would ring."""


class Pulse:
    """Decides whether the watchdog is fed."""

    def __init__(self, silent_s: float, spared_s: float | None = None) -> None:
        """`silent_s`: so long a microphone may deliver nothing but zeros. `spared_s`: clock time
        (of an earlier process, negative) of the last restart for deafness; None: none is known."""
        self._silent_s = silent_s
        self._spared_s = spared_s
        self._armed_s: float | None = None
        self._deaf = False
        self._closed_s = 0.0
        """When it was last known that no sound could come."""

    def arm(self, now_s: float) -> None:
        """The wake word is listened for, or would be if there was a microphone."""
        self._armed_s = now_s

    @property
    def deaf(self) -> bool:
        """The last look found that nothing is heard, though it was before, and that a restart is
        worth a try."""
        return self._deaf

    def ill(self, vitals: Vitals, now_s: float) -> str:
        """Why nobody should believe that it is well: a sentence; empty: it is."""
        self._deaf = False
        if not vitals.bell:
            return "What is due does not ring any more."
        if self._armed_s is None:
            return "" if now_s < STARTING_S else "It does not come to listening."
        if not _within(max(self._armed_s, vitals.inbox_s or 0.0), now_s, SLOW_S):
            return "The inbox does not turn."
        if vitals.capture != "open":
            self._closed_s = now_s
        if now_s - self._closed_s <= OPENING_S:
            return ""
        hears = self._hears(vitals, now_s)
        # One that this process never heard, or that a restart has not mended, is waited for.
        if not hears or vitals.sound_s is None:
            return ""
        self._deaf = self._spared_s is None or now_s - self._spared_s >= MERCY_S
        return hears if self._deaf else ""

    def _hears(self, vitals: Vitals, now_s: float) -> str:
        if not _within(vitals.through_wake_s, now_s, RECENT_S):
            return "No sound moves through the wake word."
        if not _within(max(vitals.sound_s or 0.0, self._closed_s), now_s, self._silent_s):
            return "The microphone delivers nothing but zeros."
        return ""


def _within(at_s: float | None, now_s: float, longest_s: float) -> bool:
    return at_s is not None and now_s - at_s <= longest_s
