"""The part of the assistant that is an alarm clock: it needs no settings, no engine and no sound
card to know what is due, so it is there in a fraction of a second, before all else is imported.

What it finds waits in the inbox until there is a conversation to ring.
"""

from pathlib import Path
from typing import Any

from assistant.bell import Bell
from assistant.clock import Clock, WallClock
from assistant.mailbox import Mailbox
from assistant.moments import zone
from assistant.store import Book, standard_path
from assistant.watch import Watch


class AlarmClock:
    """Made once, by whoever starts first; `close` it last."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: of the book; None: where it is kept on this device."""
        self.clock: Clock = WallClock()
        self.inbox: Mailbox[Any] = Mailbox(self.clock)
        """Of the conversation that is to come."""
        self.book = Book.open(path or standard_path())
        self.bell = Bell(self.book, self.inbox.put, self.clock, Watch(zone()))

    def start(self) -> None:
        """From now on what is due is found, and stored as ringing."""
        if not self.bell.rings:
            self.bell.start()

    def close(self) -> None:
        self.bell.stop()
        self.book.close()
