"""Sample-rate conversion of mono int16 audio with soxr (quality HQ), in one go or as a stream.

soxr works in float32 here: given int16 it would add dither, so that digital silence would not stay
silent and the same input would not always give the same output.
"""

import numpy as np
import soxr

from assistant.audio.types import Pcm

_SCALE = 32768.0
_NOTHING: Pcm = np.zeros(0, np.int16)


def to_pcm(samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Pcm:
    """Float samples of full scale 1.0, shape (n,), to int16; what exceeds full scale is clipped."""
    pcm: Pcm = np.clip(np.rint(samples * _SCALE), -32768, 32767).astype(np.int16)
    return pcm


class Resampler:
    """Converts a stream of int16 mono audio. Where the input is cut never changes the output."""

    _variable = False
    """soxr's way for rates that vary: five times the work, without blocks."""

    def __init__(self, source: int, target: int) -> None:
        """`source`, `target`: rates in hertz."""
        self._stream = (
            soxr.ResampleStream(source, target, 1, dtype="float32", quality="HQ", vr=self._variable)
            if source != target
            else None
        )

    def push(self, pcm: Pcm) -> Pcm:
        """Take any number of samples; get those that are settled: up to 40 ms behind, in blocks."""
        return self._convert(pcm, last=False)

    def finish(self) -> Pcm:
        """The samples still inside. Afterwards only `reset` is allowed."""
        return self._convert(_NOTHING, last=True)

    def reset(self) -> None:
        """Forget the audio so far and be ready for another stream."""
        if self._stream is not None:
            self._stream.clear()

    def _convert(self, pcm: Pcm, last: bool) -> Pcm:
        if self._stream is None:
            return pcm
        samples = pcm.astype(np.float32) / np.float32(_SCALE)
        return to_pcm(self._stream.resample_chunk(samples, last=last))


class LiveResampler(Resampler):
    """For devices: a steady 13 ms behind (from 48 or 44.1 kHz), where the other is 22 on average
    and 37 at most, because it works in blocks."""

    _variable = True


def resample(pcm: Pcm, source: int, target: int) -> Pcm:
    """Convert a whole recording, shape (n,), from `source` to `target` hertz."""
    resampler = Resampler(source, target)
    return np.concatenate([resampler.push(pcm), resampler.finish()])
