"""Threads that must not wait: a microphone not read and a loudspeaker not fed are heard at once.
And those that may: what they compute is of use later, or to nobody who waits."""

import logging
import os
import threading
from collections.abc import Iterable

log = logging.getLogger(__name__)

NICENESS = -11
"""As sound servers choose for themselves: before everything ordinary, after what is real time."""


_apart: set[int] = set()
"""Processors that are for the audio alone, in this process."""
_before: set[int] = set()
"""All that this process could use before that."""


def set_apart(audio: Iterable[int], engines: Iterable[int]) -> None:
    """Give the audio processors of its own: whatever hurries from now on moves there. The calling
    thread, and all that is started by it, keeps to those of the engines. Where that is not allowed,
    they share."""
    all_there_are = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, engines)
    except OSError as error:
        log.info("audio and engines share all cores: %s", error.strerror)
    else:
        _before.update(all_there_are)
        _apart.update(audio)


def together_again() -> None:
    """The calling thread may use every processor that it might before `set_apart`, and whatever it
    starts as well: a program that it becomes would count only what is left to it."""
    if _before:
        os.sched_setaffinity(0, _before)


def hurry() -> None:
    """Let the calling thread, and those that it starts, go before others. Where that is not
    allowed, it goes with them: a service is allowed by `LimitNICE=-11`."""
    if _apart:
        os.sched_setaffinity(0, _apart)
    thread = threading.get_native_id()
    if os.getpriority(os.PRIO_PROCESS, thread) <= NICENESS:
        return
    try:
        os.setpriority(os.PRIO_PROCESS, thread, NICENESS)
    except PermissionError:
        log.info("audio goes with everything else: a niceness of %d is not allowed", NICENESS)


def stand_back(niceness: int) -> None:
    """Let others go before the calling thread, and before those that it starts: 0 to 19."""
    # On Linux each thread has a niceness of its own; only root may lower it.
    thread = threading.get_native_id()
    if niceness > os.getpriority(os.PRIO_PROCESS, thread):
        os.setpriority(os.PRIO_PROCESS, thread, niceness)
