"""One open loudspeaker stream, kept fed: resampled, at the right loudness, never far ahead.

*Awake*, it is `prebuffer_s` ahead of the listener and writes 20 ms at a time; what it plays goes to
the echo canceller's reference. *Asleep*, it writes long stretches of silence: that costs next to
nothing, keeps the sound card from cutting off first words, and shows soon that a device is gone.
"""

import numpy as np

from assistant.audio.reference import Reference
from assistant.audio.resample import LiveResampler, to_pcm
from assistant.audio.streams import OutputStream
from assistant.audio.timeline import Timeline
from assistant.audio.types import RATE, AudioChunk, Pcm
from assistant.clock import Clock
from assistant.errors import DeviceError

BLOCK_S = 0.02
"""Seconds written at a time while awake: how soon it can fall silent."""
ASLEEP_S = 0.2
"""Seconds of silence written at a time while asleep."""
LINGER_S = 1.0
"""Stays awake for this long after a sound: another sentence may follow."""
STALL_S = 1.5
"""A device that plays nothing of what it was given for this long hangs. A sound server that slept
may take a second to begin."""


STILL_S = 0.1
"""A device that plays nothing of what it was given for this long may have run dry. Devices move in
lumps of up to 50 ms, on a busy machine of more: it is no underrun yet."""


URGENT_VOLUME = 0.5
"""What rings is at least so loud: it is heard in the room, whatever the volume is."""


class Loudness:
    """How loud, as one factor that never jumps. Set from any thread, read by one."""

    def __init__(self, volume: float, duck_db: float) -> None:
        self.volume = volume
        self.ducked = False
        self._duck: float = 10 ** (duck_db / 20)
        self._last = self._wanted()

    def apply(self, pcm: Pcm, urgent: bool = False) -> Pcm:
        """The samples, shape (n,), int16, with a ramp from the last factor to the one wanted;
        what is urgent, at `URGENT_VOLUME` at least."""
        wanted = max(self._wanted(), URGENT_VOLUME**2) if urgent else self._wanted()
        if wanted == self._last == 1:
            return pcm
        ramp = np.linspace(self._last, wanted, len(pcm), dtype=np.float32)
        self._last = wanted
        return to_pcm(pcm * ramp / np.float32(32768))

    def _wanted(self) -> float:
        """The ear hears half as loud at a tenth of the power: the square is near enough."""
        loud: float = self.volume**2
        return loud * (self._duck if self.ducked else 1.0)


class Feed:
    """Used by one thread. Every method raises DeviceError when the device fails or hangs."""

    def __init__(
        self, stream: OutputStream, clock: Clock, reference: Reference, loudness: Loudness
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._reference = reference
        self._loudness = loudness
        self._passed = Timeline(stream.rate)
        self._written = 0
        self._referred = 0
        """Samples given to the reference since the stream was last emptied."""
        self._to_device = LiveResampler(stream.rate, stream.rate)
        self._to_reference = LiveResampler(stream.rate, RATE)
        self._rate = stream.rate
        self._sound_s = -LINGER_S
        """Clock time of the last sound."""
        self._fresh = True
        """Nothing was played since it was emptied."""
        self._cancel_echo = True
        """Of what was played last, whose end is still in the resampler."""
        self._moved = 0
        self._moved_s = clock.now()
        self.asleep = True
        self.alive = False
        """The device was seen to play something."""
        self.underruns = 0
        """Times that the device ran dry while awake."""

    def ahead_s(self) -> float:
        """Seconds that are queued in the device."""
        queued, now = self._stream.queued(), self._clock.now()
        passed = self._written - queued
        if passed != self._moved or not queued:
            self._moved, self._moved_s = passed, now
            self.alive |= passed > 0
        elif now - self._moved_s > STALL_S:
            raise DeviceError(f"nothing was played for {now - self._moved_s:.1f} s")
        if self._written:
            self._passed.observe(passed, now)
        ahead_s: float = queued / self._stream.rate
        return ahead_s

    def still_s(self) -> float:
        """Seconds since the device last played anything of what it holds; 0 for a moment, and
        while asleep. A sound server that ran dry only goes on once it holds more than before."""
        still_s = self._clock.now() - self._moved_s
        return 0.0 if self.asleep or still_s < STILL_S else still_s

    def sound(self, chunk: AudioChunk) -> None:
        """Write a block that was asked for; wakes up, and then nothing stands before it."""
        if self.asleep:
            self.clear()
            self.asleep = False
        elif not self.ahead_s() and not self._fresh:
            self.underruns += 1
        self._fresh = False
        if chunk.rate != self._rate:
            self._rate = chunk.rate
            self._to_device = LiveResampler(chunk.rate, self._stream.rate)
        self._sound_s = self._clock.now()
        self._cancel_echo = chunk.cancel_echo
        self._write(self._loudness.apply(chunk.pcm, chunk.urgent))

    def silence(self) -> None:
        """Nothing is to be played: stay a little ahead, or fall asleep."""
        if not self.asleep and self._clock.now() - self._sound_s < LINGER_S:
            self._write(np.zeros(round(BLOCK_S * self._rate), np.int16))
            return
        self.asleep = True
        pcm = np.zeros(round(ASLEEP_S * self._stream.rate), np.int16)
        self._stream.write(pcm)
        self._written += len(pcm)

    def clear(self) -> None:
        """Drop what is queued: silence at once."""
        self._stream.clear()
        self._reference.cut(round(self._clock.now() * RATE))
        self._fresh = True
        self._passed = Timeline(self._stream.rate)
        self._to_device = LiveResampler(self._rate, self._stream.rate)
        self._to_reference = LiveResampler(self._stream.rate, RATE)
        self._written = self._referred = self._moved = 0
        self._moved_s = self._clock.now()

    def _write(self, pcm: Pcm) -> None:
        if not self._written:
            self._passed.observe(0, self._clock.now())
        played = self._to_device.push(pcm)
        heard = self._to_reference.push(played)
        at = round(self._passed.time(0) * RATE) + self._referred
        self._reference.write(at, heard if self._cancel_echo else np.zeros_like(heard))
        self._referred += len(heard)
        self._stream.write(played)
        self._written += len(played)
