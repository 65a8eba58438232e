"""PortAudio: the one place that opens microphones and loudspeakers.

Only the blocking interface is used, and it is never allowed to block: a stream is asked how much it
has (or takes) and no more than that is read (or written). So no Python runs in a callback, a device
that hangs cannot hang a thread, and the ring that keeps samples while this process is busy is C's.

PortAudio makes its list of devices when it starts and never renews it. A device that was plugged in
later is found by closing every stream and starting PortAudio anew: `renew`. Each owner of a stream
looks at `wanted_back` and, if asked, closes the stream and opens it again.
"""

import ctypes
import importlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from assistant.audio.devices import Device, Kind, choose, listed
from assistant.audio.types import Pcm
from assistant.errors import DeviceError

log = logging.getLogger(__name__)

CARDS = Path("/proc/asound/cards")
PERIOD_S = 0.016
"""Seconds between two deliveries of a device: PortAudio's own choice, a quarter of the buffer,
would deliver half a second of buffer in lumps of an eighth."""
_PATIENCE_S = 1.0
"""How long `renew` waits for the streams to be closed."""


class PortAudio:
    """The library, its list of devices, and who has a stream open. Used by several threads."""

    def __init__(self, library: Any = None, cards: Path = CARDS) -> None:
        """`library`: the sounddevice module, or what stands in for it. Raises DeviceError if the
        system library is missing."""
        self._library = _sounddevice() if library is None else library
        self._errors = (self._library.PortAudioError, ValueError, OSError)
        self._cards_file = cards
        self._cards = self._read_cards()
        self._changed = threading.Condition()
        self._streams: set[_Stream] = set()
        self._being_opened = 0
        self._renewing = False

    def devices(self) -> list[Device]:
        """All that were there when PortAudio was started or last renewed."""
        default = self._default("input"), self._default("output")
        return listed(self._library.query_devices(), *default)

    def input(self, selector: str, channel: int | None, buffer_s: float) -> "InputStream":
        """Open and start a microphone at its own rate. DeviceError if it is missing or refuses.

        `channel`: 1 is the first; None: see MicSettings."""
        with self._opening():
            device = choose(self.devices(), selector, "input")
            wanted = 1 if channel is None else channel
            stream = InputStream(self, self._open("input", device, wanted, buffer_s), channel)
            self._streams.add(stream)
            return stream

    def output(self, selector: str, buffer_s: float) -> "OutputStream":
        """Open and start a loudspeaker at its own rate. DeviceError if missing or refusing."""
        with self._opening():
            device = choose(self.devices(), selector, "output")
            stream = OutputStream(self, self._open("output", device, 1, buffer_s))
            self._streams.add(stream)
            return stream

    def cards_changed(self) -> bool:
        """A sound card came or went since PortAudio was started."""
        return self._read_cards() != self._cards

    def renew(self) -> bool:
        """Make the list of devices anew, which takes every stream for a moment. False if it was
        not done: somebody is speaking and no card came or went, or a stream was not given back."""
        with self._changed:
            if self._renewing:
                return False
            if any(stream.busy for stream in self._streams) and not self.cards_changed():
                return False
            self._renewing = True
            try:
                if not self._changed.wait_for(self._unused, _PATIENCE_S):
                    log.warning("a stream was not given back; the device list stays as it is")
                    return False
                self._cards = self._read_cards()
                # sounddevice has no public names for these two.
                self._library._terminate()
                self._library._initialize()
                return True
            finally:
                self._renewing = False
                self._changed.notify_all()

    @property
    def renewing(self) -> bool:
        return self._renewing

    def failed(self, what: str, error: Exception) -> DeviceError:
        """The error as one of ours, with what PortAudio and the system said."""
        return DeviceError(f"{what}: {_reason(error)}")

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What the library raises."""
        return self._errors

    def release(self, stream: "_Stream") -> None:
        """Called by a stream that was closed."""
        with self._changed:
            self._streams.discard(stream)
            self._changed.notify_all()

    def _open(self, kind: Kind, device: Device, channels: int, buffer_s: float) -> Any:
        """Started, with the fewest channels and at the first rate that the device accepts."""
        self._set_periods(max(2, round(buffer_s / PERIOD_S)))
        make = self._library.RawInputStream if kind == "input" else self._library.RawOutputStream
        most = device.inputs if kind == "input" else device.outputs
        why: Exception = ValueError("it has too few channels")
        for count in dict.fromkeys((channels, max(2, channels), most)):
            for rate in device.rates(kind):
                if count > most:
                    continue
                try:
                    stream = make(
                        device=device.index,
                        samplerate=rate,
                        channels=count,
                        dtype="int16",
                        latency=buffer_s,
                    )
                    stream.start()
                    return stream
                except self._errors as error:
                    why = error
        raise self.failed(f"{device.name!r} cannot be opened", why)

    def _default(self, kind: Kind) -> int | None:
        try:
            return int(self._library.query_devices(kind=kind)["index"])
        except self._errors:  # there is none
            return None

    def _unused(self) -> bool:
        return not self._streams and not self._being_opened

    @contextmanager
    def _opening(self) -> Iterator[None]:
        """Not while the list is renewed; the lock is not held, for a device may take its time."""
        with self._changed:
            self._changed.wait_for(lambda: not self._renewing)
            self._being_opened += 1
        try:
            yield
        finally:
            with self._changed:
                self._being_opened -= 1
                self._changed.notify_all()

    def _set_periods(self, count: int) -> None:
        """Only PortAudio's ALSA part has this; others choose for themselves."""
        portaudio = getattr(self._library, "_lib", None)
        if portaudio is None:
            return
        try:
            ctypes.CDLL(self._library._libname).PaAlsa_SetNumPeriods(count)
        except (AttributeError, OSError):
            log.debug("this PortAudio has no PaAlsa_SetNumPeriods")

    def _read_cards(self) -> str:
        try:
            return self._cards_file.read_text()
        except OSError:  # no ALSA here
            return ""


class _Stream:
    """A PortAudio stream in the hands of one thread."""

    def __init__(self, host: PortAudio, stream: Any) -> None:
        self._host = host
        self._stream = stream
        self.rate = round(stream.samplerate)
        """Hertz."""
        self.busy = False
        """Would be missed if it were taken now."""

    @property
    def wanted_back(self) -> bool:
        """Close it now: PortAudio is being renewed."""
        return self._host.renewing

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._stream.close()
        except self._host.errors as failure:
            log.debug("closing: %s", _reason(failure))  # it is gone already
        self._host.release(self)


class InputStream(_Stream):
    def __init__(self, host: PortAudio, stream: Any, channel: int | None) -> None:
        super().__init__(host, stream)
        self._channels = stream.channels
        self._channel = channel

    def available(self) -> int:
        """Samples that can be read now. DeviceError if the device fails."""
        try:
            return int(self._stream.read_available)
        except self._host.errors as error:
            raise self._host.failed("reading failed", error) from error

    def read(self, count: int) -> tuple[Pcm, bool]:
        """`count` samples, which must be available: mono, shape (count,), int16, at `rate`; and
        whether some before them were lost. DeviceError if the device fails."""
        try:
            data, overflowed = self._stream.read(count)
        except self._host.errors as error:
            raise self._host.failed("reading failed", error) from error
        samples = np.frombuffer(data, np.int16).reshape(-1, self._channels)
        return self._mono(samples), bool(overflowed)

    def _mono(self, samples: Pcm) -> Pcm:
        if self._channel is not None:
            return samples[:, self._channel - 1]
        if self._channels == 2:
            mean: Pcm = samples.mean(axis=1).astype(np.int16)
            return mean
        return samples[:, 0]


class OutputStream(_Stream):
    def __init__(self, host: PortAudio, stream: Any) -> None:
        super().__init__(host, stream)
        self._channels = stream.channels
        self._capacity = self._free()
        """Samples of the whole buffer: it is empty now."""

    def queued(self) -> int:
        """Samples that are still to be played. DeviceError if the device fails."""
        free = self._free()
        self._capacity = max(self._capacity, free)
        return self._capacity - free

    def write(self, pcm: Pcm) -> bool:
        """Add mono samples, shape (n,), int16, at `rate`: there must be room. True if the buffer
        had run dry. DeviceError if the device fails."""
        data = np.repeat(pcm, self._channels) if self._channels > 1 else pcm
        try:
            return bool(self._stream.write(data.tobytes()))
        except self._host.errors as error:
            raise self._host.failed("writing failed", error) from error

    def clear(self) -> None:
        """Drop what is queued: silence at once. DeviceError if the device fails."""
        try:
            self._stream.abort()
            self._stream.start()
        except self._host.errors as error:
            raise self._host.failed("writing failed", error) from error

    @property
    def room(self) -> int:
        """Samples that the whole buffer holds."""
        return self._capacity

    def _free(self) -> int:
        try:
            return int(self._stream.write_available)
        except self._host.errors as error:
            raise self._host.failed("the device does not answer", error) from error


def _sounddevice() -> Any:
    try:
        return importlib.import_module("sounddevice")
    except OSError as error:
        raise DeviceError(
            "The PortAudio library is missing; run `sudo apt-get install libportaudio2`."
        ) from error


def _reason(error: Exception) -> str:
    """PortAudioError: (text, code, (host api, host code, host text))."""
    host = error.args[2] if len(error.args) > 2 else None
    detail = f" ({host[2]})" if host and host[2] else ""
    return f"{error.args[0] if error.args else error}{detail}"
