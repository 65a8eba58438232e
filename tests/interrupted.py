"""Work that ends at each of its changes of the disk, one after the other."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

CHANGES = ("replace", "rename", "symlink", "unlink", "rmdir", "mkdir", "fsync", "chmod", "chown")
"""Functions of `os`, through which all others go."""

Stop = Callable[[int, Callable[[], object]], bool]
"""Does some work until its nth change of the disk, counted from 0; whether it got there."""


class PowerCut(BaseException):
    """Nothing is done any more: not even what is in a `finally`."""


def cut_at(step: int, work: Callable[[], object]) -> bool:
    """That change and all after it are not made: the power fails."""

    def before(number: int) -> None:
        if number >= step:
            raise PowerCut

    with _changes(before, lambda _: None, (*CHANGES, "open")):
        return _is_stopped(work, PowerCut)


def interrupted_at(step: int, work: Callable[[], object]) -> bool:
    """That change is made, and what is cleaned up then is: Ctrl-C."""

    def after(number: int) -> None:
        if number == step:
            raise KeyboardInterrupt

    with _changes(lambda _: None, after, CHANGES):
        return _is_stopped(work, KeyboardInterrupt)


def _is_stopped(work: Callable[[], object], by: type[BaseException]) -> bool:
    try:
        work()
    except by:
        return True
    return False


@contextmanager
def _changes(
    before: Callable[[int], None], after: Callable[[int], None], names: tuple[str, ...]
) -> Iterator[None]:
    """Both are called with the number of each change."""
    count = 0

    def watched(real: Callable[..., object]) -> Callable[..., object]:
        def instead(*arguments: object, **options: object) -> object:
            nonlocal count
            number, count = count, count + 1
            before(number)
            try:
                return real(*arguments, **options)
            finally:
                after(number)

        return instead

    instead: dict[str, Any] = {name: watched(getattr(os, name)) for name in names}
    with mock.patch.multiple(os, **instead):
        yield
