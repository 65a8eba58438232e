"""The listening thread: frames into the ring, facts into the inbox. Takes no orders."""

import threading
from collections.abc import Callable

from assistant.audio.ring import Ring
from assistant.audio.types import AudioSource
from assistant.events import Fact
from assistant.listen import Listener


class Ear:
    """Runs a Listener over a source in a thread of its own."""

    def __init__(
        self,
        source: AudioSource,
        ring: Ring,
        listener: Listener,
        post: Callable[[Fact], None],
        ended: Callable[[], None],
    ) -> None:
        self._source = source
        self._ring = ring
        self._listener = listener
        self._post = post
        self._ended = ended
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        for frame in self._source.frames():
            self._ring.write(frame.start, frame.pcm)
            for fact in self._listener.push(frame):
                self._post(fact)
        self._ended()
