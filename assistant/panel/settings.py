"""Which lights and buttons there are."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from assistant.settings import Section


class PanelSettings(Section):
    hat: str = ""
    """A board with lights, a button or both: "respeaker-2mic", "respeaker-4mic", "respeaker-6mic".
    It says what [lights] and [button] leave out. Empty: none."""


class LightsSettings(Section):
    engine: Literal["auto", "none", "apa102", "ws2812", "terminal"] = "auto"
    """How they are reached: APA102 or SK9822 LEDs, WS2812 or SK6812 LEDs (both over SPI), or drawn
    on the terminal. "auto": those of the hat, if there is one."""
    device: Path | None = None
    """The SPI bus; else that of the hat, or /dev/spidev0.0."""
    pixels: int | None = Field(None, ge=3, le=64)
    """How many there are; else as many as the hat has, or 12."""
    brightness: float = Field(0.25, gt=0, le=1)
    """Share of their light. LEDs that shine with all of it dazzle, and 24 of them may take more
    than an ampere."""


_ONLY_FOR = {"line": "gpio", "chip": "gpio", "active_low": "gpio", "device": "input"}
"""Keys that mean something for one engine alone."""


class ButtonSettings(Section):
    engine: Literal["auto", "none", "gpio", "input"] = "auto"
    """What it is: a button on a line of the header (needs the extra "board"), or the keys of a USB
    speakerphone. "auto": that of the hat, if it has one."""
    line: int | str | None = None
    """With "gpio": its number (on a Raspberry Pi the BCM number) or name."""
    chip: str = ""
    """With "gpio": the label of the line's chip; empty: that of the header."""
    active_low: bool = True
    """With "gpio": the button connects the line to ground."""
    device: str = ""
    """With "input": a part of its name, as /proc/bus/input/devices has it."""
    hold_s: float = Field(1.0, ge=0.3, le=10)
    """Held for so long, the button closes the microphone, or opens it."""

    @model_validator(mode="after")
    def _whole(self) -> "ButtonSettings":
        for key, field in ButtonSettings.model_fields.items():
            stated = key in _ONLY_FOR and getattr(self, key) != field.default
            if stated and self.engine != _ONLY_FOR[key]:
                raise ValueError(f'{key} is only for engine = "{_ONLY_FOR[key]}"')
        if self.engine == "gpio" and self.line is None:
            raise ValueError('engine = "gpio" needs line')
        if self.engine == "input" and not self.device:
            raise ValueError('engine = "input" needs device, a part of its name')
        return self
