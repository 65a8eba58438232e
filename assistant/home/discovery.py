"""Home Assistant's MQTT discovery: how a device describes itself -> what it is and what it obeys.

Retained messages on `homeassistant/<component>/[<node>/]<object>/config`, as Zigbee2MQTT, ESPHome,
Tasmota and others write them (www.home-assistant.io/integrations/mqtt). Of templates only "this key
of the JSON" is understood: an entity with any other has no state rather than a wrong one. Pure.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assistant.home.home import KINDS, SERVICES
from assistant.home.untrusted import LONGEST_ID, cleaned, entity, is_object, parsed, part
from assistant.world import Entity

PREFIX = "homeassistant"
TOPICS = (f"{PREFIX}/+/+/config", f"{PREFIX}/+/+/+/config")
"""To subscribe to."""

_SHORT = {
    "bri_cmd_t": "brightness_command_topic",
    "bri_scl": "brightness_scale",
    "cmd_t": "command_topic",
    "curr_temp_t": "current_temperature_topic",
    "curr_temp_tpl": "current_temperature_template",
    "dev": "device",
    "dev_cla": "device_class",
    "pct_cmd_t": "percentage_command_topic",
    "pl_cls": "payload_close",
    "pl_lock": "payload_lock",
    "pl_off": "payload_off",
    "pl_on": "payload_on",
    "pl_open": "payload_open",
    "pl_unlk": "payload_unlock",
    "spd_rng_max": "speed_range_max",
    "stat_clsd": "state_closed",
    "stat_locked": "state_locked",
    "stat_off": "state_off",
    "stat_on": "state_on",
    "stat_open": "state_open",
    "stat_t": "state_topic",
    "stat_unlocked": "state_unlocked",
    "stat_val_tpl": "state_value_template",
    "sa": "suggested_area",
    "temp_cmd_t": "temperature_command_topic",
    "temp_unit": "temperature_unit",
    "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}
_PAYLOADS = {
    "turn_on": ("payload_on", "ON"),
    "turn_off": ("payload_off", "OFF"),
    "open": ("payload_open", "OPEN"),
    "close": ("payload_close", "CLOSE"),
    "lock": ("payload_lock", "LOCK"),
    "unlock": ("payload_unlock", "UNLOCK"),
}
"""Order -> where a device says what it wants to be sent for it, and what if it does not."""
_STATES = {
    "on": ("state_on", "payload_on", "ON"),
    "off": ("state_off", "payload_off", "OFF"),
    "open": ("state_open", "", "open"),
    "closed": ("state_closed", "", "closed"),
    "locked": ("state_locked", "", "LOCKED"),
    "unlocked": ("state_unlocked", "", "UNLOCKED"),
}
"""State -> where a device says how it writes it, and what if it does not."""
RESULTS = {"turn_on": "on", "turn_off": "off", "lock": "locked", "unlock": "unlocked"}
"""Order -> the state that proves it was carried out. A garage door takes its time: no proof."""

_KEY = re.compile(
    r"""\{\{-?\s*value_json((?:\.\w+|\[(?:'\w+'|"\w+")\])+)\s*(?:\|\s*\w+(?:\([^()]*\))?\s*)*-?\}\}"""
)
_TOPIC = re.compile(r"[^+#\x00-\x1f\x7f\ud800-\udfff]{1,255}")


@dataclass(frozen=True, slots=True)
class Command:
    """What to publish for an order."""

    topic: str
    payload: str
    """With "{value}" where the value of the order goes."""
    scale: float = 0.0
    """What 100 percent is here; 0: the value is sent as it is."""

    def text(self, value: float | None) -> str:
        if value is None:
            return self.payload
        number = f"{round(value * self.scale / 100)}" if self.scale else f"{value:g}"
        return self.payload.replace("{value}", number)


@dataclass(frozen=True, slots=True)
class Thing:
    """One entity, as it was announced."""

    entity: Entity
    state_topic: str = ""
    """ "": it never says how it is."""
    keys: tuple[str, ...] | None = ()
    """Where in the JSON its state is; (): it is the whole payload; None: nobody can tell."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What it writes -> what it means."""
    commands: Mapping[str, Command] = field(default_factory=dict)
    """By order."""
    senses: str = ""
    """Its device class."""

    def heard(self, payload: bytes) -> Entity | None:
        """The entity after a message on its state topic; None if that says nothing."""
        if self.keys is None:
            return None
        value: object = payload.decode("utf-8", "replace")
        if self.keys:
            value = part(parsed(payload), *self.keys)
            if isinstance(value, bool):
                value = "true" if value else "false"
        text = cleaned(value, 100)
        if not text:
            return None
        return entity(replace(self.entity, state=self.words.get(text, text)), self.senses)


def identity(topic: str) -> str | None:
    """Id of the entity that a discovery topic is about: "light.lamp"; None: none of ours."""
    parts = topic.split("/")
    if len(parts) not in (4, 5) or parts[0] != PREFIX or parts[-1] != "config":
        return None
    id = f"{parts[1]}.{'/'.join(parts[2:-1])}"
    return id if parts[1] in KINDS and len(id) <= LONGEST_ID else None


def announced(id: str, payload: bytes) -> Thing | None:
    """What a discovery message describes; None if it makes no sense."""
    raw = parsed(payload)
    if not is_object(raw):
        return None
    base = raw.get("~")
    config = {_SHORT.get(key, key): _whole(value, base) for key, value in raw.items()}
    kind, _, rest = id.partition(".")
    thing = Entity(
        id,
        _name(config, rest),
        "unknown",
        kind,
        area=_text(config, "device", "suggested_area", "sa"),
    )
    template = "state_value_template" if kind == "light" else "value_template"
    source = "state_topic"
    unit = _text(config, "unit_of_measurement")
    if kind == "climate":
        source, template = "current_temperature_topic", "current_temperature_template"
        unit = "°" + (_text(config, "temperature_unit") or "C")
    is_json = config.get("schema") == "json"
    return Thing(
        entity(replace(thing, unit=unit)),
        _topic(config, source),
        ("state",) if is_json else _keys(config.get(template)),
        _words(config),
        {
            name: found
            for name, found in _commands(config, is_json).items()
            if kind in SERVICES[name]
        },
        _text(config, "device_class"),
    )


def _whole(value: object, base: object) -> object:
    """A topic may begin or end with "~", which stands for the base."""
    if not isinstance(value, str) or not isinstance(base, str):
        return value
    if value.startswith("~"):
        return base + value[1:]
    return value[:-1] + base if value.endswith("~") else value


def _name(config: Mapping[str, object], otherwise: str) -> str:
    """As Home Assistant puts it: what the device is called, then what of it this is."""
    device, own = _text(config, "device", "name"), _text(config, "name")
    if device and not own.lower().startswith(device.lower()):
        own = f"{device} {own}"
    return own.strip() or otherwise.replace("_", " ").replace("/", " ")


def _text(config: Mapping[str, object], *names: str) -> str:
    """Of one key, or of the first that is there of those inside a table."""
    table, *keys = names
    value = config.get(table)
    for key in keys:
        if found := cleaned(part(value, key), 100):
            return found
    return "" if keys else cleaned(value, 100)


def _topic(config: Mapping[str, object], name: str) -> str:
    value = config.get(name)
    return value if isinstance(value, str) and _TOPIC.fullmatch(value) else ""


def _keys(template: object) -> tuple[str, ...] | None:
    if not template:
        return ()
    if not isinstance(template, str) or len(template) > 1000:
        return None
    if re.fullmatch(r"\{\{\s*value\s*\}\}", template.strip()):
        return ()
    found = _KEY.fullmatch(template.strip())
    return tuple(re.findall(r"\w+", found[1])) if found else None


def _words(config: Mapping[str, object]) -> dict[str, str]:
    words = {}
    for state, (first, second, otherwise) in _STATES.items():
        # YAML and JSON like to make truth values of these.
        value = config.get(first, config.get(second, otherwise))
        words[cleaned(str(value).lower() if isinstance(value, bool) else value, 100)] = state
    return words


def _commands(config: Mapping[str, object], is_json: bool) -> dict[str, Command]:
    commands = {}
    if topic := _topic(config, "command_topic"):
        for name, (key, otherwise) in _PAYLOADS.items():
            value = config.get(key, otherwise)
            payload = json.dumps({"state": otherwise}) if is_json else cleaned(value, 255)
            if payload:
                commands[name] = Command(topic, payload)
    scale = _number(config, "brightness_scale", 255)
    if is_json and topic and config.get("brightness") is True:
        payload = '{"state": "ON", "brightness": {value}}'
        commands["set_brightness"] = Command(topic, payload, scale)
    if topic := _topic(config, "brightness_command_topic"):
        commands["set_brightness"] = Command(topic, "{value}", scale)
    if topic := _topic(config, "percentage_command_topic"):
        commands["set_speed"] = Command(topic, "{value}", _number(config, "speed_range_max", 100))
    if topic := _topic(config, "temperature_command_topic"):
        commands["set_temperature"] = Command(topic, "{value}")
    return commands


def _number(config: Mapping[str, object], name: str, otherwise: float) -> float:
    value = config.get(name)
    if isinstance(value, int | float) and 1 < value <= 65535:
        return float(value)
    return otherwise
