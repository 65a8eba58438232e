"""One assistant for one household: two would ring at once, and answer each other."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import InputError
from assistant.store import standard_path

log = logging.getLogger(__name__)

_AGAIN_S = 0.2


@contextmanager
def only_one(folder: Path | None = None, patience_s: float = 0.0) -> Iterator[None]:
    """InputError if another process is in here for so long, for the same `folder` (None: of the
    household's book). The kernel lets go of the lock when the process ends, however it does."""
    path = (standard_path().parent if folder is None else folder) / "running.lock"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:  # a household that cannot be written: nothing is shared either
        log.info("nobody keeps a second assistant from running: %s", error)
        yield
        return
    try:
        _take(file, time.monotonic() + patience_s)
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _take(file: int, until_s: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= until_s:
                other = os.pread(file, 32, 0).decode("ascii", "replace").strip() or "unknown"
                raise InputError(
                    f"Another assistant is running for this household (process {other}): "
                    "stop it first, `systemctl stop assistant` if it is the service."
                ) from error
        time.sleep(_AGAIN_S)
