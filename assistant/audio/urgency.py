"""Threads that must not wait: a microphone not read and a loudspeaker not fed are heard at once.
And those that may: what they compute is of use later, or to nobody who waits."""

import logging
import os
import threading

log = logging.getLogger(__name__)

NICENESS = -11
"""As sound servers choose for themselves: before everything ordinary, after what is real time."""


def hurry() -> None:
    """Let the calling thread, and those that it starts, go before others. Where that is not
    allowed, it goes with them: a service is allowed by `LimitNICE=-11`."""
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
