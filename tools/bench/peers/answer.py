"""One request and what a system made of it."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from assistant.audio.types import Pcm
from tools.bench.peers.request import Request

AUDIBLE = 32_768 * 10 ** (-45 / 20)
"""Smallest sample that counts as heard: -45 dBFS, as for `assistant turn`."""


@dataclass(frozen=True, slots=True)
class Answer:
    transcript: str
    reply: str
    response_s: float | None
    """First audible sample of the reply minus the end of speech; None if nothing was heard."""
    cut: bool = False
    """The system took the turn for over before the person had finished."""
    by: Literal["skill", "llm"] = "llm"
    """What answered."""


class System(Protocol):
    name: str

    def answer(self, request: Request) -> Answer:
        """Hear the request in real time and answer it. Returns when nothing computes any more."""
        ...


def quiet_s(pcm: Pcm, rate: int) -> float | None:
    """Seconds before the first sample that can be heard; None if none can. `pcm`: shape (n,)."""
    loud = np.abs(pcm.astype(np.int32)) > AUDIBLE
    return int(np.argmax(loud)) / rate if loud.any() else None


def sounded(heard_at: float, pcm: Pcm, rate: int) -> float | None:
    """The moment (`time.monotonic`) at which audio that came at `heard_at` becomes audible."""
    after = quiet_s(pcm, rate)
    return None if after is None else heard_at + after
