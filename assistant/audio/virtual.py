"""A recording as microphone and a track as loudspeaker, both living in a clock's time."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from assistant.audio.types import FRAME, RATE, AudioChunk, Cancelled, Frame, Pcm
from assistant.clock import Clock, sleep_until

BLOCK_S = 0.02
"""Seconds of one write to a loudspeaker: how soon it can fall silent."""
AHEAD_S = 0.04
"""Seconds that a loudspeaker's own buffer holds, so that the next chunk follows without a gap."""
LULL_S = 1.0
"""Silence after a recording before anybody asks whether the turn is over."""


class VirtualMicrophone:
    """Delivers a recording frame by frame when each is due, then silence until `finished`."""

    def __init__(self, pcm: Pcm, clock: Clock, finished: Callable[[], bool]) -> None:
        self._pcm = pcm
        self._clock = clock
        self._finished = finished
        self.began_s = 0.0
        """Clock time of the recording's first sample."""

    def frames(self) -> Iterator[Frame]:
        """Frame k is delivered when its last sample would have been captured."""
        self.began_s = self._clock.now()
        start = 0
        while start < len(self._pcm) + LULL_S * RATE or not self._finished():
            pcm = np.zeros(FRAME, np.int16)
            recorded = self._pcm[start : start + FRAME]
            pcm[: len(recorded)] = recorded
            self._clock.advance(self.began_s + (start + FRAME) / RATE)
            yield Frame(start, pcm)
            start += FRAME


class VirtualLoudspeaker:
    """Keeps what it plays, and when: sample k of the track is heard at clock time k / rate."""

    def __init__(self, clock: Clock, rate: int) -> None:
        self._clock = clock
        self._rate = rate
        self._played: list[tuple[int, Pcm, AudioChunk]] = []
        """Where each stretch begins, in samples of the track, its samples, and whose they are."""
        self._end = 0

    def write(self, chunk: AudioChunk, cancelled: Cancelled) -> bool:
        """Play in real time of the clock; False if cut short.

        Raises ValueError if the chunk has another rate than the track.
        """
        if len(chunk.pcm) and chunk.rate != self._rate:
            raise ValueError(f"the track has {self._rate} Hz, the chunk {chunk.rate} Hz")
        block = round(BLOCK_S * self._rate)
        for offset in range(0, len(chunk.pcm), block):
            if cancelled():
                return False
            at = max(self._end, round(self._clock.now() * self._rate))
            pcm = chunk.pcm[offset : offset + block]
            self._played.append((at, pcm, chunk))
            self._end = at + len(pcm)
            sleep_until(self._clock, self._end / self._rate - AHEAD_S)
        return not cancelled()

    def duck(self, on: bool) -> None:
        """Nobody speaks over a recording's reply."""

    def track(self, chunks: Iterable[AudioChunk]) -> tuple[float, Pcm]:
        """What was played of these chunks: the clock time of its first sample, and the samples
        from there to the last; gaps are silence."""
        wanted = {id(chunk) for chunk in chunks}
        kept = [(at, pcm) for at, pcm, chunk in self._played if id(chunk) in wanted]
        if not kept:
            return 0.0, np.zeros(0, np.int16)
        first, (last, pcm) = kept[0][0], kept[-1]
        track = np.zeros(last + len(pcm) - first, np.int16)
        for at, pcm in kept:
            track[at - first : at - first + len(pcm)] = pcm
        return first / self._rate, track


class Tape:
    """A loudspeaker that only keeps what it is given; for text requests, where nobody listens."""

    def __init__(self) -> None:
        self.chunks: list[AudioChunk] = []

    def write(self, chunk: AudioChunk, cancelled: Cancelled) -> bool:
        if cancelled():
            return False
        self.chunks.append(chunk)
        return True

    def duck(self, on: bool) -> None:
        """A tape has no volume."""
