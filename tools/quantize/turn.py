"""Whose turn it is to measure on this machine: figures that two take at a time mean little."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

from platformdirs import user_cache_path

from assistant.errors import InputError
from models.storage import locked

_LOCK = "measuring"
_HOLDER = "measuring.txt"
"""Process and command of whoever has the lock. Only for words: the lock itself is the kernel's."""

Told = Callable[[str], None]
"""Takes who measures now: "`quantize sweep` (process 4711)"."""


def cache_root() -> Path:
    """Where this machine keeps what came to be measured, and whose turn it is: `quantize` in the
    user's cache folder (XDG_CACHE_HOME)."""
    return user_cache_path("kitchen-assistant") / "quantize"


def refused(holder: str) -> NoReturn:
    """For `turn`, where nobody wants to wait. Raises InputError."""
    raise InputError(
        f"{holder} measures on this machine, and two at a time spoil each other's times: start this"
        " again when that has ended."
    )


@contextmanager
def turn(root: Path, command: str, on_wait: Told = refused) -> Iterator[None]:
    """Nobody else measures on this machine meanwhile; it ends with the process at the latest.

    `root`: `cache_root()`; `command`: ours, for others. `on_wait` is told who measures now, and may
    raise; if it does not, that one is waited for. Raises InputError if `root` cannot be used.
    """
    holder = root / _HOLDER
    with ExitStack() as held:
        try:
            # Recordings may come to lie here, which are nobody else's business.
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            held.enter_context(locked(root, _LOCK, lambda: on_wait(_named(holder))))
            holder.unlink(missing_ok=True)  # of one that was killed, maybe as another user
            holder.write_text(f"{os.getpid()} {command}")
        except OSError as error:
            raise InputError(
                f"{error.filename or root} cannot be used ({error.strerror}): set XDG_CACHE_HOME to"
                " a folder of your own."
            ) from error
        held.callback(holder.unlink, missing_ok=True)
        yield


def _named(holder: Path) -> str:
    """Who has the lock; who that is cannot be known while it has only begun, or ends."""
    try:
        process, _, command = holder.read_text("utf-8").partition(" ")
    except (OSError, UnicodeDecodeError):
        process, command = "", ""
    is_there = process.isdigit() and Path("/proc", process).exists()
    return f"`{command}` (process {process})" if is_there and command else "Something else"
