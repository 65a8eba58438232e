"""End of turn: receives the audio of a turn so far, says how likely the speaker has finished."""

from typing import Protocol

from pydantic import Field

from assistant.audio.types import Pcm
from assistant.settings import Section


class TurnDetector(Protocol):
    def probability(self, pcm: Pcm) -> float:
        """Probability (0 to 1) that the turn is over. `pcm`: shape (n,), int16, 16 kHz, the whole
        turn with the pause at its end; only its last seconds need be looked at."""
        ...


class TurnSettings(Section):
    engine: str = "smart_turn"
    """Which detector; "none" waits a fixed silence."""
    model: str = "smart-turn-v3.2"
    """Catalog name of its weights."""
    threads: int = Field(1, ge=1, le=64)
    """CPU threads. Left out or "auto": as suits the board (`assistant hw`)."""
