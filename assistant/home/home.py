"""The seam to whatever runs the house, and which orders it takes."""

from typing import Protocol

from assistant.actions import ControlHome
from assistant.errors import StageError
from assistant.world import Entity

KINDS = frozenset(
    "light switch fan cover lock climate scene sensor binary_sensor input_boolean".split()
)
"""Anything else in the house is not looked at: no scripts, no cameras, no people."""

SERVICES: dict[str, frozenset[str]] = {
    "turn_on": frozenset({"light", "switch", "fan", "climate", "scene", "input_boolean"}),
    "turn_off": frozenset({"light", "switch", "fan", "climate", "input_boolean"}),
    "set_brightness": frozenset({"light"}),  # percent
    "set_speed": frozenset({"fan"}),  # percent
    "set_temperature": frozenset({"climate"}),  # degrees, on its own scale
    "open": frozenset({"cover"}),
    "close": frozenset({"cover"}),
    "lock": frozenset({"lock"}),
    "unlock": frozenset({"lock"}),
}
"""Every order there is -> the kinds that take it."""

UNREACHABLE = "I can't reach the house right now."


class Home(Protocol):
    def start(self) -> None:
        """Connect in the background, and again whenever the connection is lost. A server that is
        not there is no error."""
        ...

    def close(self) -> None:
        """Disconnect, and end all threads. Harmless when repeated."""
        ...

    def entities(self) -> tuple[Entity, ...]:
        """What is in the house, as last heard; () without a connection. Never blocks."""
        ...

    def control(self, order: ControlHome) -> None:
        """Carry out an order and wait for its confirmation, at most `CONFIRM_S`. StageError with
        one sentence to be spoken if it was refused, or nothing confirmed it."""
        ...


CONFIRM_S = 3.0
"""Seconds."""


def failure(sentence: str) -> StageError:
    return StageError("skill", "home", sentence)


def checked(order: ControlHome, entity: Entity | None) -> Entity:
    """What the order is for. StageError if that is not in the house, or takes no such order."""
    if entity is None:
        raise failure("That is no longer in the house.")
    if entity.kind not in SERVICES.get(order.service, ()):
        raise failure(f"The {entity.name} can't do that.")
    if entity.state == "unavailable":  # Home Assistant would confirm it all the same
        raise failure(f"The {entity.name} is not available right now.")
    needs_value = order.service.startswith("set_")
    if needs_value != (order.value is not None):
        raise failure(f"The {entity.name} can't do that.")
    return entity


def silence(entity: Entity) -> StageError:
    return failure(f"I asked, but the {entity.name} did not answer.")
