"""The microphone: finds it, hears it, notices when it is gone, and finds it again. For months.

Runs in the listening thread. Nothing here waits inside a device, so a microphone that hangs, or
falls silent, or vanishes, is seen within a moment; from then on it is tried again and again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from assistant.audio.beat import Beat
from assistant.audio.front_end import FrontEnd
from assistant.audio.patience import SLICE_S, Patience
from assistant.audio.portaudio import PortAudio
from assistant.audio.resample import LiveResampler
from assistant.audio.streams import InputStream
from assistant.audio.timeline import Timeline
from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.clock import Clock
from assistant.errors import AbsentError, DeviceError
from assistant.events import MUTED, DeviceFound, DeviceLost
from assistant.mic import MicSettings
from assistant.pace import Pace
from assistant.pulse import Capture as Doing

log = logging.getLogger(__name__)

RELAXED = 5
"""Frames fetched at a time while nobody has the floor, two hops of the wake word: what wakes up a
fifth as often, and finds its code in the cache, needs half the processor. A wake word is noticed up
to 128 ms later."""
STALL_S = 0.5
"""No sample for this long: the device hangs. Deliveries are 16 ms apart; a busy machine's worst
delay is a tenth of this."""
FIRST_S = 1.5
"""The same for the first sample: a sound server may have to wake the device."""
_LATE_S = 0.01
"""Who is in no hurry looks that much later than the samples are due: a device delivers in lumps."""
_GLANCE_S = 0.012
"""Between two looks at a device that is late."""


@dataclass(slots=True)
class Capture:
    """What happened so far; written by the listening thread, read by whoever reports it."""

    frames: int = 0
    overflows: int = 0
    """Times that samples were lost because nobody fetched them."""
    lost_s: float = 0.0
    """Seconds of audio lost that way."""
    losses: int = 0
    """Times that the device was lost."""
    sound_s: float | None = None
    """Clock time of the last delivery that was not all zeros; None: there was none yet."""


class Microphone:
    """An `AudioSource` that never ends by itself."""

    def __init__(
        self,
        host: PortAudio,
        settings: MicSettings,
        clock: Clock,
        front_end: FrontEnd,
        report: Callable[[DeviceLost | DeviceFound], None],
    ) -> None:
        self._host = host
        self._settings = settings
        self._clock = clock
        self._front_end = front_end
        self._report = report
        self._patience = Patience(host, clock)
        self._beat = Beat(clock)
        """Of the reading thread."""
        self._batch = RELAXED
        self._muted = False
        self._closed = False
        self._present = True
        """What was reported last: it is expected to be there."""
        self._closed_on_purpose = False
        """The loss that was reported last was a mute."""
        self._silent = False
        """It was lost because of digital silence."""
        self._absent = False
        """The last attempt to open it found that there is none."""
        self.capture = Capture()
        self.pace = Pace()
        """How long it took from fetching samples to frames without echo."""

    def frames(self) -> Iterator[Frame]:
        """From 0 on, 512 samples each; where the microphone was away, sample indices are left out
        so that they keep pace with the clock. Ends after `close`."""
        began_s = self._clock.now()
        while not self._closed:
            self._beat.seen()
            if self._muted:
                self._lose(MUTED)
                self._clock.advance(self._clock.now() + SLICE_S)
                continue
            try:
                with self._opened() as stream:
                    self._absent = False
                    for frame in self._hear(stream, began_s):
                        self._patience.reset()
                        self._find(frame)
                        yield frame
            except DeviceError as error:
                self._absent = isinstance(error, AbsentError)
                self._lose(str(error))
                self._patience.wait(self._wanted)

    @contextmanager
    def _opened(self) -> Iterator[InputStream]:
        """What goes wrong is reported before the device is closed, for that may take long."""
        mic = self._settings
        with self._host.input(mic.device, mic.channel, mic.buffer_s) as stream:
            try:
                yield stream
            except DeviceError as error:
                self._silent |= isinstance(error, SilentError)
                self._lose(str(error))
                raise

    def _wanted(self) -> bool:
        self._beat.seen()
        return not self._closed

    def check(self) -> None:
        """From any thread, now and then: is the thread that reads stuck inside the device?"""
        if (missing := self._beat.missing()) is not None:
            self._lose(missing)

    @property
    def doing(self) -> Doing:
        """From any thread: whether sound should be coming."""
        if self._muted:
            return "muted"
        return "absent" if self._absent else "open"

    @property
    def present(self) -> bool:
        """It was not reported lost."""
        return self._present

    def relax(self, on: bool) -> None:
        """From any thread: fetch `RELAXED` frames at a time, or each as soon as it is there."""
        self._batch = RELAXED if on else 1

    def mute(self, on: bool) -> None:
        """From any thread: close the device, so that nothing can be heard, or open it again."""
        self._muted = on

    def close(self) -> None:
        """From any thread: let `frames` end."""
        self._closed = True

    def _hear(self, stream: InputStream, began_s: float) -> Iterator[Frame]:
        """Until somebody wants the device closed. DeviceError when it fails or hangs."""
        resampler = LiveResampler(stream.rate, RATE)
        passed = Timeline(stream.rate)
        opened_s = heard_s = self._clock.now()
        origin = self._front_end.begin(round((opened_s - began_s) * RATE))
        captured = there = 0
        silence = _Silence(self._settings.silent_s)
        while not (self._closed or self._muted or stream.wanted_back):
            missing = self._front_end.missing + (self._batch - 1) * FRAME
            wanted = min(-(-missing * stream.rate // RATE), stream.buffer // 2)
            before, there = there, stream.available()
            self._beat.seen()
            now = self._clock.now()
            if there != before:
                heard_s = now
            elif now - heard_s > (STALL_S if captured else FIRST_S):
                raise DeviceError(f"no sound arrived for {now - heard_s:.1f} s")
            if there < wanted:
                late_s = _LATE_S if self._batch > 1 else 0.0
                due_s = (wanted - there) / stream.rate + late_s
                self._clock.advance(now + max(_GLANCE_S, due_s))
                continue
            pcm, overflowed = stream.read(there)
            captured, there = captured + there, 0
            self._count(passed.observe(captured, now), overflowed)
            if silence.check(pcm, stream.rate):
                self.capture.sound_s = now
            began = round(passed.time(0) * RATE) - origin
            frames = self._front_end.push(resampler.push(pcm), began)
            self.pace.add(self._clock.now() - now)
            for frame in frames:
                self.capture.frames += 1
                yield frame

    def _count(self, lost_s: float, overflowed: bool) -> None:
        if lost_s or overflowed:
            self.capture.overflows += 1
            self.capture.lost_s += lost_s
            log.warning("the microphone was not read in time; %.3f s are lost", lost_s)

    def _lose(self, reason: str) -> None:
        """Told once, and again if it is now for the other reason that somebody closed it, or that
        it is gone as well: lights must not show the one for the other."""
        closed = reason == MUTED
        if self._present or closed != self._closed_on_purpose:
            self._present, self._closed_on_purpose = False, closed
            self.capture.losses += 1
            log.warning("microphone lost: %s", reason)
            self._report(DeviceLost("microphone", reason))

    def _find(self, frame: Frame) -> None:
        """One that delivered nothing but zeros is back when it delivers anything else."""
        if not self._present and (not self._silent or np.any(frame.pcm)):
            self._present, self._silent = True, False
            log.warning("microphone found")
            self._report(DeviceFound("microphone"))


class SilentError(DeviceError):
    """The device delivers samples, all of them zero."""


class _Silence:
    """A working microphone always hears something; a dead one may deliver zeros for ever."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._lasted_s = 0.0

    def check(self, pcm: Pcm, rate: int) -> bool:
        """Whether there is any sound. SilentError if nothing but zeros came for too long."""
        if np.any(pcm):
            self._lasted_s = 0.0
            return True
        self._lasted_s += len(pcm) / rate
        if self._lasted_s > self._longest_s:
            raise SilentError(f"nothing but digital silence for {self._longest_s:g} s")
        return False
