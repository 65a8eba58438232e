"""A PortAudio without devices: streams that live in the time of a clock which only tests move."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assistant.audio.types import Pcm
from assistant.clock import Clock


class FakeClock:
    """`advance` is the only thing that takes time; what was planned happens on the way."""

    def __init__(self) -> None:
        self._now = 0.0
        self._plans: list[tuple[float, int, Callable[[], None]]] = []

    def now(self) -> float:
        return self._now

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._plans, (seconds, len(self._plans), action))

    def advance(self, until: float) -> None:
        while self._plans and self._plans[0][0] <= until:
            due, _, action = heapq.heappop(self._plans)
            self._now = max(self._now, due)
            action()
        self._now = max(self._now, until)

    condition: Any = None

    def wait(self, until: float | None) -> None:
        raise NotImplementedError

    notify = join = leave = lambda self: None


@dataclass
class FakeDevice:
    name: str
    inputs: int = 1
    outputs: int = 0
    rates: tuple[int, ...] = (16_000,)
    plugged: bool = True
    hanging: bool = False
    buffer_s: float = 10.0
    """The most that it grants."""
    reluctant_s: float = 0.0
    """Having run dry, it goes on only when it holds so much, as a sound server does."""
    drift: float = 0.0
    """Parts by which its crystal is too fast."""
    sound: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]] = field(
        default=lambda n: (n % 1_000 + 1).astype(np.int16)
    )
    """Sample values by index since the stream was opened."""


class PortAudioError(Exception):
    pass


class FakeLibrary:
    """What `PortAudio` uses of sounddevice."""

    PortAudioError = PortAudioError

    def __init__(self, clock: Clock, *devices: FakeDevice) -> None:
        self.clock = clock
        self.there = list(devices)
        self.opened: list[str] = []
        self.renewals = 0
        self.streams: list[_FakeStream] = []
        self._known: list[FakeDevice] = []
        self._initialize()

    def _terminate(self) -> None:
        assert not [each for each in self.streams if not each.closed], "a stream is still open"

    def _initialize(self) -> None:
        self.renewals += 1
        self._known = [device for device in self.there if device.plugged]

    def query_devices(self, kind: str | None = None) -> Any:
        rows = [
            {
                "index": index,
                "name": each.name,
                "max_input_channels": each.inputs,
                "max_output_channels": each.outputs,
                "default_samplerate": float(each.rates[0]),
            }
            for index, each in enumerate(self._known)
        ]
        if kind is None:
            return rows
        for row in rows:
            if row[f"max_{kind}_channels"]:
                return row
        raise PortAudioError("no default device")

    def RawInputStream(self, **wanted: Any) -> "FakeInput":  # noqa: N802 (sounddevice's name)
        return self._open(FakeInput, **wanted)  # type: ignore[no-any-return]

    def RawOutputStream(self, **wanted: Any) -> "FakeOutput":  # noqa: N802
        return self._open(FakeOutput, **wanted)  # type: ignore[no-any-return]

    def _open(
        self, kind: Any, device: int, samplerate: int, channels: int, latency: float, dtype: str
    ) -> Any:
        found = self._known[device]
        most = found.inputs if kind is FakeInput else found.outputs
        if not found.plugged or samplerate not in found.rates or channels > most:
            raise PortAudioError("Error opening", -9997, (0, -5, "Input/output error"))
        stream = kind(self.clock, found, samplerate, channels, latency)
        self.opened.append(found.name)
        self.streams.append(stream)
        return stream


class _FakeStream:
    def __init__(
        self, clock: Clock, device: FakeDevice, rate: int, channels: int, buffer_s: float
    ) -> None:
        self.samplerate = float(rate)
        self.latency = min(buffer_s, device.buffer_s)
        self.channels = channels
        self.closed = False
        self._clock = clock
        self._device = device
        self._room = round(self.latency * rate)
        self._began_s = 0.0
        self._stopped_at: int | None = None

    def start(self) -> None:
        self._began_s = self._clock.now()

    def close(self) -> None:
        self.closed = True

    def _passed(self) -> int:
        """Samples since the start; a device that hangs stays where it is."""
        if not self._device.plugged:
            raise PortAudioError("Unanticipated host error", -9999, (0, -19, "No such device"))
        rate = self.samplerate * (1 + self._device.drift)
        passed = int((self._clock.now() - self._began_s) * rate)
        if not self._device.hanging:
            self._stopped_at = passed
        return self._stopped_at or 0


class FakeInput(_FakeStream):
    _fetched = 0

    @property
    def read_available(self) -> int:
        """What was not fetched in time is lost without a word, as ALSA's plugins do."""
        passed = self._passed()
        self._fetched = max(self._fetched, passed - self._room)
        return passed - self._fetched

    def read(self, count: int) -> tuple[bytes, bool]:
        assert 0 < count <= self.read_available, "this would block"
        index = np.arange(self._fetched, self._fetched + count)
        self._fetched += count
        pcm = self._device.sound(index).astype(np.int16)
        return np.repeat(pcm, self.channels).tobytes(), False


class FakeOutput(_FakeStream):
    def __init__(self, *wanted: Any) -> None:
        super().__init__(*wanted)
        self._written = 0
        self._dry = 0
        """Samples during which there was nothing to play, or it did not want to."""
        self._waiting = False
        self._ended = 0
        """What was played when it ran dry."""
        self.played: list[tuple[int, Pcm]] = []
        """Sample, counted from the clock's zero, at which each stretch begins to be heard."""

    @property
    def queued(self) -> int:
        rest = self._written + self._dry - self._passed()
        if self._waiting or rest < 0:
            held = self._written - self._ended if self._waiting else 0
            self._dry += held - rest
            self._ended = self._written - held
            self._waiting = held < self._device.reluctant_s * self.samplerate
            rest = held
        return rest

    @property
    def write_available(self) -> int:
        return self._room - self.queued

    def write(self, data: bytes) -> bool:
        pcm = np.frombuffer(data, np.int16).reshape(-1, self.channels)[:, 0]
        assert len(pcm) <= self.write_available, "this would block"
        assert self.queued >= 0
        began = round(self._began_s * self.samplerate)
        self.played.append((began + self._written + self._dry, pcm))
        self._written += len(pcm)
        return False

    def abort(self) -> None:
        """What is queued is not heard."""
        now = round(self._clock.now() * self.samplerate)
        self.played = [(at, pcm[: max(0, now - at)]) for at, pcm in self.played]
        self._written = self._dry = 0

    def track(self) -> Pcm:
        """What was heard from the clock's zero on; gaps are silence."""
        end = max((at + len(pcm) for at, pcm in self.played), default=0)
        track = np.zeros(end, np.int16)
        for at, pcm in self.played:
            track[at : at + len(pcm)] = pcm
        return track
