"""Listening and speaking through real PortAudio streams, for the tests that need a sound server."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from assistant.audio.front_end import FrontEnd
from assistant.audio.loudspeaker import Loudspeaker
from assistant.audio.microphone import Microphone
from assistant.audio.portaudio import PortAudio
from assistant.audio.reference import Reference
from assistant.audio.types import RATE, Frame, Pcm
from assistant.clock import WallClock
from assistant.events import DeviceFound, DeviceLost
from assistant.mic import MicSettings
from assistant.speaker import SpeakerSettings


class Unchanged:
    delay = 0

    def process(self, near: Pcm, far: Pcm) -> Pcm:
        return near

    def reset(self) -> None:
        """It remembers nothing."""


class Room:
    """A microphone and a loudspeaker, and what became of them."""

    def __init__(self, host: PortAudio, mic: MicSettings, speaker: SpeakerSettings) -> None:
        self.clock = WallClock()
        self.reports: list[tuple[float, DeviceLost | DeviceFound]] = []
        self.frames: list[Frame] = []
        self.delay_s = 0.0
        """How long the listening thread sleeps after the next frame."""
        reference = Reference()
        self.loudspeaker = Loudspeaker(host, speaker, self.clock, reference, self._report)
        front_end = FrontEnd(Unchanged(), reference)
        self.microphone = Microphone(host, mic, self.clock, front_end, self._report)

    def listen(self) -> None:
        for frame in self.microphone.frames():
            self.frames.append(frame)
            delay_s, self.delay_s = self.delay_s, 0.0
            time.sleep(delay_s)

    def heard(self) -> Pcm:
        return np.concatenate([frame.pcm for frame in self.frames])

    def reported(self, kind: type, device: str, within_s: float) -> float:
        """Wait for such a report; the seconds until it came."""
        began = time.monotonic()

        def came() -> bool:
            return any(isinstance(each, kind) and each.device == device for _, each in self.reports)

        wait_for(came, within_s)
        self.reports.clear()
        return time.monotonic() - began

    def _report(self, event: DeviceLost | DeviceFound) -> None:
        self.reports.append((self.clock.now(), event))


@contextmanager
def room(
    host: PortAudio, mic: MicSettings | None = None, speaker: SpeakerSettings | None = None
) -> Iterator[Room]:
    """Listening and ready to speak; the microphone has delivered its first frames."""
    made = Room(host, mic or MicSettings(), speaker or SpeakerSettings())
    listening = threading.Thread(target=made.listen)
    listening.start()
    made.loudspeaker.start()
    try:
        wait_for(lambda: len(made.frames) > 5, 5)
        yield made
    finally:
        made.microphone.close()
        made.loudspeaker.close()
        listening.join()


def wait_for(condition: Callable[[], bool], within_s: float) -> None:
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, f"not within {within_s} s"
        time.sleep(0.01)


def loud(pcm: Pcm, level: int = 1_000) -> list[tuple[float, float]]:
    """Stretches (start, end), in seconds, of a sound; silences under 5 ms belong to it."""
    on = np.convolve(np.abs(pcm.astype(np.int32)) > level, np.ones(RATE // 200), "same") > 0
    edges = np.flatnonzero(np.diff(on.astype(np.int8), prepend=0, append=0)) / RATE
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
