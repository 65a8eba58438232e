"""One request and what a system made of it."""

from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.audio.quiet import first_sound
from assistant.audio.types import Pcm
from assistant.take import AUDIBLE_DB
from tools.bench.peers.request import Request


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
    first = first_sound(pcm, AUDIBLE_DB)
    return None if first is None else first / rate


def sounded(heard_at: float, pcm: Pcm, rate: int) -> float | None:
    """The moment (`time.monotonic`) at which audio that came at `heard_at` becomes audible."""
    after = quiet_s(pcm, rate)
    return None if after is None else heard_at + after
