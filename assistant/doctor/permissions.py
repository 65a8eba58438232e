"""What a service should be allowed beyond the ordinary."""

from collections.abc import Iterator

from assistant.audio.urgency import NICENESS
from assistant.doctor.check import Check
from hw.memory_lock import REMEDY
from hw.permissions import Permissions


def checks(allowed: Permissions) -> Iterator[Check]:
    """Both make it better, neither is needed."""
    if allowed.niceness <= NICENESS:
        yield Check("audio first", "green", "Listening and speaking go before other work.")
    else:
        yield Check(
            "audio first",
            "yellow",
            "Listening and speaking may not go before other work: when the machine is busy, words "
            "are missed.",
            f"A service needs `LimitNICE={NICENESS}`, a login `nice {NICENESS}` in limits.conf.",
        )
    if allowed.lock_memory:
        yield Check("memory lock", "green", "Models may be kept from being evicted from memory.")
    else:
        yield Check(
            "memory lock",
            "yellow",
            "Models may be evicted from memory: after a long rest an answer can be late.",
            f"{REMEDY[0].upper()}{REMEDY[1:]}.",
        )
