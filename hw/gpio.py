"""Lines of the header through the kernel's character device, by the package `gpiod`.

A chip is found by its label: the numbers of /dev/gpiochip* have changed with kernels of the Pi 5.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gpiod

HEADERS = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835", "tegra234-gpio")
"""Labels of the chips behind a header of 40 pins: Raspberry Pi 5, 4, older ones, Jetson Orin."""
CONSUMER = "kitchen-assistant"
"""Who has a line, as `gpioinfo` shows it."""

Line = int | str
"""Number on its chip (on a Raspberry Pi the BCM number), or name ("GPIO17", "PQ.05")."""


def require() -> None:
    """ModuleNotFoundError if the package is missing."""
    import gpiod  # noqa: F401


@contextmanager
def chip(label: str = "", devices: Path = Path("/dev")) -> Iterator["gpiod.Chip"]:
    """The chip of this label; without one that of the header. OSError if there is none."""
    import gpiod

    wanted = (label,) if label else HEADERS
    refused: OSError | None = None
    for path in sorted(devices.glob("gpiochip*")):
        try:
            opened = gpiod.Chip(str(path))
        except OSError as error:
            refused = error
            continue
        with opened:
            if opened.get_info().label in wanted:
                yield opened
                return
    if refused is not None:
        raise refused
    raise OSError(errno.ENODEV, f"no GPIO chip here is called {' or '.join(wanted)}")


@contextmanager
def held_high(line: Line, label: str = "") -> Iterator[None]:
    """A line that switches power: on while it lasts."""
    import gpiod

    settings = gpiod.LineSettings(
        direction=gpiod.line.Direction.OUTPUT, output_value=gpiod.line.Value.ACTIVE
    )
    with chip(label) as opened, request(opened, line, settings):
        yield


def request(
    opened: "gpiod.Chip", line: Line, settings: "gpiod.LineSettings"
) -> "gpiod.LineRequest":
    """A line of this chip. OSError if it has no such line, or another program has it."""
    try:
        return opened.request_lines({line: settings}, consumer=CONSUMER)
    except ValueError as error:  # how gpiod says that the number is too high
        raise OSError(errno.ENOENT, f"the chip has no line {line}") from error
