"""Looks twice a second whether all is well, and tells the service manager and the status file.

The watchdog of the service is fed here and nowhere else, and only while `pulse.py` says that sound
moves through the wake word and the inbox turns: a process that is up and deaf is started anew.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Self

from assistant.clock import Clock
from assistant.mic import MicSettings
from assistant.notify import Manager
from assistant.pulse import Pulse, Vitals
from assistant.status import Status, StatusFile, status_path

log = logging.getLogger(__name__)

MARK = "deaf"
"""A file beside the status: a restart for deafness was asked for when it was last written."""


class Caretaker:
    """Asked by one thread."""

    def __init__(
        self, manager: Manager, pulse: Pulse, status: Callable[[Status], Status], folder: Path
    ) -> None:
        """`status`: completes what is known without asking. `folder`: what outlasts this process,
        but not the device."""
        self._manager = manager
        self._pulse = pulse
        self._status = status
        self._folder = folder
        self._file = StatusFile(folder)
        self._known = Status(os.getpid(), version("kitchen-assistant"), time.time())
        self._ready = False
        self._next_ping_s = 0.0
        self._ill_s: float | None = None
        """Since when it is ill."""

    @classmethod
    def here(
        cls, manager: Manager, mic: MicSettings, clock: Clock, status: Callable[[Status], Status]
    ) -> Self:
        """On this device."""
        folder = status_path().parent
        pulse = Pulse(mic.silent_s, last_deafness_s(folder, clock.now()))
        return cls(manager, pulse, status, folder)

    def look(self, vitals: Vitals, started: bool, now_s: float) -> None:
        """Once. `started`: it does all that it will do: somebody who calls would be heard, or it is
        known why not."""
        first = started and not self._ready
        if first:
            self._ready = True
            self._pulse.arm(now_s)
        ill = self._pulse.ill(vitals, now_s)
        status = self._status(replace(self._known, ill=ill))
        changed = self._file.write(status)
        if first:
            self._manager.ready()  # whoever is told may look into the file
        if changed:
            self._manager.status(status.sentence())
        self._feed(ill, now_s)

    def leave(self, again: bool) -> None:
        """The process ends, or begins anew."""
        self._file.remove()
        if again:
            self._manager.reloading()
        else:
            self._manager.stopping()

    def _feed(self, ill: str, now_s: float) -> None:
        ping_s = self._manager.ping_s
        if not ill:
            self._ill_s = None
            if ping_s is not None and now_s >= self._next_ping_s:
                self._next_ping_s = now_s + ping_s
                self._manager.ping()
        elif self._ill_s is None:
            self._ill_s = now_s
            log.error("it is not well, so the watchdog is not fed: %s", ill)
        elif self._pulse.deaf and ping_s is not None and now_s - self._ill_s >= ping_s:
            remember_deafness(self._folder)  # it has missed a ping: no hiccup any more


def remember_deafness(folder: Path) -> None:
    """For the process that comes after this one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / MARK).touch()
    except OSError as error:
        log.warning("a restart for deafness is not remembered: %s", error)


def last_deafness_s(folder: Path, now_s: float) -> float | None:
    """When a restart for deafness was last asked for, as a clock time whose present is `now_s`;
    None: never since the device was started."""
    try:
        marked_s = (folder / MARK).stat().st_mtime
    except OSError:
        return None  # it has never been written
    return now_s - max(0.0, time.time() - marked_s)
