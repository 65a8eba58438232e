"""Streams of PortAudio, each in the hands of one thread. None of their methods waits."""

import logging
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from assistant.audio.types import Pcm
from assistant.errors import DeviceError

log = logging.getLogger(__name__)


class Owner(Protocol):
    """What a stream has to know of the PortAudio that opened it."""

    errors: tuple[type[Exception], ...]
    """What the library raises."""

    @property
    def renewing(self) -> bool:
        """It wants its streams back."""
        ...

    def release(self, stream: "Stream") -> None:
        """The stream was closed."""
        ...


class Stream:
    """A PortAudio stream in the hands of one thread."""

    def __init__(self, stream: Any, owner: Owner) -> None:
        """`stream`: sounddevice's, started."""
        self._owner = owner
        self._stream = stream
        self.rate = round(stream.samplerate)
        """Hertz."""
        self.buffer = round(stream.latency * stream.samplerate)
        """Samples that the device keeps; perhaps less than it was asked to."""
        self.busy = False
        """Would be missed if it were taken now."""

    @property
    def wanted_back(self) -> bool:
        """Close it now: PortAudio is being renewed."""
        return self._owner.renewing

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
        except self._owner.errors as failure:
            log.debug("closing: %s", reason(failure))  # it is gone already
        self._owner.release(self)


class InputStream(Stream):
    def __init__(self, stream: Any, owner: Owner, channel: int | None) -> None:
        """`channel`: 1 is the first; None: the mean of two, or the first of more."""
        super().__init__(stream, owner)
        self._channels = stream.channels
        self._channel = channel

    def available(self) -> int:
        """Samples that can be read now. DeviceError if the device fails."""
        try:
            return int(self._stream.read_available)
        except self._owner.errors as error:
            raise failed("reading failed", error) from error

    def read(self, count: int) -> tuple[Pcm, bool]:
        """`count` samples, which must be available: mono, shape (count,), int16, at `rate`; and
        whether some before them were lost. DeviceError if the device fails."""
        try:
            data, overflowed = self._stream.read(count)
        except self._owner.errors as error:
            raise failed("reading failed", error) from error
        samples = np.frombuffer(data, np.int16).reshape(-1, self._channels)
        return self._mono(samples), bool(overflowed)

    def _mono(self, samples: Pcm) -> Pcm:
        if self._channel is not None:
            return samples[:, self._channel - 1]
        if self._channels == 2:
            mean: Pcm = samples.mean(axis=1).astype(np.int16)
            return mean
        return samples[:, 0]


class OutputStream(Stream):
    def __init__(self, stream: Any, owner: Owner) -> None:
        super().__init__(stream, owner)
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
        except self._owner.errors as error:
            raise failed("writing failed", error) from error

    def clear(self) -> None:
        """Drop what is queued: silence at once. DeviceError if the device fails."""
        try:
            self._stream.abort()
            self._stream.start()
        except self._owner.errors as error:
            raise failed("writing failed", error) from error

    @property
    def room(self) -> int:
        """Samples that the whole buffer holds."""
        return self._capacity

    def _free(self) -> int:
        try:
            return int(self._stream.write_available)
        except self._owner.errors as error:
            raise failed("the device does not answer", error) from error


def failed(what: str, error: Exception) -> DeviceError:
    """The library's error as one of ours, with what PortAudio and the system said."""
    return DeviceError(f"{what}: {reason(error)}")


def reason(error: Exception) -> str:
    """PortAudioError: (text, code, (host api, host code, host text))."""
    host = error.args[2] if len(error.args) > 2 else None
    detail = f" ({host[2]})" if host and host[2] else ""
    return f"{error.args[0] if error.args else error}{detail}"
