"""What was learned about those who live here, kept over restarts: one number, no sound, no word."""

import json
import logging
from pathlib import Path

from assistant.events import Entered, Message
from assistant.pauses import Pauses
from models.kept import replace

log = logging.getLogger(__name__)


class LearnedPace:
    """Observer: writes what the conversation has learned whenever nobody has the floor."""

    def __init__(self, path: Path, pauses: Pauses) -> None:
        """Goes on from what `path` says; a file that is missing or damaged is as good as none."""
        self._path = path
        self._pauses = pauses
        known_s = _read(path)
        if known_s is not None:
            pauses.begin(known_s)
        self._written_s = pauses.silence_s

    def __call__(self, now: float, message: Message) -> None:
        if message == Entered("idle") and self._pauses.silence_s != self._written_s:
            self._written_s = self._pauses.silence_s
            _write(self._path, self._written_s)


def _read(path: Path) -> float | None:
    try:
        content = json.loads(path.read_text("utf-8"))
        return float(content["silence_s"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError) as error:
        log.info("what was learned about pauses cannot be read, it begins anew: %s", error)
        return None


def _write(path: Path, silence_s: float) -> None:
    """Whole or not at all. Where nothing can be written, it is learned again."""
    try:
        replace(path, json.dumps({"silence_s": round(silence_s, 4)}).encode())
    except OSError as error:
        log.info("what was learned about pauses cannot be kept: %s", error)
