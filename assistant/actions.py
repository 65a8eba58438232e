"""What a skill may have done in the world: every kind there is. A reply that reports one is spoken
only after it was done."""

from dataclasses import dataclass

from assistant.alerts import Alert


@dataclass(frozen=True, slots=True)
class AddAlert:
    alert: Alert


@dataclass(frozen=True, slots=True)
class ReplaceAlert:
    """Fails if `old` is no longer what is stored: it may have begun to ring."""

    old: Alert
    new: Alert


@dataclass(frozen=True, slots=True)
class RemoveAlerts:
    """One that is gone already is no failure."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Silence what rings; an alarm that repeats stays for its next day. Silences even where it
    cannot be stored."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CreateList:
    list: str


@dataclass(frozen=True, slots=True)
class AddItems:
    """The list is made if there is none of that name."""

    list: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveItems:
    list: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeleteList:
    """With all that is on it."""

    list: str


@dataclass(frozen=True, slots=True)
class SetVolume:
    volume: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class ControlHome:
    """One order to what the house is run by (Home Assistant, MQTT)."""

    entity: str
    """Its id there."""
    service: str
    """ "turn_on", "turn_off", "set_brightness", "set_temperature"."""
    value: float | None = None
    """Percent, or degrees."""


Change = AddAlert | ReplaceAlert | RemoveAlerts | CreateList | AddItems | RemoveItems | DeleteList
"""Of what the book keeps."""
Action = Change | Dismiss | SetVolume | ControlHome
