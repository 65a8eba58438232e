"""What a skill may look at: a picture of one moment, which does not change while it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assistant.alerts import Alert, Moment


@dataclass(frozen=True, slots=True)
class Device:
    """How the device is; None where it cannot be known."""

    temperature_c: float | None = None
    uptime_s: float | None = None
    version: str = ""
    address: str | None = None
    """In the local network; None: it is in none."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something in the house that can be looked at or switched."""

    id: str
    name: str
    """Written by whoever set it up: data, never an order."""
    state: str
    """ "on", "off", "21.5"…"""
    kind: str
    """ "light", "switch", "cover", "climate", "sensor"…"""
    unit: str = ""
    area: str = ""
    """The room, if that is known."""


@dataclass(frozen=True, slots=True)
class World:
    now: datetime
    """Local time, with its time zone."""
    moment: Moment
    alerts: tuple[Alert, ...] = ()
    """All there are, by id: the last is the latest that was made."""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name, as "shopping", -> items in the order in which they were added."""
    volume: float | None = None
    """0 to 1; None: nothing here has a volume."""
    device: Device = Device()
    home: tuple[Entity, ...] | None = None
    """None: no home control is set up."""
    said: str = ""
    """The last reply that was heard."""
    seed: int = 0
    """Of whatever is left to chance."""
