"""The last seconds of captured audio, addressed by absolute sample index.

The one place where the microphone's audio is kept. One thread writes; any thread may read a span.
Old audio is overwritten and gone: nothing is ever stored elsewhere.
"""

import threading

import numpy as np

from assistant.audio.types import RATE, Pcm
from assistant.errors import StageError
from assistant.events import Span


class Ring:
    """Holds samples `begin` to `end` of a stream that started at 0."""

    def __init__(self, seconds: float = 30.0) -> None:
        """`seconds`: how far back audio can be read, at 16 kHz."""
        self._size = round(seconds * RATE)
        if self._size < 1:
            raise ValueError(f"a ring of {seconds} s holds no sample")
        self._samples: Pcm = np.zeros(self._size, np.int16)
        self._begin = 0
        self._end = 0
        self._lock = threading.Lock()

    @property
    def available(self) -> Span:
        """What can be read now."""
        with self._lock:
            return Span(self._begin, self._end)

    @property
    def end(self) -> int:
        """The index after the last sample. Takes no lock: a signal handler may ask, in the midst of
        whatever its thread was doing."""
        return self._end

    def write(self, start: int, pcm: Pcm) -> None:
        """Add samples, shape (n,), int16, 16 kHz, whose first has the index `start`.

        A gap since the last write (the microphone was away) reads as silence. Raises ValueError if
        `start` lies in what was written already: a stream does not go back.
        """
        with self._lock:
            if start < self._end:
                raise ValueError(
                    f"sample {start} was written already; the stream is at {self._end}"
                )
            end = start + len(pcm)
            self._put(max(self._end, start - self._size), np.int16(0), start)
            self._put(max(start, end - self._size), pcm[-self._size :], end)
            self._end = end
            self._begin = max(self._begin, end - self._size)

    def read(self, span: Span) -> Pcm:
        """A copy of the samples of `span`, shape (n,), int16, 16 kHz.

        Raises StageError("capture", ...) with code "gone" if part of it has been overwritten, and
        "future" if part of it has not been captured yet; ValueError if `span` is reversed.
        """
        if span.end < span.start:
            raise ValueError(f"{span} ends before it starts")
        with self._lock:
            if span.start < self._begin:
                raise StageError(
                    "capture",
                    "gone",
                    f"Audio from sample {span.start} is no longer kept; now from {self._begin}.",
                )
            if span.end > self._end:
                raise StageError(
                    "capture",
                    "future",
                    f"Audio to sample {span.end} is not captured yet, only up to {self._end}.",
                )
            first = span.start % self._size
            last = first + span.end - span.start
            head = self._samples[first : min(last, self._size)]
            tail = self._samples[: max(0, last - self._size)]
            return np.concatenate([head, tail])

    def _put(self, start: int, values: Pcm | np.int16, end: int) -> None:
        """Store `values` at indices `start` to `end`, at most one ring's length apart."""
        if end <= start:
            return
        first = start % self._size
        last = first + end - start
        wrapped = max(0, last - self._size)
        pcm = np.broadcast_to(values, (end - start,))
        self._samples[first : last - wrapped] = pcm[: end - start - wrapped]
        self._samples[:wrapped] = pcm[end - start - wrapped :]
