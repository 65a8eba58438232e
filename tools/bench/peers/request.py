"""What every system hears: a recording in its room, and where its speech ends."""

from dataclasses import dataclass

from assistant.audio import quiet, wav
from assistant.audio.types import RATE, Pcm
from assistant.evaluate.bounds import sound
from assistant.evaluate.latency import EARLY_S
from assistant.evaluate.manifest import Row
from assistant.vad import VoiceDetector

BEFORE_S, AFTER_S = 0.5, 4.0
"""Quiet of the room around the recording. Who has not noticed the end after so long never will."""


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
    _, end = sound(pcm, vad)
    return Request(row, quiet.surrounded(pcm, BEFORE_S, AFTER_S), round(BEFORE_S * RATE) + end)
