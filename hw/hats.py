"""Boards that bring lights and a button: `hats.toml`, validated."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from hw.lights.strip import Kind

FILE = Path(__file__).with_name("hats.toml")


class Hat(BaseModel):
    """One board."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    title: str
    """For people."""
    leds: Kind
    pixels: int = Field(ge=3)
    spi: Path = Path("/dev/spidev0.0")
    """The bus of its LEDs."""
    power: int | None = Field(None, ge=0)
    """A line of the header that must be high for the LEDs to have power."""
    button: int | None = Field(None, ge=0)
    """The line of its button, which pulls it low."""


@cache
def hats() -> dict[str, Hat]:
    """All that are known, by name."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    return {name: Hat.model_validate(table) for name, table in tables.items()}
