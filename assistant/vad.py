"""Voice activity: receives frames, says how likely each holds a voice."""

from typing import Protocol

from pydantic import Field

from assistant.audio.types import Frame
from assistant.settings import Section


class VoiceDetector(Protocol):
    def push(self, frame: Frame) -> float:
        """Probability (0 to 1) that this frame holds a voice. One answer for every frame. After a
        gap in the stream it hears as if silence had gone before."""
        ...

    def reset(self) -> None:
        """Forget the audio so far, as after loading."""
        ...


class VadSettings(Section):
    engine: str = "silero"
    """Which detector."""
    model: str = "silero-vad"
    """Catalog name of its weights."""
    threshold: float = Field(0.5, gt=0, lt=1)
    """Probability from which a frame counts as voice."""
