"""Text to speech: receives a sentence, streams its audio."""

from collections.abc import Iterator
from typing import Protocol

from pydantic import Field

from assistant.audio.types import AudioChunk, Cancelled
from assistant.settings import Section


class Synthesizer(Protocol):
    rate: int
    """Hertz of all its audio."""

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        """Yield the sentence's audio in order, as it is made; stops between chunks when
        `cancelled` becomes true. Text without anything speakable yields nothing."""
        ...


class TtsSettings(Section):
    engine: str = "piper"
    """Which synthesiser."""
    voice: str = "en_US-joe-medium"
    """Catalog name of the voice."""
    threads: int = Field(2, ge=1, le=64)
    """CPU threads. Left out or "auto": as suits the board (`assistant hw`)."""
    speed: float = Field(1.0, ge=0.5, le=2.0)
    """1 is the voice's own pace; larger is faster."""
    in_pieces: bool = True
    """Speak the beginning of a sentence while the rest is computed. All at once is heard later, but
    is less work."""
    gain_db: float = Field(0.0, ge=-30, le=12)
    """Fixed gain: a per-sentence one would make the level jump."""
