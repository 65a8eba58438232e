"""A linear echo canceller that goes on learning while somebody speaks over the echo.

Partitioned-block frequency-domain Kalman filter: Enzner and Vary 2006, in partitions as Kuech,
Mabande and Enzner 2014 (doi 10.1109/ICASSP.2014.6853807), overlap-save. The echo path is the state;
its variance says how far the filter mistrusts itself, the power of what is left says how loud the
room is, and the step size follows from both: a voice near the microphone slows learning by itself.

It takes away 20 to 30 dB and, being linear, leaves a voice as it is. WebRTC's AEC3 does away with
the rest; alone it would mute a voice together with an echo of the same level.
"""

import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import Pcm
from assistant.echo import BLOCK

PARTITIONS = 32
"""Blocks of echo path: 320 ms, delay and room together. What comes later is left to AEC3."""

_FORGET = np.linspace(0.998, 0.98, BLOCK + 1, dtype=np.float32)
"""Part of the path, from 0 to 8 kHz, that is still true a block later. Clocks that drift apart turn
high frequencies further than low ones: at 20 ppm this is 3 dB better in the worst tenth than 0.996
for all, and no worse while nothing moves."""
_SPREAD = np.float32(0.2)
"""Part of the path's power that may turn up at another delay. Without it a filter that has settled
needs 8 s to follow a loudspeaker that is moved, or a buffer that is; with it 3 s, at no cost."""
_FIRST_VARIANCE = 0.1
"""Of the path before anything is known: echoes are at most about as loud as what was played."""
_SMOOTH = 0.6
"""Of the power that is left: 20 ms."""
_FLOOR = 100.0
"""Added to that power, one bit of noise or so; nothing is divided by zero."""
_ASTRAY_BLOCKS = 50
"""This long louder than what came in, and the path has changed too much to be corrected."""

_Bins = NDArray[np.complex64]
_Reals = NDArray[np.float32]


class KalmanFilter:
    """`EchoCanceller.process`, one block at a time and without delay."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        shape = PARTITIONS, BLOCK + 1
        self._far: _Reals = np.zeros(2 * BLOCK, np.float32)
        self._spectra: _Bins = np.zeros(shape, np.complex64)
        """Of what was played, newest block first."""
        self._powers: _Reals = np.zeros(shape, np.float32)
        self._forget_path()

    def _forget_path(self) -> None:
        self._path: _Bins = np.zeros_like(self._spectra)
        self._variance: _Reals = np.full_like(self._powers, _FIRST_VARIANCE)
        self._left: _Reals = np.full(BLOCK + 1, 1e4, np.float32)
        """Power of what is left, by frequency."""
        self._astray = 0

    def block(self, near: Pcm, far: Pcm) -> Pcm:
        """Shapes (160,), int16, 16 kHz: `near` without the echo of `far`, as far as it is known."""
        self._push(far)
        echo = np.fft.irfft((self._spectra * self._path).sum(axis=0))[BLOCK:]
        left = near.astype(np.float32) - echo.astype(np.float32)
        self._learn(left)
        self._watch(near, left)
        pcm: Pcm = np.clip(np.rint(left), -32_768, 32_767).astype(np.int16)
        return pcm

    def _push(self, far: Pcm) -> None:
        self._far[:BLOCK] = self._far[BLOCK:]
        self._far[BLOCK:] = far
        for rows in (self._spectra, self._powers):
            rows[1:] = rows[:-1]
        self._spectra[0] = np.fft.rfft(self._far)
        self._powers[0] = np.abs(self._spectra[0]) ** 2

    def _learn(self, left: _Reals) -> None:
        """Correct the path by what it did not explain."""
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), left]))
        self._left *= np.float32(_SMOOTH)
        self._left += np.float32(1 - _SMOOTH) * (np.abs(error) ** 2 + np.float32(_FLOOR))
        # A block is half of its window: hence the halves.
        doubt = 0.5 * (self._variance * self._powers).sum(axis=0)
        gain = self._variance / (doubt + self._left)
        settled = _FORGET * np.maximum(1 - 0.5 * gain * self._powers, 0) * self._variance
        power = np.abs(self._path) ** 2
        self._variance = settled + (1 - _FORGET) * (power + _SPREAD * power.mean(axis=0))
        path = np.fft.irfft(self._path + gain * self._spectra.conj() * error, axis=1)
        path[:, BLOCK:] = 0  # the rest of the window would wrap around
        self._path = np.fft.rfft(path, axis=1).astype(np.complex64)

    def _watch(self, near: Pcm, left: _Reals) -> None:
        """Begin anew when the path has changed so much that it only does harm."""
        before, after = (float((x.astype(np.float64) ** 2).sum()) for x in (near, left))
        self._astray = 0 if after <= 1.1 * before else self._astray + 1  # also if it is no number
        if self._astray >= _ASTRAY_BLOCKS:
            self._forget_path()
