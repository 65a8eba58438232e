"""What the contract suites of the listening engines share: recordings, frames, the turn fake."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.events import Span
from tests.fakes import fake_turn_probability

_AUDIO = Path(__file__).parents[1] / "audio"


def recording(name: str) -> Pcm:
    """One of the clips in tests/audio: shape (n,), int16, 16 kHz."""
    pcm, rate = soundfile.read(_AUDIO / f"{name}.flac", dtype="int16")
    assert rate == RATE
    return np.asarray(pcm, np.int16)


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * RATE), np.int16)


def frames(pcm: Pcm, start: int = 0) -> Iterator[Frame]:
    """Whole frames only."""
    for i in range(0, len(pcm) - FRAME + 1, FRAME):
        yield Frame(start + i, pcm[i : i + FRAME])


class FakeTurnDetector:
    """Goes by the last word's tone, as the simulation does."""

    def probability(self, pcm: Pcm) -> float:
        return fake_turn_probability(pcm, Span(0, len(pcm)))
