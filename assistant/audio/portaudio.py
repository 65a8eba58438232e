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
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from assistant.audio.devices import Device, Kind, choose, listed
from assistant.audio.native_messages import hush
from assistant.audio.streams import InputStream, OutputStream, Stream, failed, reason
from assistant.errors import DeviceError

log = logging.getLogger(__name__)

CARDS = Path("/proc/asound/cards")
PERIOD_S: dict[Kind, float] = {"input": 0.016, "output": 0.04}
"""Seconds between two deliveries of a device. PortAudio's own choice, a quarter of the buffer,
would deliver half a second in lumps of an eighth; shorter ones wake this process more often."""
_INVALID_RATE, _INVALID_CHANNELS = -9997, -9998  # portaudio.h
_PATIENCE_S = 1.0
"""How long `renew` waits for the streams to be closed."""


StreamT = TypeVar("StreamT", bound=Stream)


class PortAudio:
    """The library, its list of devices, and who has a stream open. Used by several threads."""

    def __init__(self, library: Any = None, cards: Path = CARDS) -> None:
        """`library`: the sounddevice module, or what stands in for it. Raises DeviceError if the
        system library is missing."""
        self._library = _sounddevice() if library is None else library
        self._file: str | None = getattr(self._library, "_libname", None)
        hush()
        self.errors: tuple[type[Exception], ...] = (
            self._library.PortAudioError,
            ValueError,
            OSError,
        )
        self._cards_file = cards
        self._cards = self._read_cards()
        self._changed = threading.Condition()
        self._streams: set[Stream] = set()
        self._being_opened = 0
        self._renewing = False
        self._running = True
        self.renewals = 0
        """Times that the list was made anew."""

    def devices(self) -> list[Device]:
        """All that were there when PortAudio was started or last renewed. DeviceError if PortAudio
        could not be started."""
        try:
            default = self._default("input"), self._default("output")
            return listed(self._library.query_devices(), *default)
        except self.errors as error:
            raise failed("the audio devices cannot be listed", error) from error

    def input(self, selector: str, channel: int | None, buffer_s: float) -> InputStream:
        """Open and start a microphone at its own rate. DeviceError if it is missing or refuses.

        `channel`: 1 is the first; None: see MicSettings."""
        with self._opening():
            device = choose(self.devices(), selector, "input")
            wanted = 1 if channel is None else channel
            opened = self._open("input", device, wanted, buffer_s)
            return self._lend(InputStream(opened, self, channel))

    def output(self, selector: str, buffer_s: float) -> OutputStream:
        """Open and start a loudspeaker at its own rate. DeviceError if missing or refusing."""
        with self._opening():
            device = choose(self.devices(), selector, "output")
            return self._lend(OutputStream(self._open("output", device, 1, buffer_s), self))

    def changed(self) -> bool:
        """A sound card or server came or went since PortAudio was started."""
        return self._read_cards() != self._cards

    def renew(self) -> bool:
        """Make the list of devices anew, which takes every stream for a moment. False if it was
        not done: somebody is speaking and no card came or went, or a stream was not given back."""
        with self._changed:
            if self._renewing:
                return False
            if any(stream.busy for stream in self._streams) and not self.changed():
                return False
            self._renewing = True
            try:
                if not self._changed.wait_for(self._unused, _PATIENCE_S):
                    log.warning("a stream was not given back; the device list stays as it is")
                    return False
                self._cards = self._read_cards()
                return self._restart()
            finally:
                self._renewing = False
                self._changed.notify_all()

    def _restart(self) -> bool:
        """sounddevice has no public names for these two. What could not be started is tried again
        by the next renewal."""
        try:
            if self._running:
                self._running = False
                self._library._terminate()
            self._library._initialize()
            self._running = True
            self.renewals += 1
        except self.errors as error:
            log.warning("PortAudio could not be started anew: %s", reason(error))
        return self._running

    @property
    def renewing(self) -> bool:
        return self._renewing

    def release(self, stream: Stream) -> None:
        """Called by a stream that was closed."""
        with self._changed:
            self._streams.discard(stream)
            self._changed.notify_all()

    def _open(self, kind: Kind, device: Device, channels: int, buffer_s: float) -> Any:
        """Started, with the fewest channels and at the first rate that the device accepts."""
        self._set_periods(max(2, round(buffer_s / PERIOD_S[kind])))
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
                    return self._started(stream)
                except self.errors as error:
                    why = error
                    if not _unsuitable(error):
                        raise failed(f"{device.name!r} cannot be opened", why) from error
        raise failed(f"{device.name!r} cannot be opened", why)

    def _started(self, stream: Any) -> Any:
        """A stream that does not start must not keep its device."""
        try:
            stream.start()
        except self.errors:
            stream.close()
            raise
        return stream

    def _lend(self, stream: StreamT) -> StreamT:
        with self._changed:
            self._streams.add(stream)
        return stream

    def _default(self, kind: Kind) -> int | None:
        try:
            return int(self._library.query_devices(kind=kind)["index"])
        except self.errors:  # there is none
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
        if self._file is None:
            return
        try:
            ctypes.CDLL(self._file).PaAlsa_SetNumPeriods(count)
        except (AttributeError, OSError):
            log.debug("this PortAudio has no PaAlsa_SetNumPeriods")

    def _read_cards(self) -> str:
        """Changes with every card, and with every start of a sound server."""
        parts = []
        with suppress(OSError):  # no ALSA here
            parts.append(self._cards_file.read_text())
        for socket in _server_sockets():
            with suppress(OSError):  # it does not run
                status = socket.stat()
                parts.append(f"{socket} {status.st_ino} {status.st_mtime_ns}")
        return "\n".join(parts)


def _server_sockets() -> list[Path]:
    """Where PulseAudio and PipeWire wait for programs of this user."""
    given = os.environ.get("PULSE_SERVER", "")
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    named = [Path(given.removeprefix("unix:"))] if given.startswith("unix:") else []
    return [*named, folder / "pulse/native", folder / "pipewire-0"]


def _sounddevice() -> Any:
    try:
        return importlib.import_module("sounddevice")
    except OSError as error:
        raise DeviceError(
            "The PortAudio library is missing; run `sudo apt-get install libportaudio2`."
        ) from error


def _unsuitable(error: Exception) -> bool:
    """Another rate or number of channels may do."""
    return len(error.args) > 1 and error.args[1] in (_INVALID_RATE, _INVALID_CHANNELS)
