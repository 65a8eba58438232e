"""The decoder of a VITS voice, a piece at a time: sound begins before the sentence is computed.

Source: Kim et al. 2021 (VITS); Kong et al. 2020 (its decoder, HiFi-GAN). The decoder takes two
thirds of the time and only convolves: a frame of its input (11.6 ms at 22,050 Hz) reaches 11
frames far on either side (measured: docs/log.md). With that much context each piece comes out as
if the whole had been decoded at once.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

CONTEXT = 12
"""Frames decoded on either side of a piece and thrown away."""
FIRST = 24
"""Frames (0.28 s) of the first piece."""
GROWTH = 2
"""Each piece is so much longer than the one before, which plays while it is computed."""
LONGEST = 192
"""Frames (2.2 s) of the longest piece: memory for a run grows by 25 MB a second."""

_Floats = NDArray[np.float32]


class Decoder(Protocol):
    def decode(self, spoken: _Floats) -> Iterator[_Floats]:
        """Samples, full scale 1, in order, for what the voice's first session gave."""
        ...


class Pieces:
    """A session of its own for the decoder."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        """`session`: takes (1, channels, frames), gives as many samples a frame."""
        self._session = session
        self._input = session.get_inputs()[0].name

    def decode(self, spoken: _Floats) -> Iterator[_Floats]:
        """`spoken`: shape (channels, frames)."""
        frames = spoken.shape[1]
        for begin, end in pieces(frames):
            first, last = max(0, begin - CONTEXT), min(frames, end + CONTEXT)
            given = np.ascontiguousarray(spoken[None, :, first:last])
            samples = self._session.run(None, {self._input: given})[0].reshape(-1)
            hop = len(samples) // (last - first)
            yield samples[(begin - first) * hop : (end - first) * hop]


class Whole:
    """The voice's only session gave the samples already."""

    def decode(self, spoken: _Floats) -> Iterator[_Floats]:
        yield spoken.reshape(-1)


def pieces(frames: int) -> Iterator[tuple[int, int]]:
    """Where each begins and ends. A rest shorter than the context goes with the one before."""
    begin, size = 0, FIRST
    while begin < frames:
        end = begin + size if frames - begin - size > CONTEXT else frames
        yield begin, end
        begin, size = end, min(size * GROWTH, LONGEST)
