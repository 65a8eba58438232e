"""Smart Turn v3: how likely the speaker has finished, judged by sound (prosody, not words).

Source: github.com/pipecat-ai/smart-turn (BSD-2-Clause): the encoder of Whisper tiny with a small
head, on a log-mel spectrogram of the last 8 s. The spectrogram is Whisper's (Radford et al. 2022)
computed after the waveform was brought to zero mean and unit variance, silence padding included.
"""

from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from assistant.audio.types import RATE, Pcm
from assistant.engines import ModelPath
from assistant.engines.onnx import session
from assistant.turn import TurnSettings

WINDOW = 8 * RATE
"""Samples that the model sees; a shorter turn gets silence in front."""

_FFT, _HOP, _MELS = 400, 160, 80
_EPSILON = 1e-7

_Floats = NDArray[np.float32]


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale (Auditory Toolbox): linear to 1 kHz (15 mel), then 27 mel a factor 6.4."""
    linear = mel * 200 / 3
    return np.where(mel < 15, linear, 1_000 * 6.4 ** ((mel - 15) / 27))


def _mel_filters() -> NDArray[np.float64]:
    """Shape (80, 201): triangles of equal area, evenly spaced in mel from 0 to 8 kHz."""
    top = 15 + 27 * np.log(RATE / 2 / 1_000) / np.log(6.4)
    edges = _hertz(np.linspace(0, top, _MELS + 2))[:, None]
    bins = np.linspace(0, RATE / 2, _FFT // 2 + 1)[None]
    low, peak, high = edges[:-2], edges[1:-1], edges[2:]
    rise, fall = (bins - low) / (peak - low), (high - bins) / (high - peak)
    triangles: NDArray[np.float64] = np.maximum(0, np.minimum(rise, fall)) * 2 / (high - low)
    return triangles


_FILTERS = _mel_filters()
_HANN = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)


def log_mel(pcm: Pcm) -> _Floats:
    """Features of the last 8 s of `pcm` (shape (n,), int16, 16 kHz): shape (80, 800), 10 ms a
    column, log10 power kept within 8 of its maximum, then scaled to about -1 to 1.

    The waveform is normalised in single precision and transformed in double, as in training: the
    quantised model turns a difference of 1e-5 in one feature into up to 0.3 of probability.
    """
    audio = np.zeros(WINDOW, np.float32)
    tail = pcm[-WINDOW:]
    audio[WINDOW - len(tail) :] = tail
    audio /= 32_768
    audio = (audio - audio.mean()) / np.sqrt(audio.var() + _EPSILON)
    padded = np.pad(audio.astype(np.float64), _FFT // 2, mode="reflect")
    windows = sliding_window_view(padded, _FFT)[:-1:_HOP] * _HANN
    spectrum = np.fft.rfft(windows)
    power = spectrum.real**2 + spectrum.imag**2
    mel = np.log10(np.maximum(_FILTERS @ power.T, 1e-10))
    scaled: NDArray[np.float64] = (np.maximum(mel, mel.max() - 8) + 4) / 4
    return scaled.astype(np.float32)


class SmartTurn:
    """The `TurnDetector`."""

    def __init__(self, path: Path, threads: int) -> None:
        """ModelError if the file cannot be read."""
        self._session = session(path, threads)
        self._input = self._session.get_inputs()[0].name

    @classmethod
    def load(cls, settings: TurnSettings, model: ModelPath) -> "SmartTurn":
        """Open the model and judge a second of silence, or the first turn would take a fifth longer
        than the next. ModelError if the model is not installed or cannot be read."""
        engine = cls(model(settings.model), settings.threads)
        engine.probability(np.zeros(RATE, np.int16))
        return engine

    def probability(self, pcm: Pcm) -> float:
        return float(self._session.run(None, {self._input: log_mel(pcm)[None]})[0][0, 0])
