"""What other programs say about the house -> values that are safe to keep and to speak of."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeGuard

from assistant.world import Entity

MAX_BYTES = 4 * 1024 * 1024
"""Of one message."""
MOST = 2000
"""Entities; what comes later is left out."""
LONGEST_NAME = 60
LONGEST_STATE = 40
LONGEST_ID = 255

_OPENING = {"on": "open", "off": "closed"}
_FOUND = {"on": "detected", "off": "clear"}
_WORDED = {
    **dict.fromkeys(("door", "garage_door", "window", "opening"), _OPENING),
    **dict.fromkeys(
        ("motion", "occupancy", "smoke", "gas", "carbon_monoxide", "vibration", "sound"), _FOUND
    ),
    "moisture": {"on": "wet", "off": "dry"},
    "lock": {"on": "unlocked", "off": "locked"},
    "battery": {"on": "low", "off": "fine"},
    "presence": {"on": "home", "off": "away"},
    "connectivity": {"on": "connected", "off": "disconnected"},
    "plug": {"on": "plugged in", "off": "unplugged"},
}
"""What "on" and "off" of a binary sensor mean, by what it senses."""


def parsed(data: str | bytes) -> object | None:
    """JSON; None if it is not, or too large."""
    if len(data) > MAX_BYTES:
        return None
    try:
        return json.loads(data)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return None


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def objects(value: object) -> list[Mapping[str, object]]:
    """Those elements of a JSON array that are objects."""
    return [each for each in value if is_object(each)] if isinstance(value, list) else []


def part(value: object, *keys: str) -> object | None:
    """`value[key][key]…`; None where there is no such."""
    for key in keys:
        if not is_object(value):
            return None
        value = value.get(key)
    return value


def cleaned(value: object, longest: int) -> str:
    """A text or number on one line, without control characters; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)[: 10 * longest]
    # Also no brackets: a name with markup in it must stay a name wherever it is shown.
    shown = "".join(c if c.isprintable() and c not in "<>{}[]`" else " " for c in text)
    return " ".join(shown.split())[:longest].strip()


def entity(known: Entity, senses: object = "") -> Entity:
    """Cleaned, and its state in words. `senses`: the device class."""
    state = cleaned(known.state, LONGEST_STATE).lower()
    if known.kind == "binary_sensor" and isinstance(senses, str):
        state = _WORDED.get(senses, {}).get(state, state)
    return replace(
        known,
        name=cleaned(known.name, LONGEST_NAME),
        state=state,
        unit=cleaned(known.unit, 12),
        area=cleaned(known.area, LONGEST_NAME),
    )
