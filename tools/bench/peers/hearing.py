"""A recording as it comes from a microphone, with what a segmenter says of each frame."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.vad import VoiceDetector
from tools.bench.peers.request import Request
from tools.bench.peers.segmenter import Segmenter, Step

VOICE = 0.5
"""Probability from which a frame counts as voice."""


@dataclass(frozen=True, slots=True)
class Heard:
    step: Step
    frame: Pcm
    """Shape (512,)."""
    so_far: Pcm
    """Everything up to the end of `frame`."""


class Hearing:
    """Delivers frame after frame when each would have been captured, up to the end."""

    def __init__(self, request: Request, vad: VoiceDetector, segmenter: Segmenter) -> None:
        self._request = request
        self._vad = vad
        self._segmenter = segmenter
        self._began_s = 0.0
        self.ended_s: float | None = None
        """Seconds of the recording at which the request was taken for over; None if never."""

    def __iter__(self) -> Iterator[Heard]:
        self._vad.reset()
        self._began_s = time.monotonic()
        pcm = self._request.pcm
        for start in range(0, len(pcm) - FRAME + 1, FRAME):
            end = start + FRAME
            time.sleep(max(0.0, self._began_s + end / RATE - time.monotonic()))
            frame = np.ascontiguousarray(pcm[start:end])
            voice = self._vad.push(Frame(start, frame)) >= VOICE
            step = self._segmenter.push(FRAME / RATE, voice)
            if step is Step.END:
                self.ended_s = end / RATE
            yield Heard(step, frame, pcm[:end])
            if step is Step.END:
                return

    @property
    def cut(self) -> bool:
        return self.ended_s is not None and self._request.cut_at(self.ended_s)

    def response_s(self, audible_at: float | None) -> float | None:
        """Seconds from the end of speech to that moment (`time.monotonic`)."""
        if audible_at is None:
            return None
        return audible_at - self._began_s - self._request.speech_end_s
