"""Does the assistant wake, or interrupt, itself? It says sentences that contain its wake words, in
a simulated room, and the real listener hears them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.echo import EchoCanceller
from assistant.evaluate.echo import PAUSE_S, ROOM, cancelled, microphone, replies
from assistant.evaluate.room import Room
from assistant.evaluate.stats import poisson_upper
from assistant.events import Fact, VoiceStarted, WakeDetected, WakeMissed
from assistant.listen import Listener

VOLUMES = (
    replace(ROOM, level_dbfs=-36.0),
    replace(ROOM, level_dbfs=-26.0),
    replace(ROOM, level_dbfs=-16.0, bend=1.0),
)
"""Quiet, usual, and so loud that the loudspeaker distorts and the microphone clips now and then."""


def measure(
    spoken: Sequence[Pcm], room: Room, canceller: EchoCanceller, listener: Callable[[], Listener]
) -> list[dict[str, Any]]:
    """Two rows, with the canceller and without. `listener`: makes a fresh one."""
    far = replies(spoken, sum(len(pcm) / RATE + PAUSE_S for pcm in spoken) + 1)
    near = microphone(far, room)
    streams = {True: cancelled(canceller, near, far), False: near}
    return [
        {"volume_dbfs": room.level_dbfs, "cancel": cancel, **_count(pcm, listener())}
        for cancel, pcm in streams.items()
    ]


def _count(pcm: Pcm, listener: Listener) -> dict[str, Any]:
    facts: list[Fact] = []
    for at in range(0, len(pcm) - FRAME + 1, FRAME):
        facts += listener.push(Frame(at, pcm[at : at + FRAME], sounding=True))
    kinds = Counter(type(fact) for fact in facts)
    minutes = len(pcm) / RATE / 60
    return {
        "minutes": round(minutes, 2),
        "wakes": kinds[WakeDetected],
        "wakes_per_hour_upper_95": poisson_upper(kinds[WakeDetected], minutes / 60),
        "near_misses": kinds[WakeMissed],
        "voices": kinds[VoiceStarted],
        "voices_per_minute": kinds[VoiceStarted] / minutes,
    }
