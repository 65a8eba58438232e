"""What Home Assistant says of its entities -> ours. Pure."""

from collections.abc import Mapping

from assistant.home.home import KINDS
from assistant.home.untrusted import LONGEST_ID, LONGEST_NAME, cleaned, entity, objects, part
from assistant.world import Entity


def read(state: object, areas: Mapping[str, str], degrees: str) -> Entity | None:
    """One element of `get_states`, or the new state in an event; None: none of ours, or no such.

    `areas`: id of an entity -> its room; `degrees`: unit of thermostats, "°C".
    """
    id = part(state, "entity_id")
    if not isinstance(id, str) or len(id) > LONGEST_ID or id.isspace():
        return None
    kind, _, rest = id.partition(".")
    value = part(state, "state")
    if kind not in KINDS or not rest or not isinstance(value, str):
        return None
    name = cleaned(part(state, "attributes", "friendly_name"), LONGEST_NAME)
    unit = cleaned(part(state, "attributes", "unit_of_measurement"), LONGEST_NAME)
    if kind == "climate":
        value, unit = _warmth(state, value, degrees)
    found = Entity(id, name or rest.replace("_", " "), value, kind, unit, areas.get(id, ""))
    return entity(found, part(state, "attributes", "device_class"))


def _warmth(state: object, mode: str, degrees: str) -> tuple[str, str]:
    """Of a thermostat that is on: how warm it is there. Its mode says nothing to a person."""
    warmth = cleaned(part(state, "attributes", "current_temperature"), LONGEST_NAME)
    if not warmth or mode in ("off", "unavailable", "unknown"):
        return mode, ""
    return warmth, degrees


def rooms(areas: object, devices: object, entities: object) -> dict[str, str]:
    """Id of an entity -> name of its room, out of Home Assistant's three registries."""
    names = {
        each.get("area_id"): cleaned(each.get("name"), LONGEST_NAME) for each in _hashable(areas)
    }
    of_device = {each.get("id"): each.get("area_id") for each in _hashable(devices)}
    found = {}
    for each in _hashable(entities):
        area = each.get("area_id") or of_device.get(each.get("device_id"))
        id = each.get("entity_id")
        if isinstance(id, str) and (name := names.get(area)):
            found[id] = name
    return found


def _hashable(registry: object) -> list[Mapping[str, object]]:
    """Without what should be an id but is no text."""
    ids = ("id", "area_id", "device_id", "entity_id")
    return [
        {key: each.get(key) if isinstance(each.get(key), str) else None for key in (*ids, "name")}
        for each in objects(registry)
    ]
