"""The loudspeaker: plays what it is given, falls silent at once, notices when it is gone.

A thread of its own keeps the device fed (see `feed.py`), finds it again when it was lost, and tells
who waits in `write`.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from assistant.audio.beat import Beat
from assistant.audio.feed import ASLEEP_S, BLOCK_S, Feed, Loudness
from assistant.audio.patience import Patience
from assistant.audio.portaudio import PortAudio
from assistant.audio.reference import Reference
from assistant.audio.streams import OutputStream
from assistant.audio.types import AudioChunk, Cancelled
from assistant.audio.urgency import hurry
from assistant.clock import Clock
from assistant.errors import DeviceError, StageError
from assistant.events import DeviceFound, DeviceLost
from assistant.speaker import SpeakerSettings

log = logging.getLogger(__name__)

BUFFER_S = 0.5
"""Seconds that the device can hold; it is rarely filled."""
GIVE_UP_S = 3.0
"""What is to be said waits this long for a loudspeaker that is gone."""
_GLANCE_S = 0.01


@dataclass(slots=True)
class Playback:
    """What happened so far; written by the loudspeaker's thread."""

    underruns: int = 0
    """Times that the device ran dry in the middle of a sound."""
    losses: int = 0
    """Times that the device was lost."""


class Loudspeaker:
    """An `AudioSink`."""

    def __init__(
        self,
        host: PortAudio,
        settings: SpeakerSettings,
        clock: Clock,
        reference: Reference,
        report: Callable[[DeviceLost | DeviceFound], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """`ended` is called when the thread ends, which it does by itself only if there is a bug:
        an assistant without a voice must not live on as if nothing was the matter."""
        self._host = host
        self._settings = settings
        self._clock = clock
        self._reference = reference
        self._report = report
        self._ended = ended
        self._changed = threading.Condition()
        """Guards the five below."""
        self._waiting: deque[AudioChunk] = deque()
        """Blocks to be played."""
        self._clear = False
        """What the device holds is not wanted any more."""
        self._closed = False
        self._present = True
        self._lost_s = 0.0
        self._patience = Patience(host, clock)
        self._beat = Beat(clock)
        """Of the playing thread."""
        self._underruns = 0
        """Before the present stream was opened."""
        self._loudness = Loudness(settings.volume, settings.duck_db)
        self.playback = Playback()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="loudspeaker")
        self._running: Future[None] | None = None

    def start(self) -> None:
        self._running = self._thread.submit(self._run)

    def close(self) -> None:
        """From any thread; what is playing is cut off. What ended the thread before is raised."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.shutdown()
        if self._running is not None:
            self._running.result()

    def check(self) -> None:
        """From any thread, now and then: is the thread that plays stuck inside the device?"""
        missing = self._beat.missing()
        if self._running is not None and missing is not None:
            self._lost(missing)

    def duck(self, on: bool) -> None:
        """From any thread."""
        self._loudness.ducked = on

    def set_volume(self, volume: float) -> None:
        """From any thread. 0 to 1, see SpeakerSettings."""
        self._loudness.volume = volume

    def write(self, chunk: AudioChunk, cancelled: Cancelled) -> bool:
        """Play the chunk; returns when its last block was handed to the device, False if cut short.

        StageError("player", "lost") if the loudspeaker is gone and stays away for `GIVE_UP_S`.
        """
        size = max(1, round(BLOCK_S * chunk.rate))
        blocks = [
            replace(chunk, pcm=chunk.pcm[at : at + size]) for at in range(0, len(chunk.pcm), size)
        ]
        with self._changed:
            self._waiting.extend(blocks)
            self._changed.notify_all()
            while self._waiting:
                if cancelled():
                    self._drop()
                    return False
                if self._gone_for_long():
                    self._drop()
                    raise StageError("player", "lost", "The loudspeaker is gone.")
                self._changed.wait(_GLANCE_S)
            return not cancelled()

    def _drop(self) -> None:
        self._waiting.clear()
        self._clear = True
        self._changed.notify_all()

    def _gone_for_long(self) -> bool:
        return self._closed or (not self._present and self._clock.now() - self._lost_s > GIVE_UP_S)

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        hurry()
        try:
            self._keep_playing()
        finally:
            self._closed = True  # nobody waits in `write` for a thread that is gone
            self._ended()

    def _keep_playing(self) -> None:
        while not self._closed:
            self._beat.seen()
            try:
                with self._host.output(self._settings.device, BUFFER_S) as stream:
                    self._feed(stream)
            except DeviceError as error:
                self._lost(str(error))
                self._patience.wait(self._wanted)

    def _feed(self, stream: OutputStream) -> None:
        """What goes wrong is reported before the device is closed, for that may take long."""
        self._underruns = self.playback.underruns
        try:
            feed = Feed(stream, self._clock, self._reference, self._loudness)
            for _ in self._play(stream, feed):
                self._patience.reset()
                self._found()
        except DeviceError as error:
            self._lost(str(error))
            raise

    def _wanted(self) -> bool:
        self._beat.seen()
        return not self._closed

    def _play(self, stream: OutputStream, feed: Feed) -> Iterator[None]:
        """Until somebody wants the device closed; yields whenever the device is seen to play.
        DeviceError when it fails or hangs."""
        while self._wanted() and not stream.wanted_back:
            ahead_s, prebuffer_s = feed.ahead_s(), self._settings.prebuffer_s
            # The longer it stands still, the more it is given: it may wait for that.
            room_s = stream.room / stream.rate - BLOCK_S - prebuffer_s
            more_s = max(0.0, min(feed.still_s(), room_s))
            block, clear = self._next(feed.asleep or ahead_s < prebuffer_s + more_s)
            if clear:
                feed.clear()
            elif block is not None:
                stream.busy = True
                feed.sound(block)
                self._done(block)
            elif ahead_s < (ASLEEP_S if feed.asleep else prebuffer_s / 2 + more_s):
                # Not sooner: who speaks needs a moment between two sentences.
                feed.silence()
                stream.busy = not feed.asleep
            else:
                self._rest(ahead_s - ASLEEP_S / 2 if feed.asleep else BLOCK_S / 2)
            self.playback.underruns = self._underruns + feed.underruns
            if feed.alive:
                yield

    def _next(self, ready: bool) -> tuple[AudioChunk | None, bool]:
        """The next block, if there is one and the device is ready for it; and whether what the
        device holds must go first."""
        with self._changed:
            clear, self._clear = self._clear, False
            return (self._waiting[0] if self._waiting and ready and not clear else None), clear

    def _done(self, block: AudioChunk) -> None:
        with self._changed:
            if self._waiting and self._waiting[0] is block:
                self._waiting.popleft()
                self._changed.notify_all()

    def _rest(self, seconds: float) -> None:
        """Or until there is something to do."""
        with self._changed:
            if not self._closed and not self._clear:
                self._changed.wait(seconds)

    def _lost(self, reason: str) -> None:
        if self._present:
            self._present, self._lost_s = False, self._clock.now()
            self.playback.losses += 1
            log.warning("loudspeaker lost: %s", reason)
            self._report(DeviceLost("loudspeaker", reason))

    def _found(self) -> None:
        if not self._present:
            self._present = True
            log.warning("loudspeaker found")
            self._report(DeviceFound("loudspeaker"))
