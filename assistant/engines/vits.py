"""The flow and the decoder of a VITS voice, a piece at a time: sound begins before the sentence is
computed.

Source: Kim et al. 2021 (VITS); Kong et al. 2020 (its decoder, HiFi-GAN). Both only convolve: a
frame (11.6 ms at 22,050 Hz) reaches 32 frames far on either side through the flow's sixteen
kernels of 5, and 11 through the decoder (measured: docs/log.md). With so much context each piece
comes out as if the whole had been computed at once.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FLOW_CONTEXT = 32
"""Frames on either side that the flow hears besides those that it gives."""
CONTEXT = 12
"""Frames on either side that the decoder hears besides those that it gives."""
REST = 2 * CONTEXT
"""Frames that are rather given with the piece before them: alone they cost as much again."""
FIRST = 20
"""Frames (0.23 s) of the first piece. The second is as long, and each one after it as long as all
before it together, which play while it is computed."""
LATER = 96
"""Frames of the first piece where something plays already."""
LONGEST = 192
"""Frames (2.2 s) of the longest piece: memory for a run grows by 25 MB a second."""

_Floats = NDArray[np.float32]
Stage = Callable[[_Floats], _Floats]
"""Of shape (channels, frames): the flow gives as much, the decoder as many samples a frame."""


class Decoder(Protocol):
    early: bool
    """Whether the beginning comes before all latents are known."""

    def decode(self, latents: Iterator[_Floats], first: int = FIRST) -> Iterator[_Floats]:
        """Samples, full scale 1, in order, for what the voice's first session gave. `first`: frames
        of the first piece."""
        ...


class Whole:
    """The voice's only session gave the samples already."""

    early = False

    def decode(self, latents: Iterator[_Floats], first: int = FIRST) -> Iterator[_Floats]:
        for samples in latents:
            yield samples.reshape(-1)


class Pieces:
    early = True

    def __init__(self, flow: Stage, decoder: Stage) -> None:
        self._flow = flow
        self._decoder = decoder

    def decode(self, latents: Iterator[_Floats], first: int = FIRST) -> Iterator[_Floats]:
        """`latents`: shape (channels, frames) each; one is asked for only when it is needed."""
        given = _Frames(latents)
        flowed = np.zeros((0, 0), np.float32)
        begin, size = 0, first
        while begin < (known := given.reach(begin + size + CONTEXT + FLOW_CONTEXT)):
            end = piece_end(begin, size, known)
            flowed = self._flow_to(min(end + CONTEXT, known), flowed, given)
            yield self._decoded(begin, end, flowed)
            begin, size = end, min(end, LONGEST)

    def _flow_to(self, end: int, flowed: _Floats, given: "_Frames") -> _Floats:
        """`flowed` and the frames after it before `end`."""
        begin = flowed.shape[1]
        if begin == end:
            return flowed
        first = max(0, begin - FLOW_CONTEXT)
        fresh = self._flow(given.frames[:, first : end + FLOW_CONTEXT])[:, begin - first :]
        fresh = fresh[:, : end - begin]
        return np.concatenate([flowed, fresh], axis=1) if begin else fresh

    def _decoded(self, begin: int, end: int, flowed: _Floats) -> _Floats:
        first = max(0, begin - CONTEXT)
        heard = flowed[:, first : end + CONTEXT]
        samples = self._decoder(heard).reshape(-1)
        hop = len(samples) // heard.shape[1]
        return samples[(begin - first) * hop : (end - first) * hop]


class _Frames:
    """Those known so far."""

    def __init__(self, latents: Iterator[_Floats]) -> None:
        self._latents = latents
        self.frames = np.zeros((0, 0), np.float32)

    def reach(self, count: int) -> int:
        """How many there are, once there are `count` or all."""
        while self.frames.shape[1] < count:
            more = next(self._latents, None)
            if more is None:
                break
            self.frames = np.concatenate([self.frames, more], 1) if self.frames.size else more
        return self.frames.shape[1]


def piece_end(begin: int, size: int, frames: int) -> int:
    """Where a piece of `size` ends, of `frames` that may be all there are."""
    return begin + size if frames - begin - size > REST else frames
