"""APA102 ("DotStar") and SK9822: LEDs with a clock line of their own.

    32 zero bits | one frame a light: 111, 5 bits of current, blue, green, red | zero bits to end

Source of the format: the data sheets, and for what they leave out T. Weber, "SK9822 – a clone of
the APA102" (cpldcpu.com): an SK9822 takes its colour over with the next 32 zero bits only, and each
light delays what it passes on by half a clock. Zeros serve both; ones would light one more LED.
"""

import math
from collections.abc import Sequence

from hw.lights.ring import Rgb, led_parts

SPEED_HZ = 4_000_000
"""Both take much more; a long cable takes less."""
_STEPS = 31
"""Of current, equal ones. What they can dim is not taken from the eight bits of the colours."""


def encode(colours: Sequence[Rgb], brightness: float) -> bytes:
    """What is sent to show the colours. `brightness`: 0 to 1, share of all light."""
    steps = max(1, math.ceil(round(brightness * _STEPS, 6)))
    left = min(1.0, brightness * _STEPS / steps)
    data = bytearray(4)
    for colour in colours:
        red, green, blue = led_parts(colour, left)
        data += bytes((0b1110_0000 | steps, blue, green, red))
    return bytes(data) + bytes(4 + -(-len(colours) // 16))
