"""Waiting for a device that is gone: soon and often at first, for ever at little cost."""

from collections.abc import Callable

from assistant.audio.portaudio import PortAudio
from assistant.clock import Clock

RETRY_S = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Waits between attempts to find it; the last is repeated."""
SLICE_S = 0.1
"""Between two looks at whether a sound card or server came or went."""
EAGER = 15
"""After a change the list of devices is made anew for so many attempts (half a minute)…"""
SELDOM = 150
"""…and then once in so many (five minutes): ALSA keeps 12 kB each time it is asked for it."""


class Patience:
    """Of one thread for one device."""

    def __init__(self, host: PortAudio, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._tries = 0
        self._renewals = host.renewals

    def reset(self) -> None:
        """The device is there."""
        self._tries = 0

    def wait(self, alive: Callable[[], bool]) -> None:
        """Before the next attempt; not longer than `alive` says."""
        until = self._clock.now() + RETRY_S[min(self._tries, len(RETRY_S) - 1)]
        changed = renewed = False
        while alive() and not (changed or renewed) and self._clock.now() < until:
            self._clock.advance(min(until, self._clock.now() + SLICE_S))
            changed = self._host.changed()
            # By whoever waits for the other device.
            renewed = self._host.renewals != self._renewals
        if changed or renewed:
            self._tries = 0
        if changed or 0 < self._tries < EAGER or self._tries % SELDOM == SELDOM - 1:
            self._host.renew()
        self._renewals = self._host.renewals
        self._tries += 1
