"""Value types of audio. Everything that listens works at 16 kHz, mono, int16, in 32 ms frames."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.audio.rate import RATE as RATE

FRAME = 512
"""Samples in one frame: 32 ms, the window of Silero VAD."""

Pcm = NDArray[np.int16]
"""Mono samples, shape (n,), int16."""

Cancelled = Callable[[], bool]
"""All that an engine knows of cancellation: a cheap question it asks between steps."""


@dataclass(frozen=True, slots=True)
class Frame:
    """512 samples of captured audio and where they lie in the stream."""

    start: int
    """Absolute index of the first sample; the stream begins at 0."""
    pcm: Pcm
    """Shape (512,), int16, 16 kHz."""
    sounding: bool = False
    """The assistant's own loudspeaker could be heard in it; its echo may remain."""

    @property
    def end(self) -> int:
        return self.start + len(self.pcm)


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Mono audio of any length to be played, for example part of a synthesised sentence."""

    pcm: Pcm
    rate: int
    """Hertz."""
    cancel_echo: bool = True
    """Whether to take it out of what the microphone hears meanwhile."""
    urgent: bool = False
    """It is heard even where the volume was turned down: an alarm is no use otherwise."""

    @property
    def seconds(self) -> float:
        return len(self.pcm) / self.rate


class Rechunker:
    """Cuts a stream of arrays into blocks of one size. Where the inputs are cut never matters."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._rest: Pcm = np.zeros(0, np.int16)

    def push(self, pcm: Pcm) -> list[Pcm]:
        """Give any number of samples; get every block that is now complete."""
        joined = np.concatenate([self._rest, pcm]) if len(self._rest) else pcm
        whole = len(joined) // self._size * self._size
        self._rest = joined[whole:].copy()
        return [joined[i : i + self._size] for i in range(0, whole, self._size)]

    def reset(self) -> None:
        self._rest = np.zeros(0, np.int16)


class AudioSource(Protocol):
    """A microphone, or something that stands in for one."""

    def frames(self) -> Iterator[Frame]:
        """Frames in order, blocking until each is due; ends when the source is closed."""
        ...


class AudioSink(Protocol):
    """A loudspeaker, or something that stands in for one."""

    def write(self, chunk: AudioChunk, cancelled: Cancelled) -> bool:
        """Play the chunk and block until its last sample is handed over; False if cut short."""
        ...

    def duck(self, on: bool) -> None:
        """From any thread: play more quietly, or as loud as before."""
        ...
