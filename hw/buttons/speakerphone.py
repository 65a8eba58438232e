"""The keys of a USB speakerphone, a headset, a remote control: an input device found by name."""

import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hw.buttons.button import Button, Press
from hw.buttons.keys import EVENT, Keys, event_files
from hw.buttons.waiting import Waiting

_AT_MOST = 64 * EVENT.size
"""Bytes of one read."""


class SpeakerphoneKeys:
    """A `Button`. One device may have several files."""

    def __init__(
        self,
        files: Sequence[int],
        waiting: Waiting,
        hold_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = {file: Keys(hold_s) for file in files}
        self._waiting = waiting
        self._clock = clock

    def presses(self) -> Iterator[Press]:
        while not self._waiting.over:
            moments = [keys.due_s for keys in self._keys.values()]
            due_s = min((at for at in moments if at is not None), default=None)
            left_s = None if due_s is None else due_s - self._clock()
            for file in self._waiting.wait(self._keys, left_s):
                data = os.read(file, _AT_MOST)
                if not data:
                    raise OSError(errno.ENODEV, "the keys are gone")
                yield from self._keys[file].push(data, self._clock())
            for keys in self._keys.values():
                yield from keys.at(self._clock())


@contextmanager
def speakerphone(
    name: str, hold_s: float, waiting: Waiting, root: Path = Path("/")
) -> Iterator[Button]:
    """`name`: a part of the device's. OSError if there is none, or it may not be read."""
    devices = (root / "proc/bus/input/devices").read_text("utf-8", "replace")
    found = event_files(devices, name)
    if not found:
        raise OSError(errno.ENODEV, f'no input device with keys has "{name}" in its name')
    with ExitStack() as opened:
        files = []
        for event in found:
            path = root / "dev/input" / event
            files.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
            opened.callback(os.close, files[-1])
        yield SpeakerphoneKeys(files, waiting, hold_s)
