"""From what the microphone captured to frames for the listener: echo cancelled, addressed."""

import numpy as np

from assistant.audio.reference import Reference
from assistant.audio.types import FRAME, Frame, Pcm
from assistant.echo import BLOCK, EchoCanceller
from assistant.events import Span

EARLY = 640
"""Samples (40 ms) by which the reference runs ahead of the loudspeaker. The canceller finds an echo
0 to 500 ms behind its reference by itself, but one that comes 5 ms before it is hardly cancelled;
and what a sound card delays without saying so only adds to it."""
GRID = 2_560
"""Samples: a multiple of a block, of a frame and of a hop of the wake word. A stream that begins
anew begins on this grid, so that detectors see the same cuts in a recording of it."""


class FrontEnd:
    """Pure but for the reference, which another thread fills."""

    def __init__(self, canceller: EchoCanceller, reference: Reference) -> None:
        self._canceller = canceller
        self._reference = reference
        self._raw: Pcm = np.zeros(0, np.int16)
        self._clean: Pcm = np.zeros(0, np.int16)
        self._next = 0
        """Index of the next frame's first sample."""
        self._taken = 0
        """Index of the next block's first sample."""

    def begin(self, earliest: int) -> int:
        """A stream begins anew, after a gap: returns the index of its first sample, on the grid,
        not before `earliest` and not before the end of what was heard."""
        start = -(-max(earliest, self._next) // GRID) * GRID
        self._next = self._taken = start
        self._raw = self._clean = np.zeros(0, np.int16)
        self._canceller.reset()
        return start

    @property
    def missing(self) -> int:
        """Samples that complete the next frame."""
        whole = -(-(self._next + FRAME - self._taken) // BLOCK) * BLOCK
        return whole - len(self._raw)

    def push(self, pcm: Pcm, began: int) -> list[Frame]:
        """Take any number of samples, 16 kHz; get the frames that are complete. `began`: clock
        time, in samples, of the stream's sample 0, as far as it is known now."""
        self._raw = np.concatenate([self._raw, pcm])
        whole = len(self._raw) // BLOCK * BLOCK
        if whole:
            near, self._raw = self._raw[:whole], self._raw[whole:]
            far_from = self._taken + began + EARLY
            far = self._reference.read(Span(far_from, far_from + whole))
            self._clean = np.concatenate([self._clean, self._canceller.process(near, far)])
            self._taken += whole
        frames = []
        while len(self._clean) >= FRAME:
            heard = Span(self._next + began, self._next + began + FRAME)
            sounding = self._reference.sounding(heard)
            frames.append(Frame(self._next, self._clean[:FRAME], sounding))
            self._clean = self._clean[FRAME:]
            self._next += FRAME
        return frames
