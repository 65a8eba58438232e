"""The mel filter bank that Whisper was trained with and that every ggml Whisper file carries.

Slaney's auditory-toolbox mel scale (linear below 1 kHz, logarithmic above), triangular filters
normalised to unit area: the default of librosa's `filters.mel`, which OpenAI's Whisper used. The
published files hold its exact float32 values, so the order of rounding below matters.
"""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
FFT_SAMPLES = 400

_HZ_PER_MEL = 200.0 / 3.0
_LOG_FROM_HZ = 1000.0
_LOG_FROM_MEL = _LOG_FROM_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0  # 27 mels take 1 kHz to 6.4 kHz


def mel_filters(bands: int) -> NDArray[np.float32]:
    """Filters of shape [bands, 201] over the bins of a 400-sample FFT at 16 kHz, 0 to 8 kHz."""
    edges_hz = _mel_to_hz(np.linspace(0.0, _hz_to_mel(SAMPLE_RATE_HZ / 2), bands + 2))
    bins_hz = np.fft.rfftfreq(FFT_SAMPLES, 1.0 / SAMPLE_RATE_HZ)
    widths_hz = np.diff(edges_hz)
    distance_hz = np.subtract.outer(edges_hz, bins_hz)
    filters = np.zeros((bands, bins_hz.size), dtype=np.float32)
    for band in range(bands):
        rising = -distance_hz[band] / widths_hz[band]
        falling = distance_hz[band + 2] / widths_hz[band + 1]
        filters[band] = np.maximum(0, np.minimum(rising, falling))
    # Rounded to float32 once as triangles and once more as unit areas, as the original was.
    filters *= (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, np.newaxis]
    filters[filters == 0] = 0.0  # -0.0 compares equal but has other bytes
    return filters


def _hz_to_mel(hz: float) -> float:
    """Above 1 kHz only: the one place it is needed is half the sample rate."""
    return float(_LOG_FROM_MEL + np.log(hz / _LOG_FROM_HZ) / _LOG_STEP)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = _HZ_PER_MEL * mel
    logarithmic = _LOG_FROM_HZ * np.exp(_LOG_STEP * (mel - _LOG_FROM_MEL))
    return np.asarray(np.where(mel >= _LOG_FROM_MEL, logarithmic, linear), dtype=np.float64)
