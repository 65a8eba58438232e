"""How differently two voices say the same: the distance of their mel spectra, in decibels.

The root mean square, over 80 mel bands from 0 to 8 kHz, of the difference in level of two frames
of 25 ms (the log spectral distance of Gray and Markel 1976, on mel bands instead of bins), averaged
along the path on which the frames of both fit best (dynamic time warping, Sakoe and Chiba 1978),
as in Kubichek's mel-cepstral distortion (1993). 0: the same. What is below -80 dB of full scale
counts as that: nobody hears how silent a pause is.
"""

import numpy as np
from numpy.typing import NDArray

from assistant.audio.resample import resample, to_pcm
from assistant.audio.types import RATE
from assistant.evaluate.extras import need
from models.mel import FFT_SAMPLES, mel_filters

BANDS = 80
HOP = RATE // 100
"""Samples between two frames."""
FLOOR_DB = -80.0

_Floats = NDArray[np.float64]


def log_mel(samples: NDArray[np.float32], rate: int) -> _Floats:
    """Levels in dB of full scale, shape (frames, 80). `samples`: full scale 1, at `rate` hertz."""
    audio = resample(to_pcm(samples), rate, RATE).astype(np.float64) / 32_768
    audio = np.pad(audio, (0, max(0, FFT_SAMPLES - len(audio))))
    window = np.hanning(FFT_SAMPLES + 1)[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(audio, FFT_SAMPLES)[::HOP]
    power = np.abs(np.fft.rfft(frames * window) / (window.sum() / 2)) ** 2
    filters = mel_filters(BANDS).astype(np.float64)
    bands = power @ (filters / filters.sum(axis=1, keepdims=True)).T
    levels: _Floats = 10 * np.log10(np.maximum(bands, 10 ** (FLOOR_DB / 10)))
    return levels


def distance(first: _Floats, second: _Floats) -> tuple[float, int]:
    """Summed along the best path, in dB, and how many pairs of frames that has.

    `first`, `second`: shape (frames, 80), as `log_mel` gives them.
    """
    cdist = need("scipy.spatial.distance").cdist
    return cheapest_path(cdist(first, second) / np.sqrt(first.shape[1]))


def cheapest_path(costs: _Floats) -> tuple[float, int]:
    """Sum and length of the path from the first to the last cell on which the costs are least;
    each step goes on by one in one or both directions. `costs`: shape (n, m), at least 1 each.

    All cells at one distance from the start are computed together: they only need the two
    diagonals before theirs.
    """
    rows, columns = costs.shape
    # By row, after one that is out of bounds: the last diagonal and the one before it.
    sums = np.full((2, rows + 1), np.inf)
    steps = np.zeros((2, rows + 1), np.int64)
    for diagonal in range(rows + columns - 1):
        row = np.arange(max(0, diagonal - columns + 1), min(rows, diagonal + 1))
        before = np.stack([sums[1, row], sums[0, row], sums[0, row + 1]])
        lengths = np.stack([steps[1, row], steps[0, row], steps[0, row + 1]])
        best = before.argmin(axis=0), np.arange(len(row))
        here, length = np.full(rows + 1, np.inf), np.zeros(rows + 1, np.int64)
        here[row + 1] = costs[row, diagonal - row] + (before[best] if diagonal else 0.0)
        length[row + 1] = lengths[best] + 1
        sums, steps = np.stack([here, sums[0]]), np.stack([length, steps[0]])
    return float(sums[0, rows]), int(steps[0, rows])
