"""All checks of this machine, in the order in which to put things right."""

import os
import platform
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.audio import trial
from assistant.audio.portaudio import PortAudio
from assistant.clock import WallClock
from assistant.config import Settings, default_path
from assistant.device import here
from assistant.doctor import (
    clock,
    configuration,
    disk,
    governor,
    heard,
    installed,
    permissions,
    ports,
    privacy,
    processor,
    python,
    running,
    service,
    sound,
    system,
)
from assistant.doctor.check import Check, told
from assistant.doctor.looking import Machine
from assistant.doctor.rounds import Group, Round
from assistant.errors import ConfigError, DeviceError, ModelError
from assistant.home.build import build
from hw import alsa, sensors, sysfs
from hw.instructions import cpuinfo, report
from hw.limits import memory_limits
from hw.meminfo import memory_mib
from hw.permissions import permissions as allowed
from hw.timekeeping import timekeeping
from models.store import Store

PATIENCE_S = 10.0
"""For what loads the engines' libraries from a slow memory card."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to look at beyond what takes a second."""

    digests: bool = False
    """Read every model file."""
    sound: bool = False
    """Play a tone and record."""


class Examination:
    """Goes once over all checks. Those that depend on the configuration are left out while that is
    wrong."""

    def __init__(self, config: Path | None, wish: Wish = Wish()) -> None:
        self._config = config
        self._wish = wish
        self._machine = Machine()
        self._round: Round | None = None

    @property
    def stuck(self) -> list[str]:
        """Groups that did not answer, and whose threads may never end."""
        return [] if self._round is None else self._round.stuck

    def __iter__(self) -> Iterator[Check]:
        yield python.check(sys.version_info[:3])
        settings, found = configuration.check(self._config)
        yield found
        # Reading gigabytes takes as long as it takes.
        self._round = Round(self._groups(settings), None if self._wish.digests else PATIENCE_S)
        yield from self._round
        if settings is not None and self._wish.sound:  # alone: it must not be kept waiting
            yield from _trial(settings)

    def _groups(self, settings: Settings | None) -> dict[str, Group]:
        machine = self._machine
        configured: dict[str, Group] = {}
        if settings is not None:
            configured = {
                "models": lambda: self._models(settings),
                "disk": lambda: _disk(machine, settings),
                "sound": lambda: _sound(machine, settings),
                "home": lambda: _home(settings),
                "privacy": lambda: _privacy(machine, settings, self._config),
            }
        return {
            "system": _system,
            "processor": _processor,
            **configured,
            "household": lambda: [machine.household()],
            "clock": lambda: clock.checks(timekeeping(), machine.last_seen_s()),
            "service": lambda: service.checks(
                machine.unit, machine.watchdog(), memory_mib("MemTotal")
            ),
            "running": lambda: _running(machine, settings),
            "governor": lambda: [governor.check()],
            "permissions": lambda: permissions.checks(allowed()),
        }

    def _models(self, settings: Settings) -> Iterator[Check]:
        store = Store()
        yield from installed.promoted(store.root)
        try:
            wanted = installed.entries(store, installed.required(settings))
        except ModelError as error:
            yield installed.unusable(error)
            return
        yield installed.check(store, wanted, self._wish.digests)
        yield installed.memory(wanted, memory_mib("MemTotal"), memory_mib("MemAvailable"))
        pid = service.main_pid(self._machine.unit)
        yield from system.limits(memory_limits(pid or "self"), installed.needed_mib(wanted))


def _system() -> Iterator[Check]:
    yield system.system(struct.calcsize("P") * 8, platform.libc_ver())
    yield from system.heat(here().temperature_c)
    yield from system.supply(sensors.read())
    yield from system.controllers(sysfs.text(Path("/sys/fs/cgroup/cgroup.controllers")))
    yield from system.swap(sysfs.text(Path("/proc/swaps")))


def _processor() -> Iterator[Check]:
    try:
        # Here, because a library that does not load is a finding and not the end.
        from assistant.engines.instructions import built

        yield from processor.checks(report(cpuinfo(), built()))
    except (ImportError, OSError, RuntimeError) as error:  # what llama_cpp and ctypes raise
        yield processor.broken(error)


def _disk(machine: Machine, settings: Settings) -> Iterator[Check]:
    store = Store()
    try:
        wanted = installed.entries(store, installed.required(settings))
        missing = sum(entry.bytes for entry in wanted if not store.is_installed(entry))
    except (ModelError, OSError):  # which the group of the models tells
        missing = 0
    try:
        yield from disk.checks(machine.places(store.root, missing), here().uptime_s)
    except OSError as error:
        yield disk.unusable(error)


def _sound(machine: Machine, settings: Settings) -> Iterator[Check]:
    try:
        devices = PortAudio().devices()
    except DeviceError as error:
        yield sound.broken(error)
        return
    yield sound.cards(alsa.cards(), alsa.locked(), devices)
    yield from sound.checks(devices, settings)
    yield from sound.busy(alsa.owners(), machine.assistants)


def _home(settings: Settings) -> Iterator[Check]:
    """Whether [home] has all that it needs; nothing is contacted."""
    try:
        if build(settings.home) is not None:
            yield Check("home", "green", f"[home] is set up for {settings.home.engine}.")
    except ConfigError as error:
        yield told("home", "red", str(error), "Correct [home].")


def _privacy(machine: Machine, settings: Settings, config: Path | None) -> Iterator[Check]:
    recordings = settings.recorder.folder if settings.recorder.enabled else None
    yield from privacy.folders(machine.private(recordings))
    path = config or default_path()
    yield from privacy.configuration(privacy.kept(path, os.getuid()), _text(path))
    yield from privacy.environment(os.environ)


def _running(machine: Machine, settings: Settings | None) -> Iterator[Check]:
    status, problems = machine.status()
    yield from problems
    yield from running.checks(machine.assistants, status, here().version, time.time())
    sockets = machine.sockets()
    if sockets is None:
        yield ports.hidden()
    elif machine.assistants:
        yield from ports.checks(sockets, settings is None or settings.home.engine != "none")


def _trial(settings: Settings) -> Iterator[Check]:
    try:
        done = trial.together(PortAudio(), settings.mic, settings.speaker, WallClock())
    except DeviceError as error:
        yield heard.refused(error)
        return
    yield from heard.checks(done)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # there is none, or whoever needs it tells
        return ""
