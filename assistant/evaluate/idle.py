"""What listening costs while nobody asks for anything: processor time, and the time of one frame.

The listener of the running assistant hears a sound of some minutes; every stage's share of the
frames is counted. Capturing and echo cancellation are not part of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio import quiet, wav
from assistant.audio.types import FRAME, RATE, Frame, Pcm, Rechunker
from assistant.errors import InputError
from assistant.evaluate.manifest import Row
from assistant.listen import Listener
from assistant.vad import VoiceDetector
from assistant.wake import Detection, NearMiss, WakeDetector

SILENCE_DB = -70.0
"""Decibels of full scale of the noise that stands for a silent room."""

LONGEST_S = 3_600.0
"""Seconds decoded of one recording at most."""

Clock = Callable[[], float]


class CountedWake:
    """A wake word detector, and how many frames it heard."""

    def __init__(self, detector: WakeDetector) -> None:
        self._detector = detector
        self.frames = 0

    def push(self, frame: Frame) -> Detection | NearMiss | None:
        self.frames += 1
        return self._detector.push(frame)

    def reset(self) -> None:
        self._detector.reset()
        self.frames = 0


class CountedVad:
    """A voice detector, and how many frames it heard."""

    def __init__(self, detector: VoiceDetector) -> None:
        self._detector = detector
        self.frames = 0

    def push(self, frame: Frame) -> float:
        self.frames += 1
        return self._detector.push(frame)

    def reset(self) -> None:
        self._detector.reset()
        self.frames = 0


def silence(seconds: float) -> Iterator[Frame]:
    """A silent room, always the same."""
    return _frames(quiet.noise(1, SILENCE_DB, seed=block) for block in range(round(seconds)))


def recordings(rows: Sequence[Row], seconds: float) -> Iterator[Frame]:
    """One recording after the other, as long as they last but no longer than `seconds`."""
    blocks = (block for row in rows for block in wav.blocks(row.path, LONGEST_S))
    return islice(_frames(blocks), round(seconds * RATE / FRAME))


def _frames(blocks: Iterable[Pcm]) -> Iterator[Frame]:
    rechunker, start = Rechunker(FRAME), 0
    for block in blocks:
        for pcm in rechunker.push(block):
            yield Frame(start, pcm)
            start += FRAME


def measure(
    frames: Iterable[Frame],
    listener: Listener,
    wake: CountedWake,
    vad: CountedVad,
    cpu: Clock,
    wall: Clock,
) -> dict[str, Any]:
    """Figures of one sound. `cpu`: processor seconds of this thread; `wall`: seconds; `frames`
    may take as long as they do in life, or none at all: waiting for them is not counted.
    InputError if there are none."""
    facts, busy, took = 0, 0.0, []
    for frame in frames:
        began, busy_before = wall(), cpu()
        facts += len(listener.push(frame))
        busy += cpu() - busy_before
        took.append(wall() - began)
    if not took:
        raise InputError("A set has less than a frame (32 ms) of sound; choose another --set.")
    count, times = len(took), 1_000 * np.array(took)
    seconds = count * FRAME / RATE
    return {
        "seconds": round(seconds, 1),
        "cpu_percent": round(100 * busy / seconds, 3),
        "wake_share": round(wake.frames / count, 4),
        "vad_share": round(vad.frames / count, 4),
        "facts": facts,
        "frame_ms_p50": round(float(np.percentile(times, 50)), 3),
        "frame_ms_p99": round(float(np.percentile(times, 99)), 3),
        "frame_ms_max": round(float(times.max()), 3),
    }


def resident_bytes(status: Path = Path("/proc/self/status")) -> dict[str, int] | None:
    """This process's resident memory: in all, its own, and pages of mapped files, which the system
    can drop. None where there is no such file."""
    if not status.is_file():
        return None
    names = {"VmRSS": "total", "RssAnon": "own", "RssFile": "mapped"}
    lines = (line.split() for line in status.read_text(encoding="ascii").splitlines())
    return {
        names[name]: 1_024 * int(words[1])
        for words in lines
        if words and (name := words[0].rstrip(":")) in names
    }
