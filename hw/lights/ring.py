"""What every ring of lights can do, and how bright a colour is made on an LED."""

from collections.abc import Sequence
from typing import Protocol

Rgb = tuple[int, int, int]
"""Red, green, blue, 0 to 255, as a screen shows them (sRGB)."""

_GAMMA = 2.2
"""A screen's 128 is a fifth of its light; an LED's is half. So colours are converted."""


class LightRing(Protocol):
    """Opened by a context manager, which leaves it dark."""

    def show(self, colours: Sequence[Rgb]) -> None:
        """One colour for each light, in order; OSError if they cannot be reached."""
        ...


def led_parts(colour: Rgb, brightness: float, full: int = 255) -> Rgb:
    """What an LED driver is told for a colour. `brightness`: the share of the LED's light that
    white would have, 0 to 1. `full`: the number for all light. A colour is never made dark: what
    would vanish keeps its strongest part at 1."""
    share = [brightness * (part / 255) ** _GAMMA for part in colour]
    red, green, blue = (min(full, round(full * part)) for part in share)
    if any(colour) and brightness > 0 and not (red or green or blue):
        strongest = share.index(max(share))
        red, green, blue = (int(index == strongest) for index in range(3))
    return red, green, blue
