"""Waiting for files that may never be readable, until somebody says that it is over."""

import os
import select
import weakref
from collections.abc import Iterable


class Waiting:
    """One thread waits, any other may end it, once for all."""

    def __init__(self) -> None:
        self._end = os.eventfd(0, os.EFD_CLOEXEC)
        weakref.finalize(self, os.close, self._end)
        self.over = False

    def end(self) -> None:
        """From any thread."""
        self.over = True
        os.eventfd_write(self._end, 1)

    def wait(self, files: Iterable[int] = (), timeout_s: float | None = None) -> list[int]:
        """Of these file descriptors the ones that can be read, or have failed; none when the time
        has passed, or when it is over."""
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        for file in files:
            poll.register(file, select.POLLIN)
        timeout_ms = None if timeout_s is None else max(0.0, timeout_s) * 1000
        ready = [file for file, _ in poll.poll(timeout_ms)]
        return [] if self.over else ready
