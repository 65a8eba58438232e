"""What `assistant run` prints: one line for everything worth knowing."""

import io
import json
import logging
import os
import sys
from datetime import datetime
from typing import Any

import typer

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
    Shed,
    StageFailed,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
    WakeMissed,
)

log = logging.getLogger(__name__)


class Journal:
    """Observer: prints what happens, and what was said only if `words`."""

    def __init__(self, words: bool, as_json: bool) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows no umlauts
        self._words = words
        self._as_json = as_json
        self._request = ""
        self._readable = True
        self.about: dict[str, Any] = {}
        """What is told once the wake word is listened for."""

    def __call__(self, now: float, message: Message) -> None:
        self._tell(message)
        if self._as_json:
            self._detail(message)

    def _tell(self, message: Message) -> None:
        """What its owner wants to know."""
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
            case Shed(rung, why):
                self.line("shed", rung=rung, why=why)
            case ButtonPressed():
                self.line(type(message).__name__, name=message.name)

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
