"""Echo cancellation and the rest of the front end: receives what the microphone heard and what the
loudspeaker played, returns what the room said."""

from typing import Protocol

from pydantic import Field

from assistant.audio.types import Pcm
from assistant.settings import Section


class EchoCanceller(Protocol):
    def process(self, near: Pcm, far: Pcm) -> Pcm:
        """`near`: from the microphone; `far`: from the loudspeaker at the same time, as far as it
        is known, zeros where it was silent. Both have one shape, (160 k,), int16, 16 kHz, whole
        blocks of 10 ms; so has the result. Blocks must follow each other; after a gap, `reset`."""
        ...

    def reset(self) -> None:
        """Forget the room and the audio so far, as after loading."""
        ...


class EchoSettings(Section):
    engine: str = "webrtc"
    """Which front end; "none" gives the microphone's signal as it is."""
    cancel: bool = True
    """Remove the assistant's own sound. Without it a voice cannot interrupt a reply."""
    noise_suppression: int = Field(0, ge=0, le=4)
    """0 is off, 4 the strongest. Speech recognition is used to noise: see docs/log.md."""
    gain_control: bool = False
    """Bring soft and loud voices to one level."""
    high_pass: bool = True
    """Remove rumble below the voice; part of echo cancellation."""
