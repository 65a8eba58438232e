"""All checks of this machine, in the order in which to put things right."""

import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.audio.portaudio import PortAudio
from assistant.config import Settings
from assistant.doctor import (
    configuration,
    governor,
    installed,
    permissions,
    processor,
    python,
    sound,
)
from assistant.doctor.check import Check
from assistant.errors import DeviceError, ModelError
from hw.instructions import cpuinfo, report
from hw.meminfo import memory_mib
from hw.permissions import permissions as allowed
from models.store import Store


def examine(config: Path | None, read_models: bool = False) -> Iterator[Check]:
    """Takes a second or two; with `read_models` also the time to read every model file.

    What depends on the configuration is left out while that is wrong.
    """
    yield python.check(sys.version_info[:3])
    settings, found = configuration.check(config)
    yield found
    yield from _processor()
    if settings is not None:
        yield from _models(settings, read_models)
        yield from _sound(settings)
    yield governor.check()
    yield from permissions.checks(allowed())


def _processor() -> Iterator[Check]:
    try:
        # Here, because a library that does not load is a finding and not the end.
        from assistant.engines.instructions import built

        yield from processor.checks(report(cpuinfo(), built()))
    except (ImportError, OSError, RuntimeError) as error:  # what llama_cpp and ctypes raise
        yield processor.broken(error)


def _models(settings: Settings, read_all: bool) -> Iterator[Check]:
    store = Store()
    try:
        wanted = installed.entries(store, installed.required(settings))
    except ModelError as error:
        yield installed.unusable(error)
        return
    yield installed.check(store, wanted, read_all)
    yield installed.memory(wanted, memory_mib("MemTotal"), memory_mib("MemAvailable"))


def _sound(settings: Settings) -> Iterator[Check]:
    try:
        devices = PortAudio().devices()
    except DeviceError as error:
        yield sound.broken(error)
        return
    yield from sound.checks(devices, settings)
