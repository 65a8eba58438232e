"""What every system hears: a recording in its room, and where its speech ends."""

from dataclasses import dataclass

import numpy as np

from assistant.audio import quiet, wav
from assistant.audio.types import RATE, Pcm
from assistant.evaluate.bounds import sound
from assistant.evaluate.manifest import Row
from assistant.vad import VoiceDetector

BEFORE_S, AFTER_S = 0.5, 4.0
"""Quiet of the room around the recording. Who has not noticed the end after so long never will."""

EARLY_S = 0.1
"""A turn that is over so much before the last sound was cut off; less may be a breath."""


@dataclass(frozen=True, slots=True)
class Request:
    row: Row
    pcm: Pcm
    speech_end: int
    """Sample index after the last sound of what is said: found in the audio, by no system."""

    @property
    def speech_end_s(self) -> float:
        return self.speech_end / RATE

    def cut_at(self, over_s: float) -> bool:
        """Whether a turn that is over then (seconds of the recording) leaves out what is said."""
        return over_s < self.speech_end_s - EARLY_S


def request(row: Row, vad: VoiceDetector) -> Request:
    """Raises InputError if the recording cannot be read."""
    pcm = wav.read(row.path)
    level = quiet.floor_db(pcm)
    before = quiet.noise(BEFORE_S, level)
    _, end = sound(pcm, vad)
    after = quiet.noise(AFTER_S, level, seed=2)
    return Request(row, np.concatenate([before, pcm, after]), len(before) + end)
