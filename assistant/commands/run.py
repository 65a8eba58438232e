"""`assistant run`: the product. Listens until it is told to stop."""

import io
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer

from assistant.app import Engines, load_engines
from assistant.audio.portaudio import PortAudio
from assistant.commands.options import ConfigOption
from assistant.config import Settings, load
from assistant.events import (
    AlertOver,
    AlertRang,
    Armed,
    ButtonPressed,
    Chime,
    Chimed,
    DeviceFound,
    DeviceLost,
    Duck,
    Entered,
    Glimpsed,
    Message,
    PlaybackStarted,
    Played,
    Respond,
    StageFailed,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
    WakeMissed,
)
from assistant.live import Live
from hw.instructions import cpuinfo, report
from hw.memory_lock import lock_memory
from models.store import Store

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""For an orderly end."""


def run(
    words: Annotated[
        bool | None,
        typer.Option(
            "--words/--no-words",
            help="Show what was said. Default: only on a terminal, so that no log keeps it.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for every event.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Listen to the microphone, answer through the loudspeaker, until stopped.

    A microphone or loudspeaker that is missing, or is unplugged, is waited for. `assistant devices`
    lists them; [mic] and [speaker] in the configuration choose.

    Signals: INT and TERM stop; USR1 is the talk button; USR2 closes the microphone (mute) and opens
    it again.
    """
    settings = load(config)
    store, host = Store(), PortAudio()
    shown = sys.stdout.isatty() if words is None else words
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows no umlauts
    journal = Journal(shown, as_json)
    journal.about = _about(settings) | {"pid": os.getpid()}
    live = Live(settings, lambda: _load(settings, store), store, host, [journal])
    if live.recorder is not None:
        recorder = settings.recorder
        journal.line("recording", folder=str(recorder.folder), max_age_days=recorder.max_age_days)
    with _signals(live):
        live.run()
    journal.line("stopped", **live.summary())
    if live.loading:  # for engines that nobody needs any more, Python would wait
        os._exit(0)


def _load(settings: Settings, store: Store) -> Engines:
    parts = load_engines(settings, store)
    _log_instructions()
    log.info("%s", lock_memory().text)
    return parts


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


@contextmanager
def _signals(live: Live) -> Iterator[None]:
    """For as long as it lasts. Handlers run between any two steps of the main thread, so they only
    set or post something."""

    def stop() -> None:
        # A thread that is stuck inside a device must not keep the process.
        timer = threading.Timer(PATIENCE_S, _give_up)
        timer.daemon = True
        timer.start()
        live.stop()

    wanted: dict[int, Callable[[], None]] = {
        signal.SIGINT: stop,
        signal.SIGTERM: stop,
        signal.SIGUSR1: live.talk,
        signal.SIGUSR2: live.toggle_mute,
    }
    before = {
        number: signal.signal(number, lambda number, frame: wanted[number]()) for number in wanted
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _give_up() -> None:
    log.critical("a device does not let go; the process ends without it")
    os._exit(1)


class Journal:
    """Observer: prints what happens, and what was said only if `words`."""

    def __init__(self, words: bool, as_json: bool) -> None:
        self._words = words
        self._as_json = as_json
        self._request = ""
        self._readable = True
        self.about: dict[str, Any] = {}
        """What is told once the wake word is listened for."""

    def __call__(self, now: float, message: Message) -> None:
        match message:
            case Armed():
                self.line("ready", **self.about)
            case Respond(text=text):
                self._request = text
            case Entered("thinking" | "speaking") if self._request:
                self._say("request", text=self._request)
                self._request = ""
            case Glimpsed(text):
                if self._words:
                    self.line("partial" if self._as_json else "hearing", text=text)
            case Played(_, text):
                self._say("reply", text=text)
            case WakeDetected(phrase, score, at):
                self.line("wake", phrase=phrase, score=round(score, 3), at=at)
            case WakeMissed(phrase, score, at):
                self.line("near miss", phrase=phrase, score=round(score, 3), at=at)
            case DeviceLost(device, reason):
                self.line("lost", device=device, reason=reason)
            case DeviceFound(device):
                self.line("found", device=device)
            case StageFailed(_, stage, code):
                self.line("failed", stage=stage, code=code)
            case AlertRang(alert):
                self.line("rings", kind=alert.kind)
            case AlertOver():
                self.line("over")
            case ButtonPressed():
                self.line(type(message).__name__, name=message.name)
            case _ if self._as_json:
                self._detail(message)

    def line(self, event: str, **fields: Any) -> None:
        """One line, at once."""
        if self._as_json:
            text = json.dumps({"event": event} | fields, ensure_ascii=False)
        else:
            told = "  ".join(_told(name, value) for name, value in fields.items() if value)
            text = f"{datetime.now():%H:%M:%S}  {event:<9} {told}".rstrip()
        if self._readable:
            self._print(text)

    def _print(self, text: str) -> None:
        """A reader that went away costs the lines, not the assistant."""
        try:
            typer.echo(text)
            sys.stdout.flush()
        except OSError as error:
            self._readable = False
            log.warning("nobody reads the standard output any more: %s", error.strerror)
            # Python flushes it once more at the end, which must not fail either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _say(self, event: str, text: str) -> None:
        if self._words:
            self.line(event, text=text)
        elif self._as_json:
            self.line(event)

    def _detail(self, message: Message) -> None:
        """What only a script wants to know."""
        match message:
            case Entered(state):
                self.line("state", state=state)
            case VoiceStarted(at) | VoiceResumed(at) | VoicePaused(at) | VoiceStopped(at):
                self.line(type(message).__name__, at=at)
            case Chime(name) | Chimed(name):
                self.line(type(message).__name__, name=name)
            case Duck(on):
                self.line("Duck", on=on)
            case PlaybackStarted():
                self.line("PlaybackStarted")


def _told(name: str, value: Any) -> str:
    if name == "text":
        return str(value)
    if isinstance(value, dict):
        value = [f"{key} {each}" for key, each in value.items()]
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return f"{name}: {value}"
