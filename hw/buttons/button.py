"""What every button can do."""

from collections.abc import Iterator
from typing import Literal, Protocol

Press = Literal["press", "hold", "mute", "louder", "quieter"]
"""What somebody did: pressed a button, held it down, or used a key that is for one thing alone."""


class Button(Protocol):
    """Opened by a context manager."""

    def presses(self) -> Iterator[Press]:
        """Each as it happens; a hold while the button is still down. Ends when waiting is over;
        OSError when the button is gone."""
        ...
