"""From the first promise of an engine to somebody who is heard."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

from assistant.app import Assistant
from assistant.audio.types import AudioSource
from assistant.errors import AssistantError, ModelError
from assistant.parts import Parts

log = logging.getLogger(__name__)

ESSENTIAL = ("wake", "vad", "stt", "tts")
"""Without one of these nobody can be answered; without the others, less well."""


class Arming:
    """Has the engines loaded, and listens as soon as the ears are there."""

    def __init__(self, load: Callable[[Parts], None]) -> None:
        """`load` keeps the promises, and returns when all are kept or broken."""
        self._load = load
        self.parts = Parts()
        self.armed = False
        """Somebody who calls is heard, if there is a microphone."""
        self.failure: BaseException | None = None
        """Why nobody is answered: an engine that it takes cannot be loaded."""

    def run(self, assistant: Assistant, source: AudioSource) -> None:
        """In a thread of its own, until all is loaded."""
        for role, promise in self.parts.items():
            promise.add_done_callback(partial(self._note, role))
        loading = threading.Thread(target=self._load, args=[self.parts], name="loading")
        loading.start()
        with suppress(AssistantError):  # it is told where the promise is broken
            assistant.hear(source)
            self.armed = True
        loading.join()
        if self.failure is None:
            assistant.warm()  # now that whoever calls is heard

    @property
    def broken(self) -> dict[str, str]:
        """Roles whose engines cannot be loaded, and why."""
        return {
            role: str(promise.exception())
            for role, promise in self.parts.items()
            if promise.done() and promise.exception() is not None
        }

    def _note(self, role: str, promise: "Future[object]") -> None:
        error = promise.exception()
        if error is None:
            return
        # A mistake in the configuration is for whoever made it, who may be looking.
        if role in ESSENTIAL or not isinstance(error, ModelError):
            log.critical("nobody is answered: %s", error)
            self.failure = self.failure or error
        else:
            log.error("it goes on without %s: %s", role, error)
