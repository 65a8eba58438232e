"""The gate before the detectors: while a room only hums, nobody needs to listen to it closely.

    frame -> level in three bands -> above the noise? -> the detectors run
                                                     -> the frames are held, and heard later

Pure; time is the sample counter. Opening late costs nothing: what was held is replayed, so that
the detectors are where they would have been. The gate may therefore be simple. It must never stay
shut over a word, so it errs on the side of opening: music, and most rooms in use, keep it open.
"""

from collections import deque
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import FRAME, RATE, Frame

_EDGES_HZ = (156, 1_000, 3_500)
"""Where the bands begin; the last ends at 8 kHz. Mains hum lies below; a vowel stands out of hiss
in the first, and a hissed consonant out of rumble in the last, 5 dB below the noise as a whole."""

_SMOOTHING = 0.7
"""Part of the smoothed power that is kept from frame to frame: about 0.1 s."""

_MARGIN = 10**0.5
"""5 dB: power over that of the noise from which something is there. The smoothed power of steady
noise stays within it, that of a low rumble hardly."""

_QUIETEST = 10**-8.0
"""-80 dBFS in a band: fainter than any voice a microphone picks up, whatever the noise."""

_BLOCK = 16
"""Frames (0.5 s) of which only the least power is remembered."""

_BLOCKS = 8
"""So many blocks (4 s) back: the noise is the least power since then. A fan that starts is noise
after 4 s; in speech, a pause comes sooner."""

_HOLD = round(1.0 * RATE / FRAME)
"""Frames (1 s) that the gate stays open: a wake word's score peaks up to 0.3 s after the word."""


class Gate(Protocol):
    def hears(self, frame: Frame) -> bool:
        """Take the next frame of the stream; whether there may be something to hear now."""
        ...

    def reset(self) -> None:
        """Forget the audio so far."""
        ...


class LevelGate:
    """Open while one of three bands is louder than its noise, and a second longer. The noise is the
    least power of the last 4 s ("minimum statistics", Martin 2001); before that, silence."""

    def __init__(self) -> None:
        bins = np.array(_EDGES_HZ) * FRAME // RATE
        self._first: NDArray[np.intp] = bins
        """The first bin of each band in a frame's Fourier transform, shape (3,)."""
        # By Parseval: the sum over half the bins is this often the mean square of full scale.
        self._full_scale = FRAME * FRAME / 2 * 32_768.0**2
        self.reset()

    def reset(self) -> None:
        silence = np.full(len(_EDGES_HZ), _QUIETEST)
        self._power: NDArray[np.float64] = silence
        self._least: NDArray[np.float64] = silence
        """Of the present block."""
        self._past = deque([silence] * _BLOCKS, _BLOCKS)
        self._noise: NDArray[np.float64] = silence
        self._count = 0
        self._open_for = 0

    def hears(self, frame: Frame) -> bool:
        self._power = _SMOOTHING * self._power + (1 - _SMOOTHING) * self._bands(frame)
        self._least = np.minimum(self._least, self._power)
        self._count += 1
        if self._count == _BLOCK:
            self._past.append(np.maximum(self._least, _QUIETEST))
            self._noise = np.minimum.reduce(list(self._past))
            self._least, self._count = self._power, 0
        loud = self._power > _MARGIN * np.minimum(self._noise, np.maximum(self._least, _QUIETEST))
        self._open_for = _HOLD if loud.any() else max(0, self._open_for - 1)
        return self._open_for > 0

    def _bands(self, frame: Frame) -> NDArray[np.float64]:
        """Mean square in each band, full scale 1; shape (3,)."""
        spectrum = np.fft.rfft(frame.pcm)
        power = spectrum.real**2 + spectrum.imag**2
        bands: NDArray[np.float64] = np.add.reduceat(power, self._first) / self._full_scale
        return bands


class Backlog:
    """Frames on the way to a detector. While it rests, the latest are kept: what it must hear again
    to be where it would have been. Then they go out oldest first, some at a time, so that no frame
    takes long."""

    def __init__(self, longest: int, at_once: int) -> None:
        """In frames. `at_once` is at least 2, or it would never catch up."""
        self._frames: deque[Frame] = deque(maxlen=longest)
        self._at_once = at_once

    def push(self, frame: Frame) -> None:
        """Keep it; the oldest is forgotten when there are too many."""
        self._frames.append(frame)

    def take(self) -> list[Frame]:
        """The next frames for the detector."""
        due = min(self._at_once, len(self._frames))
        return [self._frames.popleft() for _ in range(due)]

    def take_before(self, frame: Frame) -> list[Frame]:
        """All that are older than `frame`, however many."""
        due = sum(held.start < frame.start for held in self._frames)
        return [self._frames.popleft() for _ in range(due)]

    def clear(self) -> None:
        self._frames.clear()
