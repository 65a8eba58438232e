"""From an alarm clock to an assistant that listens: the greater part of `assistant run`."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from assistant.alarm_clock import AlarmClock
from assistant.audio.portaudio import PortAudio
from assistant.audio.urgency import set_apart, together_again
from assistant.commands.journal import Journal
from assistant.config import Settings, load
from assistant.errors import AssistantError
from assistant.live import Live
from assistant.loading import load_by_urgency
from assistant.notify import Manager
from assistant.parts import Parts
from hw import board
from hw.instructions import cpuinfo, report
from hw.memory_lock import lock_memory
from models.store import Store

log = logging.getLogger(__name__)

PATIENCE_S = 4.0
"""For an orderly end. What must not be lost is on the disk at any time."""


def listen(alarm_clock: AlarmClock, words: bool, as_json: bool, config: Path | None) -> None:
    """Until it is told to stop. If it cannot begin, because of a ConfigError, say, what is due
    rings all the same, and the reason is raised when nothing is left to ring."""
    if (pins := board.here().pins).advised:
        set_apart(pins.audio, pins.engines)
    journal = Journal(words, as_json)
    try:
        live = _made(load(config), alarm_clock, journal)
    except AssistantError as error:
        if not alarm_clock.book.alerts:
            raise
        log.critical("nobody is listened to: %s", error)
        live = _only_ringing(error, alarm_clock, journal)
    with _signals(live, config):
        live.run()
    journal.line("stopped", **live.summary())
    if live.again:
        _begin_anew()
    if live.loading:  # for engines that nobody needs any more, Python would wait
        os._exit(0)


def _made(settings: Settings, alarm_clock: AlarmClock, journal: Journal) -> Live:
    store = Store()
    journal.about = _about(settings) | {"pid": os.getpid()}
    load_parts = partial(_load, settings, store)
    manager = Manager.here()
    live = Live(settings, load_parts, store, PortAudio(), [journal], alarm_clock, manager)
    if settings.recorder.enabled:
        keeping = settings.recorder
        journal.line("recording", folder=str(keeping.folder), max_age_days=keeping.max_age_days)
    return live


def _only_ringing(reason: AssistantError, alarm_clock: AlarmClock, journal: Journal) -> Live:
    """By the default settings, as far as a sound needs any: whoever set an alarm counts on it."""

    def load_nothing(parts: Parts) -> None:
        for _, promise in parts.items():
            promise.set_exception(reason)

    manager, settings = Manager.here(), Settings.model_validate({"echo": {"engine": "none"}})
    return Live(settings, load_nothing, Store(), PortAudio(), [journal], alarm_clock, manager)


def _load(settings: Settings, store: Store, parts: Parts) -> None:
    load_by_urgency(settings, store, parts)
    _log_instructions()
    log.info("%s", lock_memory().text)


def _about(settings: Settings) -> dict[str, Any]:
    return {
        "phrases": list(settings.wake.phrases),
        "microphone": settings.mic.device,
        "loudspeaker": settings.speaker.device,
        "echo": settings.echo.engine if settings.echo.cancel else "none",
    }


def _log_instructions() -> None:
    """What the engines make of this processor, loudly where that makes them slow."""
    from assistant.engines.instructions import built  # loads the libraries: not before it rings

    for use in report(cpuinfo(), built())["engines"].values():
        log.log(logging.WARNING if use["slow"] else logging.INFO, "%s", use["sentence"])


def _begin_anew() -> None:
    """The same command in the same process: whoever manages it need not notice."""
    together_again()
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


@contextmanager
def _signals(live: Live, config: Path | None) -> Iterator[None]:
    """For as long as it lasts. Handlers run between any two steps of the main thread, so they only
    set or post something."""

    def stop() -> None:
        # A thread that is stuck inside a device must not keep the process.
        timer = threading.Timer(PATIENCE_S, _give_up)
        timer.daemon = True
        timer.start()
        live.end()

    def reload() -> None:
        threading.Thread(target=_reload, args=[live, config], daemon=True).start()

    wanted: dict[int, Callable[[], None]] = {
        signal.SIGINT: stop,
        signal.SIGTERM: stop,
        signal.SIGHUP: reload,
        signal.SIGUSR1: live.controls.talk,
        signal.SIGUSR2: live.controls.toggle_mute,
    }
    before = {
        number: signal.signal(number, lambda number, frame: wanted[number]()) for number in wanted
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reload(live: Live, config: Path | None) -> None:
    """Only for a configuration that is right: a wrong one must not end what works."""
    from assistant.doctor import configuration

    _, found = configuration.check(config)
    if found.level == "red":
        log.error("it goes on with the configuration that it has: %s", found.text)
    else:
        live.begin_anew()


def _give_up() -> None:
    log.critical("a device or an engine does not let go; the process ends without it")
    os._exit(0)
