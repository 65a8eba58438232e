"""What the loudspeaker played, and when: the echo canceller's reference.

Addressed in samples of 16 kHz since the clock began. One thread writes what it hands to the device,
another reads what must have been audible while the microphone heard a block. Kept for two seconds.
"""

import threading
from collections import deque

import numpy as np

from assistant.audio.ring import Ring
from assistant.audio.types import RATE, Pcm
from assistant.events import Span

KEPT_S = 2.0
TAIL_S = 0.4
"""A room goes on sounding for this long."""
_SLACK = round(0.005 * RATE)
"""Samples by which two stretches may miss each other and still be one: the clock's jitter."""


class Reference:
    def __init__(self) -> None:
        self._ring = Ring(KEPT_S)
        self._lock = threading.Lock()
        self._end = 0
        self._sounds: deque[Span] = deque()
        """Stretches that were not silent, oldest first."""

    def write(self, at: int, pcm: Pcm) -> None:
        """Sample `at` and those after it: shape (n,), int16, 16 kHz. A stretch that nearly follows
        the one before is joined to it, for a jump of some samples would undo what the canceller has
        learnt; one that lies too early loses its beginning."""
        with self._lock:
            start = self._end if abs(at - self._end) <= _SLACK else at
            if start < self._end:
                pcm = pcm[self._end - start :]
                start = self._end
            if not len(pcm):
                return
            self._ring.write(start, pcm)
            self._end = start + len(pcm)
            if np.any(pcm):
                self._sounds.append(Span(start, self._end))
            while self._sounds[0].end < self._end - KEPT_S * RATE if self._sounds else False:
                self._sounds.popleft()

    def cut(self, at: int) -> None:
        """What was to be played from sample `at` on was dropped."""
        with self._lock:
            if at >= self._end:
                return
            known = self._ring.available
            end = max(known.start, at)
            kept = self._ring.read(Span(known.start, end))
            self._ring = Ring(KEPT_S)
            self._ring.write(known.start, kept)
            self._end = end
            kept_sounds = [Span(s.start, min(s.end, end)) for s in self._sounds if s.start < end]
            self._sounds = deque(kept_sounds)

    def read(self, span: Span) -> Pcm:
        """Shape (n,), int16, 16 kHz; zeros where nothing was played or nothing is known."""
        far = np.zeros(span.end - span.start, np.int16)
        with self._lock:
            known = self._ring.available
            start, end = max(span.start, known.start), min(span.end, known.end)
            if start < end:
                far[start - span.start : end - span.start] = self._ring.read(Span(start, end))
        return far

    def sounding(self, span: Span) -> bool:
        """Something played can be heard in this span, or its reverberation."""
        tail = round(TAIL_S * RATE)
        with self._lock:
            return any(
                sound.start < span.end and span.start < sound.end + tail for sound in self._sounds
            )
