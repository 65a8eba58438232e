"""The pure parts of home control: settings, the secret, what other programs say, when to retry."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.actions import ControlHome
from assistant.errors import ConfigError, StageError
from assistant.home.build import build
from assistant.home.discovery import Command, Thing, announced, identity
from assistant.home.home import SERVICES, checked
from assistant.home.link import Patience
from assistant.home.settings import HomeSettings
from assistant.home.states import read, rooms
from assistant.home.token import token
from assistant.home.untrusted import LONGEST_NAME, LONGEST_STATE, cleaned, parsed
from assistant.world import Entity


def test_off_by_default() -> None:
    assert build(HomeSettings(), {}) is None


@pytest.mark.parametrize(
    ("engine", "url", "wrong"),
    [
        ("home_assistant", "", 'must begin with "ws://"'),
        ("home_assistant", "mqtt://house:1883", 'must begin with "ws://"'),
        ("mqtt", "ws://house/api", 'must begin with "mqtt://"'),
        ("mqtt", "mqtt://", "and a host"),
        ("mqtt", "mqtt://house:99999", "not an address"),
        ("mqtt", "mqtt://me:secret@house", "no user, password"),
        ("home_assistant", "wss://house/api?token=secret", "no user, password"),
    ],
)
def test_a_wrong_url_is_named(engine: str, url: str, wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        HomeSettings.model_validate({"engine": engine, "url": url})


def secret(folder: Path, text: str = "s3cret\n", mode: int = 0o600, name: str = "token") -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_token_is_read_from_a_private_file_or_a_credential(tmp_path: Path) -> None:
    assert token(None, {}) == ""
    assert token(secret(tmp_path), {}) == "s3cret"
    secret(tmp_path, "of systemd", 0o440, "home-token")
    with pytest.raises(ConfigError, match="one line"):
        token(None, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    secret(tmp_path, "systemds", 0o440, "home-token")
    both = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert token(tmp_path / "token", both) == "systemds"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_token_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigError, match="chmod 600") as raised:
        token(secret(tmp_path, mode=mode), {})
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "\n", "two words", "x" * 5000, "nul\0", "umlaut ü"])
def test_what_is_no_token_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="one line, the token"):
        token(secret(tmp_path, text), {})
    with pytest.raises(ConfigError, match="cannot be read"):
        token(tmp_path / "missing", {})


def test_home_assistant_needs_a_token_and_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = HomeSettings(engine="home_assistant", url="ws://127.0.0.1:8123/api/websocket")
    with pytest.raises(ConfigError, match="long-lived access token"):
        build(settings, {})
    with_token = settings.model_copy(update={"token_file": secret(tmp_path)})
    assert build(with_token, {}) is not None
    monkeypatch.setitem(sys.modules, "websockets.sync.client", None)
    monkeypatch.delitem(sys.modules, "assistant.home.home_assistant")
    with pytest.raises(ConfigError, match=r"pip install 'kitchen-assistant\[home\]'"):
        build(with_token, {})
    assert build(HomeSettings(engine="mqtt", url="mqtt://127.0.0.1"), {}) is not None


def test_waits_grow_and_never_agree() -> None:
    patience = Patience()
    assert [patience.wait_s(failures, 1) for failures in (0, 1, 2, 5, 500)] == [2, 4, 8, 60, 60]
    assert [patience.wait_s(failures, 0) for failures in (0, 5, 500)] == [1, 1, 1]


def test_every_order_is_for_somebody() -> None:
    for service, kinds in SERVICES.items():
        value = 20.0 if service.startswith("set_") else None
        for kind in kinds:
            entity = Entity("id", "Thing", "", kind)
            assert checked(ControlHome("id", service, value), entity) == entity
            with pytest.raises(StageError, match="not available"):
                checked(ControlHome("id", service, value), replace(entity, state="unavailable"))
        with pytest.raises(StageError, match="can't do that"):
            checked(ControlHome("id", service, value), Entity("id", "Thing", "", "sensor"))


def ha(id: str, value: object, **attributes: object) -> dict[str, object]:
    return {"entity_id": id, "state": value, "attributes": attributes}


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (ha("light.hall", "on"), Entity("light.hall", "hall", "on", "light", area="Hall")),
        (
            ha("binary_sensor.d", "on", friendly_name="Back door", device_class="door"),
            Entity("binary_sensor.d", "Back door", "open", "binary_sensor"),
        ),
        (
            ha("climate.e", "heat", friendly_name="Ecobee", current_temperature=21.5),
            Entity("climate.e", "Ecobee", "21.5", "climate", "°C"),
        ),
        (
            ha("climate.e", "off", current_temperature=21.5),
            Entity("climate.e", "e", "off", "climate"),
        ),
        (
            ha("sensor.t", "21.50", unit_of_measurement="°F"),
            Entity("sensor.t", "t", "21.50", "sensor", "°F"),
        ),
        (ha("script.evil", "on"), None),
        (ha("light.", "on"), None),
        (ha("light", "on"), None),
        (ha("light.x", 5), None),
        (None, None),
    ],
)
def test_reads_states_of_home_assistant(state: object, wanted: Entity | None) -> None:
    assert read(state, {"light.hall": "Hall"}, "°C") == wanted


def test_rooms_come_from_the_entity_or_else_its_device() -> None:
    areas = [{"area_id": "k", "name": "Kitchen"}, {"area_id": "h", "name": "Hall"}, {"area_id": 5}]
    devices = [{"id": "d", "area_id": "k"}, {"id": None}, "x"]
    entities: list[dict[str, object]] = [
        {"entity_id": "light.own", "area_id": "h", "device_id": "d"},
        {"entity_id": "light.devices", "area_id": None, "device_id": "d"},
        {"entity_id": "light.none", "device_id": {}},
        {"entity_id": []},
    ]
    found = {"light.own": "Hall", "light.devices": "Kitchen"}
    assert rooms(areas, devices, entities) == found
    assert rooms(None, {}, 5) == {}


ZIGBEE2MQTT_BULB = {
    "name": None,
    "schema": "json",
    "brightness": True,
    "brightness_scale": 254,
    "command_topic": "zigbee2mqtt/Hall lamp/set",
    "state_topic": "zigbee2mqtt/Hall lamp",
    "device": {"name": "Hall lamp", "suggested_area": "Hall"},
}
ESPHOME_LOCK = {"name": "Front door", "cmd_t": "~/command", "stat_t": "~/state", "~": "door/lock/f"}
TASMOTA_PLUG = {
    "name": "Coffee",
    "cmd_t": "cmnd/c/POWER",
    "stat_t": "tele/c/STATE",
    "val_tpl": "{{value_json.POWER}}",
    "pl_on": "ON",
    "pl_off": "OFF",
}


def thing(config: dict[str, Any], id: str) -> Thing:
    found = announced(id, json.dumps(config).encode())
    assert found is not None
    return found


def heard(of: Thing, payload: bytes) -> str | None:
    entity = of.heard(payload)
    return entity.state if entity else None


def test_a_bulb_of_zigbee2mqtt() -> None:
    bulb = thing(ZIGBEE2MQTT_BULB, "light.0x1/light")
    assert bulb.entity == Entity("light.0x1/light", "Hall lamp", "unknown", "light", area="Hall")
    assert heard(bulb, b'{"state": "ON", "brightness": 100}') == "on"
    assert heard(bulb, b'{"linkquality": 5}') is None
    assert json.loads(bulb.commands["turn_off"].text(None)) == {"state": "OFF"}
    dim = bulb.commands["set_brightness"]
    assert json.loads(dim.text(50)) == {"state": "ON", "brightness": 127}
    assert dim.topic == "zigbee2mqtt/Hall lamp/set"


def test_a_lock_with_a_base_topic_and_a_plug_with_a_template() -> None:
    lock = thing(ESPHOME_LOCK, "lock.front")
    assert lock.commands == {
        "lock": Command("door/lock/f/command", "LOCK"),
        "unlock": Command("door/lock/f/command", "UNLOCK"),
    }
    assert heard(lock, b"LOCKED") == "locked"
    plug = thing(TASMOTA_PLUG, "switch.coffee")
    assert heard(plug, b'{"POWER": "ON", "Wifi": {}}') == "on"
    assert set(plug.commands) == {"turn_on", "turn_off"}


def test_a_thermostat_a_sensor_and_a_door() -> None:
    config: dict[str, Any] = {"name": "Hall", "temp_cmd_t": "t/set", "curr_temp_t": "t/now"}
    warmth = thing(config, "climate.hall")
    assert warmth.commands == {"set_temperature": Command("t/set", "{value}")}
    assert warmth.commands["set_temperature"].text(20.5) == "20.5"
    assert (heard(warmth, b"19.5"), warmth.entity.unit, warmth.state_topic) == (
        "19.5",
        "°C",
        "t/now",
    )
    config = {
        "stat_t": "s",
        "unit_of_meas": "%",
        "val_tpl": "{{ value_json['air'].humidity | round(1) }}",
    }
    assert heard(thing(config, "sensor.h"), b'{"air": {"humidity": 45.2}}') == "45.2"
    door = thing({"stat_t": "d", "dev_cla": "door", "dev": {"name": "Shed"}}, "binary_sensor.d")
    assert (door.entity.name, heard(door, b"ON")) == ("Shed", "open")


def test_a_template_that_is_not_understood_gives_no_state() -> None:
    config = {"stat_t": "s", "val_tpl": "{% if value == 'x' %}ON{% endif %}"}
    assert heard(thing(config, "switch.x"), b"x") is None


@pytest.mark.parametrize(
    ("topic", "id"),
    [
        ("homeassistant/light/lamp/config", "light.lamp"),
        ("homeassistant/light/node/lamp/config", "light.node/lamp"),
        ("homeassistant/script/x/config", None),
        ("homeassistant/light/lamp/state", None),
        ("other/light/lamp/config", None),
        (f"homeassistant/light/{'x' * 300}/config", None),
    ],
)
def test_topics_of_discovery(topic: str, id: str | None) -> None:
    assert identity(topic) == id


def test_a_topic_with_wildcards_is_no_topic() -> None:
    for config in ({"cmd_t": "#", "stat_t": "a/+/b"}, {"cmd_t": "\ud800", "stat_t": "\ud800"}):
        wild = thing(config, "switch.x")
        assert not wild.state_topic
        assert not wild.commands


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    "name ~ cmd_t stat_t val_tpl dev device schema brightness bri_scl pl_on unit_of_meas entity_id "
    "state attributes friendly_name device_class temp_cmd_t spd_rng_max pct_cmd_t".split()
)


@settings(max_examples=40)
@given(st.dictionaries(KEYS, JSON), st.sampled_from(["light", "climate", "sensor", "cover"]), JSON)
def test_any_json_is_survived_and_what_comes_of_it_is_clean(
    config: dict[str, object], kind: str, value: object
) -> None:
    found = announced(f"{kind}.x", json.dumps(config).encode())
    assert found
    heard = found.heard(json.dumps(value).encode())
    attributes = read({"entity_id": f"{kind}.x", "state": "on", "attributes": config}, {}, "°C")
    for entity in filter(None, (found.entity, heard, attributes, read(config, {}, ""))):
        assert len(entity.name) <= LONGEST_NAME
        assert len(entity.state) <= LONGEST_STATE
        assert entity.name.isprintable()
        assert entity.state.isprintable()


@given(st.binary(max_size=100))
def test_any_bytes_are_survived(data: bytes) -> None:
    parsed(data)
    announced("light.x", data)
    Thing(Entity("light.x", "x", "", "light"), "topic", ("a",)).heard(data)


def test_cleans() -> None:
    assert cleaned(" a\n\u202eb\x1b[31m <i>", 60) == "a b 31m i"
    assert cleaned("x" * 99, 10) == "x" * 10
    assert (cleaned(5, 10), cleaned(1.5, 10)) == ("5", "1.5")
    nothing: tuple[object, ...] = (True, None, [], {})
    assert not any(cleaned(value, 10) for value in nothing)
    assert parsed("[" * 100_000) is None
    assert parsed("9" * 5000) is None
