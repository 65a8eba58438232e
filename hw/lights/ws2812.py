"""WS2812, WS2812B, SK6812 ("NeoPixel"), on the data line of an SPI bus; the clock stays unwired.

Each bit is a pulse, short or long: here three bits of SPI, `100` for 0 and `110` for 1. At 2.4 MHz
these are 0.42 and 0.83 µs of 1.25 µs, within ±0.15 µs of what Worldsemi's data sheets ask for. A
line that is low for long makes the lights take over what they were sent.

Unlike ways by PWM or PCM this works on a Pi 5, as anybody in the group "spi".
"""

from collections.abc import Sequence

from hw.lights.ring import Rgb, led_parts

SPEED_HZ = 2_400_000
RESET = bytes(90)
"""300 µs of low: a WS2812B from 2018 on wants 280, older ones 50. Also sent before the first bit,
because the line may idle high; and the driver of a Pi 4 sends what is shorter than 96 bytes byte by
byte, with gaps that break the pulses."""

_PULSES = [
    int("".join("110" if byte >> bit & 1 else "100" for bit in range(7, -1, -1)), 2).to_bytes(3)
    for byte in range(256)
]
"""By byte: the 24 bits of SPI that send it."""


def encode(colours: Sequence[Rgb], brightness: float) -> bytes:
    """What is sent to show the colours, green first. `brightness`: 0 to 1, share of all light."""
    data = bytearray(RESET)
    for colour in colours:
        red, green, blue = led_parts(colour, brightness)
        data += _PULSES[green] + _PULSES[red] + _PULSES[blue]
    return bytes(data) + RESET
