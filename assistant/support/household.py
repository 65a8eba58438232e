"""What is personal here, so that it is shown nowhere; and of the household's file the numbers."""

import os
import platform
import pwd
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.doctor import household
from assistant.doctor.household import Book

_OURS = {"root", "assistant", "kitchen-assistant", "nobody"}
"""Users that are nobody, whose names stand in messages."""


def counts(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Numbers, and separately the words that must be shown nowhere."""
    try:
        book = household.look(path)
    except (sqlite3.Error, ValueError, OSError) as error:
        return {"readable": False, "error": type(error).__name__}, ()
    if book is None:
        return {"readable": True, "there": False}, ()
    return _numbers(path, book), book.words


def people(environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Names of users, of this host, and of what lies in their folders."""
    user = _user()
    names = [environment.get(name, "") for name in ("USER", "LOGNAME", "SUDO_USER")]
    if user is not None:
        names += [user.pw_name, *user.pw_gecos.split(",")]
    names.append(Path.home().name)
    yield from (name for name in names if name not in _OURS)
    host = platform.node()
    yield from (host, host.partition(".")[0], environment.get("HOSTNAME", ""))


def _user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(os.getuid())
    except KeyError:  # a container may run as anybody
        return None


def _numbers(path: Path, book: Book) -> dict[str, Any]:
    return {
        "readable": True,
        "there": True,
        "bytes": path.stat().st_size,
        "alerts": dict(book.alerts),
        "lists": book.lists,
        "items": book.items,
    }
