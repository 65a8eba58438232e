"""No front end: for boards whose microphone array cancels the echo itself, and for headphones."""

from assistant.audio.types import Pcm
from assistant.echo import EchoSettings
from assistant.engines import ModelPath


class Unchanged:
    """The `EchoCanceller` that gives back what it gets."""

    delay: int = 0

    @classmethod
    def load(cls, settings: EchoSettings, model: ModelPath) -> "Unchanged":
        """There is no model file."""
        return cls()

    def process(self, near: Pcm, far: Pcm) -> Pcm:
        if near.shape != far.shape:
            raise ValueError(f"near and far differ in shape: {near.shape}, {far.shape}")
        return near

    def reset(self) -> None:
        """It remembers nothing."""
