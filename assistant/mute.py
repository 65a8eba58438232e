"""Mute: the microphone is closed, so that nothing at all can be heard. It stays so over a restart,
because whoever closed it counts on that."""

import logging
from typing import Protocol

from assistant.errors import StageError
from assistant.store import Book

log = logging.getLogger(__name__)

SETTING = "muted"
"""Its name among the book's settings."""


class Closable(Protocol):
    def mute(self, on: bool) -> None:
        """From any thread: close the device, or open it again."""
        ...


class Mute:
    """Of one microphone."""

    def __init__(self, microphone: Closable, book: Book) -> None:
        """As it was left."""
        self._microphone = microphone
        self._book = book
        self.on = self._remembered
        microphone.mute(self.on)

    def toggle(self) -> None:
        """From any thread, or a signal handler, which must not wait for a disk."""
        self.on = not self.on
        self._microphone.mute(self.on)

    def remember(self) -> None:
        """Now and then: a disk that refuses is asked again."""
        if self._remembered != self.on:
            try:
                self._book.put_setting(SETTING, float(self.on))
            except StageError as error:
                log.debug("that it is muted, or not, is not remembered: %s", error)

    @property
    def _remembered(self) -> bool:
        return bool(self._book.settings.get(SETTING, 0.0))
