"""The recorder: an observer that keeps each turn as sound and events, if its owner wants that.

One folder a turn: `request.wav`, what was listened to from some seconds before the wake word on, as
the wake word and speech recognition got it; `reply.wav`, what the loudspeaker was given; and
`events.jsonl`, every message with its time. Sample indices in the events count from the beginning
of request.wav, so `assistant listen request.wav` finds the same facts at the same places.
"""

import json
import logging
import os
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio import wav
from assistant.audio.ring import Ring
from assistant.audio.types import RATE, AudioChunk, Pcm
from assistant.errors import InputError, StageError
from assistant.events import Attempt, ButtonPressed, Entered, Message, Play, Span, WakeDetected

log = logging.getLogger(__name__)

CONTEXT_S = 4.0
"""Audio kept before the wake word: detectors remember about two seconds."""
AFTER_S = 4.0
"""The request is cut out of the ring so long after the turn was committed, or at its end."""
_GRID = 2_560
"""Samples: recordings begin where every detector begins a block (see audio/front_end.py)."""
_STAMP = "%Y-%m-%dT%H-%M-%S.%f"
_FOLDER = re.compile(r"^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}$")
_SAMPLES = ("at", "speech_end")


class Recorder:
    def __init__(
        self, ring: Ring, folder: Path, max_age_days: float, today: Callable[[], datetime]
    ) -> None:
        """`folder`: made if needed. Turns older than `max_age_days` are deleted, now and after
        each turn. Raises InputError if nothing can be written there."""
        self._ring = ring
        self._folder = folder
        self._max_age = timedelta(days=max_age_days)
        self._today = today
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            writable = os.access(folder, os.W_OK)
        except OSError as error:
            raise InputError(
                f"{folder} cannot hold recordings: {error.strerror}; change recorder.folder."
            ) from error
        if not writable:
            raise InputError(f"{folder} cannot be written; change recorder.folder.")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._turn: _Turn | None = None
        self._called: tuple[float, WakeDetected | ButtonPressed] | None = None
        """What may open a turn."""
        self._written = self._writer.submit(self._forget_old)

    def __call__(self, now: float, message: Message) -> None:
        if isinstance(message, WakeDetected | ButtonPressed):
            self._called = now, message
        if message == Entered("listening") and self._called is not None:
            self._begin(*self._called)
        if self._turn is None:
            return
        self._turn.add(now, message)
        if self._turn.request_due(now):
            self._keep_request()
        if message == Entered("idle"):
            self._finish()

    def forget_old(self) -> None:
        """Delete what is too old, soon; turns may be rare."""
        self._writer.submit(self._forget_old)

    def close(self) -> None:
        """Write what is left."""
        self._finish()
        self._writer.shutdown()
        self._written.result()

    def _begin(self, now: float, call: WakeDetected | ButtonPressed) -> None:
        """Only now: a button that is pressed in vain opens no turn."""
        self._finish()
        self._called = None
        heard = call.at if call.at is not None else self._ring.available.end
        first = max(self._ring.available.start, heard - round(CONTEXT_S * RATE), 0)
        self._turn = _Turn(-(-first // _GRID) * _GRID)
        self._turn.add(now, call)

    def _keep_request(self) -> None:
        assert self._turn is not None
        try:
            span = Span(self._turn.first, max(self._turn.first, self._ring.available.end))
            self._turn.request = self._ring.read(span)
        except StageError as error:
            log.warning("the request could not be kept: %s", error)

    def _finish(self) -> None:
        if self._turn is None:
            return
        if self._turn.request is None:
            self._keep_request()
        self._written = self._writer.submit(self._write, self._turn, self._today())
        self._turn = None

    def _write(self, turn: "_Turn", at: datetime) -> None:
        folder = self._folder / at.strftime(_STAMP)
        try:
            folder.mkdir(mode=0o700)
            if turn.request is not None and len(turn.request):
                wav.write(folder / "request.wav", turn.request)
            if turn.reply:
                played = np.concatenate([chunk.pcm for chunk in turn.reply])
                wav.write(folder / "reply.wav", played, turn.reply[0].rate)
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in turn.rows]
            (folder / "events.jsonl").write_text("".join(lines), "utf-8")
        except (OSError, InputError) as error:
            log.warning("a turn could not be recorded: %s", error)
        self._forget_old()

    def _forget_old(self) -> None:
        """Only folders that have the recorder's own kind of name."""
        oldest = (self._today() - self._max_age).strftime(_STAMP)
        try:
            for folder in self._folder.iterdir():
                if _FOLDER.match(folder.name) and folder.name < oldest:
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError as error:
            log.warning("old turns could not be deleted: %s", error)


class _Turn:
    """One turn while it lasts."""

    def __init__(self, first: int) -> None:
        self.first = first
        """Index of request.wav's first sample."""
        self.rows: list[dict[str, Any]] = []
        self.reply: list[AudioChunk] = []
        self.request: Pcm | None = None
        self._committed_s: float | None = None

    def add(self, now: float, message: Message) -> None:
        self.rows.append({"s": round(now, 4), "event": type(message).__name__} | self._row(message))
        if isinstance(message, Play) and len(message.audio.pcm):
            self.reply.append(message.audio)
        if message in (Entered("thinking"), Entered("speaking")) and self._committed_s is None:
            self._committed_s = now
        elif message == Entered("listening"):
            self._committed_s = None

    def request_due(self, now: float) -> bool:
        """Later, the ring might have forgotten its beginning."""
        waited_s = now - self._committed_s if self._committed_s is not None else 0.0
        return self.request is None and waited_s > AFTER_S

    def _row(self, message: Message) -> dict[str, Any]:
        return {
            each.name: self._value(each.name, getattr(message, each.name))
            for each in fields(message)
        }

    def _value(self, name: str, value: Any) -> Any:
        match value:
            case Attempt(turn, revision):
                return f"{turn}.{revision}"
            case Span(start, end):
                return [start - self.first, end - self.first]
            case AudioChunk():
                return round(value.seconds, 3)
            case int() if name in _SAMPLES:
                return value - self.first
            case str() | int() | float() | bool() | None:
                return value
        return str(value)
