"""openWakeWord's mel spectrogram: a hop of audio in, mel frames out.

The ONNX file computes each frame's Fourier transform as two convolutions with 257 sines of 512
samples. The same here is a fast transform, which takes a third of the time; window and mel filters
are read from the file. The two differ by at most 0.0003 dB in a minute of telephone speech.
"""

from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from assistant.audio.types import Pcm
from assistant.engines.onnx import damaged
from assistant.errors import ModelError
from models.protobuf import Value, fields, first, numbers, sized

_FFT = 512
STRIDE = 160
"""Samples at 16 kHz (10 ms) between two frames."""
OVERLAP = 480
"""Samples before a hop that its first window reaches back to."""
_DYNAMIC_DB = np.float32(80)
"""Nothing is further below the loudest number of its hop."""
_FAINTEST = np.float32(1e-10)

_Floats = NDArray[np.float32]


class MelSpectrogram:
    def __init__(self, path: Path, hop: int) -> None:
        """`hop`: samples that each `push` takes. ModelError if the file cannot be read, or holds
        something else."""
        if not path.is_file():
            raise ModelError(f"The model file {path} is missing; run `assistant models pull`.")
        try:
            weights = list(_weights(path.read_bytes()))
        except ValueError as error:
            raise damaged(path) from error
        bins = _FFT // 2 + 1
        cosines = [each for each in weights if each.shape == (bins, 1, _FFT)]
        filters = [each for each in weights if each.ndim == 2 and len(each) == bins]
        if not cosines or not filters:
            raise damaged(path)
        # The cosine of frequency 0 is 1: what is left is the window, with zeros on either side.
        window = cosines[0][0, 0]
        used = slice(*(np.flatnonzero(window)[[0, -1]] + (0, 1)))
        heard = np.flatnonzero(filters[0].any(axis=1))
        self._bins = slice(heard[0], heard[-1] + 1)
        self._filters = filters[0][self._bins].copy()
        self._window = window[used].copy()
        self._audio = np.zeros(hop + OVERLAP, np.float32)
        self._windows = sliding_window_view(self._audio, _FFT)[::STRIDE, used]
        """A view of the audio, so that it is made once."""

    def push(self, block: Pcm) -> _Floats:
        """The mel frames that end in the next hop of int16 samples at 16 kHz: shape (hop / 160,
        32), in decibels. The loudest number of the hop decides what is cut off below."""
        self._audio[:OVERLAP] = self._audio[-OVERLAP:]
        self._audio[OVERLAP:] = block
        spectrum = np.fft.rfft(self._windows * self._window, _FFT)[:, self._bins]
        power = spectrum.real**2 + spectrum.imag**2
        mel = np.float32(10) * np.log10(np.maximum(power @ self._filters, _FAINTEST))
        decibels: _Floats = np.maximum(mel, mel.max() - _DYNAMIC_DB)
        return decibels

    def reset(self) -> None:
        """As if silence had gone before."""
        self._audio[:] = 0


def _weights(content: bytes) -> list[_Floats]:
    """The arrays of an ONNX file that are stored as raw 32-bit floats. ValueError if damaged."""
    graph = fields(first(fields(content), 7))
    found = []
    for number, value in graph:
        if number != 5:
            continue
        tensor = list(fields(sized(value)))
        data = [sized(part) for kind, part in tensor if kind == 9]
        if (2, 1) in tensor and data:
            found.append(np.frombuffer(data[0], "<f4").reshape(_dimensions(tensor)))
    return found


def _dimensions(tensor: list[tuple[int, Value]]) -> list[int]:
    return [size for number, value in tensor if number == 1 for size in numbers(value)]
