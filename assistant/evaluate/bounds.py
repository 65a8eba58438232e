"""Where in a recording something is said: what no part of the assistant decides for itself."""

import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import FRAME, RATE, Frame, Pcm, Rechunker
from assistant.vad import VoiceDetector

_WINDOW = RATE // 100
_SEARCH = round(0.1 * RATE)
"""Samples beyond the voice detector's bounds in which the sound may go on."""
_ABOVE_FLOOR_DB, _BELOW_PEAK_DB = 10.0, 30.0
"""A window of 10 ms belongs to the words if it is so much louder than the quietest tenth of the
recording, and not more than so much quieter than its loudest."""


def sound(pcm: Pcm, vad: VoiceDetector) -> tuple[int, int]:
    """Samples between the first and the last sound of what is said; all if nothing is.

    `pcm`: shape (n,), int16, 16 kHz. The voice detector says about where that is, to a frame; the
    level of the sound in windows of 10 ms, where exactly.
    """
    start, end = _voice(pcm, vad)
    power = _levels(pcm)
    if not len(power):
        return start, end
    floor = float(np.quantile(power, 0.1))
    least = max(floor + _ABOVE_FLOOR_DB, float(power.max()) - _BELOW_PEAK_DB)
    first, last = max(0, start - _SEARCH) // _WINDOW, -(-(end + _SEARCH) // _WINDOW)
    loud = first + np.flatnonzero(power[first:last] >= least)
    if not len(loud):
        return start, end
    return int(loud[0]) * _WINDOW, (int(loud[-1]) + 1) * _WINDOW


def _voice(pcm: Pcm, vad: VoiceDetector) -> tuple[int, int]:
    """Samples between which there is voice; all of them if there is none."""
    vad.reset()
    blocks = Rechunker(FRAME).push(np.concatenate([pcm, np.zeros(FRAME, np.int16)]))
    voice = [n for n, block in enumerate(blocks) if vad.push(Frame(n * FRAME, block)) >= 0.5]
    return (voice[0] * FRAME, min(len(pcm), (voice[-1] + 1) * FRAME)) if voice else (0, len(pcm))


def _levels(pcm: Pcm) -> NDArray[np.float64]:
    """dB of full scale of each window of 10 ms."""
    whole = len(pcm) // _WINDOW * _WINDOW
    windows = pcm[:whole].reshape(-1, _WINDOW).astype(np.float64) / 32_768
    power: NDArray[np.float64] = (windows**2).mean(axis=1)
    return 10 * np.log10(power + 1e-12)
