"""The listening thread: frames into the ring, facts into the inbox. Takes no orders."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter

from assistant.audio.ring import Ring
from assistant.audio.types import AudioSource
from assistant.audio.urgency import hurry
from assistant.clock import Clock
from assistant.events import Fact
from assistant.listen import Listener
from assistant.pace import Pace


class Ear:
    """Runs a Listener over a source in a thread of its own."""

    def __init__(
        self,
        source: AudioSource,
        ring: Ring,
        listener: Listener,
        post: Callable[[Fact], None],
        ended: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._source = source
        self._ring = ring
        self._listener = listener
        self._post = post
        self._ended = ended
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="listen")
        self._running: Future[None] | None = None
        self.pace = Pace()
        """How long each frame took, from its arrival on."""
        self.heard_s: float | None = None
        """Clock time when the last frame had been listened to; None: none was yet."""

    def attend(self, on: bool) -> None:
        """From any thread, see Listener."""
        self._listener.attend(on)

    def start(self) -> None:
        self._running = self._thread.submit(self._run)

    def join(self) -> None:
        """Wait for the thread; what ended it before its source did is raised here."""
        self._thread.shutdown()
        if self._running is not None:
            self._running.result()

    def _run(self) -> None:
        hurry()
        try:
            for frame in self._source.frames():
                began_s = perf_counter()
                self._ring.write(frame.start, frame.pcm)
                for fact in self._listener.push(frame):
                    self._post(fact)
                self.pace.add(perf_counter() - began_s)
                self.heard_s = self._clock.now()
        finally:
            self._ended()
