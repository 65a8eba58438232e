"""LEDs on an SPI bus as a ring of lights."""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hw.lights import apa102, ws2812
from hw.lights.ring import LightRing, Rgb
from hw.lights.spi import Ioctl, SpiBus, spi_bus

Kind = Literal["apa102", "ws2812"]


@dataclass(frozen=True, slots=True)
class Chip:
    """How one kind of LED is spoken to."""

    encode: Callable[[Sequence[Rgb], float], bytes]
    speed_hz: int


CHIPS: dict[Kind, Chip] = {
    "apa102": Chip(apa102.encode, apa102.SPEED_HZ),
    "ws2812": Chip(ws2812.encode, ws2812.SPEED_HZ),
}


class Strip:
    """A `LightRing`."""

    def __init__(self, bus: SpiBus, chip: Chip, brightness: float) -> None:
        self._bus = bus
        self._chip = chip
        self._brightness = brightness

    def show(self, colours: Sequence[Rgb]) -> None:
        self._bus.write(self._chip.encode(colours, self._brightness))


@contextmanager
def strip(
    kind: Kind, device: Path, pixels: int, brightness: float, ioctl: Ioctl = fcntl.ioctl
) -> Iterator[LightRing]:
    """LEDs at a bus such as /dev/spidev0.0. OSError if it cannot be opened."""
    chip = CHIPS[kind]
    with spi_bus(device, chip.speed_hz, ioctl) as bus:
        made = Strip(bus, chip, brightness)
        try:
            yield made
        finally:
            with suppress(OSError):  # a bus that is gone has no light to put out
                made.show([(0, 0, 0)] * pixels)
