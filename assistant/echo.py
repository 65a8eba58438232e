"""Echo cancellation and the rest of the front end: receives what the microphone heard and what the
loudspeaker played, returns what the room said."""

from typing import Protocol

from pydantic import Field

from assistant.audio.types import Pcm
from assistant.settings import Section

BLOCK = 160
"""Samples of one block: 10 ms."""


class EchoCanceller(Protocol):
    delay: int
    """Samples by which the result is behind `near`."""

    def process(self, near: Pcm, far: Pcm) -> Pcm:
        """`near`: from the microphone; `far`: from the loudspeaker at the same time, as far as it
        is known, zeros where it was silent. Both have one shape, (160 k,), int16, 16 kHz, whole
        blocks of 10 ms; so has the result. Blocks must follow each other; after a gap, `reset`.

        An echo may come later than its `far`, by half a second at most; 2 ms *earlier* is already
        half lost. So a reference that cannot be aligned exactly is given early. ValueError if the
        shapes are others.
        """
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
    """0 is off; 1 to 4 take away 6, 12, 18 or 21 dB. Speech recognition is used to noise: see
    docs/log.md."""
    gain_control: bool = False
    """Bring soft and loud voices to one level."""
    high_pass: bool = True
    """Remove rumble below the voice; part of echo cancellation."""
