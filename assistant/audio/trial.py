"""Trying a microphone and a loudspeaker: a tone is played, what arrives is kept for a moment."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.audio.feed import Loudness
from assistant.audio.portaudio import PortAudio
from assistant.audio.streams import InputStream
from assistant.audio.types import Pcm
from assistant.clock import Clock
from assistant.errors import DeviceError
from assistant.mic import MicSettings
from assistant.speaker import SpeakerSettings

LISTEN_S = 3.0
TONE_S = 1.0
TONE_HZ = 440.0
TONE_DBFS = -20.0
FLOOR_DBFS = -90.0
"""Shown for silence and what is below it."""
STALL_S = 2.0
_GLANCE_S = 0.02


@dataclass(frozen=True, slots=True)
class Played:
    rate: int
    seconds: float
    """That the device took for `TONE_S`."""


@dataclass(frozen=True, slots=True)
class Together:
    """Both at once: silence, the tone, silence."""

    heard: Pcm
    rate: int
    tone_s: float
    """Where in `heard` the tone began to be played; it is heard a little later, if at all."""
    played: Played


class Recording:
    """What an open microphone delivers, as it comes."""

    def __init__(self, stream: InputStream, observe: Callable[[Pcm], None] | None = None) -> None:
        """`observe`: is told each block."""
        self._stream = stream
        self._observe = observe
        self._blocks: list[Pcm] = []

    def fetch(self) -> None:
        if count := self._stream.available():
            block = self._stream.read(count)[0]
            self._blocks.append(block)
            if self._observe is not None:
                self._observe(block)

    @property
    def heard(self) -> Pcm:
        return np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)

    @property
    def seconds(self) -> float:
        return float(sum(map(len, self._blocks)) / self._stream.rate)

    def last(self, seconds: float, clock: Clock) -> None:
        """Go on for so long."""
        began_s = clock.now()
        while clock.now() - began_s < seconds:
            self.fetch()
            clock.advance(clock.now() + _GLANCE_S)


def play(
    host: PortAudio,
    speaker: SpeakerSettings,
    clock: Clock,
    meanwhile: Callable[[], None] = lambda: None,
) -> Played:
    """The tone. `meanwhile`: is called at every glance. DeviceError if it cannot be played."""
    with host.output(speaker.device, TONE_S) as stream:
        began_s = clock.now()
        rest = Loudness(speaker.volume, 0).apply(_tone(stream.rate))
        while len(rest) or stream.queued():
            count = min(len(rest), stream.room - stream.queued())
            if count > 0:
                stream.write(rest[:count])
                rest = rest[count:]
            if clock.now() - began_s > TONE_S + STALL_S:
                raise DeviceError("The loudspeaker takes the sound but does not play it.")
            meanwhile()
            clock.advance(clock.now() + _GLANCE_S)
        return Played(stream.rate, clock.now() - began_s)


def listen(
    host: PortAudio, mic: MicSettings, clock: Clock, observe: Callable[[Pcm], None]
) -> tuple[Pcm, int]:
    """`LISTEN_S` of the microphone, and its rate. DeviceError if it cannot be opened."""
    with host.input(mic.device, mic.channel, mic.buffer_s) as stream:
        recording = Recording(stream, observe)
        recording.last(LISTEN_S, clock)
        return recording.heard, stream.rate


def together(host: PortAudio, mic: MicSettings, speaker: SpeakerSettings, clock: Clock) -> Together:
    """Listen for `LISTEN_S`, and play the tone in the middle of it. DeviceError as above."""
    edge_s = (LISTEN_S - TONE_S) / 2
    with host.input(mic.device, mic.channel, mic.buffer_s) as stream:
        recording = Recording(stream)
        recording.last(edge_s, clock)
        tone_s = recording.seconds
        played = play(host, speaker, clock, recording.fetch)
        recording.last(edge_s, clock)
        return Together(recording.heard, stream.rate, tone_s, played)


def dbfs(level: float) -> float:
    """Level of int16 samples relative to full scale, not below `FLOOR_DBFS`."""
    return max(FLOOR_DBFS, 20 * math.log10(level / 32768)) if level > 0 else FLOOR_DBFS


def rms(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) if len(pcm) else 0.0


def peak(pcm: Pcm) -> int:
    return int(np.abs(pcm.astype(np.int32)).max(initial=0))


def clipped(pcm: Pcm) -> int:
    """Samples at full scale."""
    return int(np.count_nonzero(np.abs(pcm.astype(np.int32)) >= 32_767))


def _tone(rate: int) -> Pcm:
    t = np.arange(round(TONE_S * rate)) / rate
    edges = np.minimum(1, np.minimum(t, TONE_S - t) / 0.02)
    level = 32767 * 10 ** (TONE_DBFS / 20)
    tone: Pcm = (level * edges * np.sin(2 * np.pi * TONE_HZ * t)).astype(np.int16)
    return tone
