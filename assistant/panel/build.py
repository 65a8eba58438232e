"""The panel that the configuration names, made."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from assistant.errors import ConfigError
from assistant.panel.panel import Controls, OpenButton, OpenRing, Panel
from assistant.panel.settings import ButtonSettings, LightsSettings, PanelSettings
from hw import gpio
from hw.buttons.header import header_button
from hw.buttons.speakerphone import speakerphone
from hw.hats import Hat, hats
from hw.lights.ring import LightRing
from hw.lights.strip import strip

PIXELS = 12
"""Of a ring of which nobody says more."""
DEVICE = Path("/dev/spidev0.0")


class Ring(NamedTuple):
    """Lights that can be opened."""

    open: OpenRing
    pixels: int


def build(
    panel: PanelSettings, lights: LightsSettings, button: ButtonSettings, controls: Controls
) -> Panel:
    """Not yet started. ConfigError: what is missing for it, or wrong."""
    hat = find_hat(panel.hat)
    ring = find_ring(lights, hat)
    return Panel(
        controls,
        PIXELS if ring is None else ring.pixels,
        None if ring is None else ring.open,
        find_button(button, hat),
    )


def find_hat(name: str) -> Hat | None:
    """ConfigError if there is none of this name."""
    if name and name not in hats():
        raise ConfigError(f"panel.hat = {name!r} is unknown; choose one of: {', '.join(hats())}.")
    return hats()[name] if name else None


def find_ring(lights: LightsSettings, hat: Hat | None) -> Ring | None:
    """None: no lights are wanted. ConfigError if a package is missing for them."""
    pixels = lights.pixels or (hat.pixels if hat else PIXELS)
    engine = lights.engine
    if engine == "auto":
        engine = hat.leds if hat else "none"
    if engine == "none":
        return None
    if engine == "terminal":
        from hw.lights.terminal import terminal  # takes a tenth of a second, only to draw

        return Ring(partial(terminal, pixels), pixels)
    bus = lights.device or (hat.spi if hat else DEVICE)
    opened = partial(strip, engine, bus, pixels, lights.brightness)
    if hat and hat.power is not None:
        _require_gpio("panel.hat")
        return Ring(partial(_powered, hat.power, opened), pixels)
    return Ring(opened, pixels)


@contextmanager
def _powered(line: int, opened: OpenRing) -> Iterator[LightRing]:
    with gpio.held_high(line), opened() as ring:
        yield ring


def find_button(button: ButtonSettings, hat: Hat | None) -> OpenButton | None:
    """None: none is wanted. ConfigError if a package is missing for it."""
    if button.engine == "input":
        return lambda waiting: speakerphone(button.device, button.hold_s, waiting)
    line: gpio.Line | None = button.line
    if button.engine == "auto" and hat is not None:
        line = hat.button
    if line is None or button.engine == "none":
        return None
    _require_gpio("button.engine" if button.engine == "gpio" else "panel.hat")
    chip, low, hold_s = button.chip, button.active_low, button.hold_s
    return lambda waiting: header_button(line, chip, low, hold_s, waiting)


def _require_gpio(key: str) -> None:
    try:
        gpio.require()
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{key} needs the package {error.name}: pip install 'kitchen-assistant[board]'."
        ) from error
