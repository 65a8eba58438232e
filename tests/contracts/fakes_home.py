"""Houses that are not there: a server on this machine and what is connected to it."""

import json
import time
from collections.abc import Callable
from typing import Any, Protocol

from assistant.home.home import Home
from assistant.home.home_assistant import HomeAssistant
from assistant.home.link import Patience
from assistant.home.mqtt import Mqtt
from tests.fake_home_assistant import TOKEN, FakeHomeAssistant, state
from tests.fake_mqtt import FakeMqtt

SOON = Patience(0.01, 0.02)
CONFIRM_S = 0.2


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.002)


class House(Protocol):
    """A server and what is to be tested against it: two lights in the kitchen, a garage door."""

    home: Home
    light: str
    cover: str
    port: int

    def orders(self) -> list[str]:
        """What the house was told to do, in its own words."""

    def change(self, light_is: str) -> None: ...
    def remove_light(self) -> None: ...
    def forget_light(self) -> None:
        """Without telling anybody."""

    def fill(self, count: int) -> None: ...
    def rubbish(self) -> None: ...
    def misbehave(self, refuse: bool = False, silent: bool = False) -> None: ...
    def hang_up(self) -> None: ...
    def stop(self) -> None: ...
    def again(self) -> None:
        """Start the server again, where it was."""


class OfHomeAssistant:
    light, cover = "light.ceiling", "cover.garage_door"

    def __init__(self) -> None:
        self._serve()
        self.home = HomeAssistant(self.server.url, TOKEN, SOON, CONFIRM_S)

    def _serve(self, port: int = 0) -> None:
        self.server = FakeHomeAssistant(
            state(self.light, "off", friendly_name="Kitchen <b>ceiling</b>\n light"),
            state("light.strip", "on", friendly_name="x" * 500),
            state(self.cover, "closed", friendly_name="Garage door"),
            state("camera.door", "idle", friendly_name="Camera"),
            port=port,
        )
        self.server.registries["area"] = [{"area_id": "k", "name": "Kitchen"}]
        self.server.registries["device"] = [{"id": "d1", "area_id": "k"}, {"id": ["d"]}]
        self.server.registries["entity"] = [{"entity_id": self.light, "device_id": "d1"}]
        self.port = self.server.port

    def orders(self) -> list[str]:
        return [f"{call['service']} {call['target']['entity_id']}" for call in self.server.calls]

    def change(self, light_is: str) -> None:
        self.server.tell(self.light, state(self.light, light_is, friendly_name="Kitchen ceiling"))

    def remove_light(self) -> None:
        self.server.tell(self.light, None)

    def forget_light(self) -> None:
        del self.server.states[self.light]

    def fill(self, count: int) -> None:
        for number in range(count):
            self.server.tell(f"switch.s{number}", state(f"switch.s{number}", "on"))

    def rubbish(self) -> None:
        for text in ("", "{", "[" * 10_000, "7", "null", '{"type": 5}', b"\xff\xfe", "[1]"):
            self.server.send(text)
        self.server.send(json.dumps({"type": "event", "event": [{"data": 1}]}))
        self.server.send(json.dumps({"type": "result", "id": {}, "success": True}))
        bad: list[object] = [{"entity_id": 5}, {"state": []}, {"entity_id": "light." + "x" * 300}]
        for new in [*bad, "on", []]:
            for id in ("light.strip", 5):
                data = {"entity_id": id, "new_state": new}
                self.server.send(json.dumps({"id": 1, "type": "event", "event": {"data": data}}))

    def misbehave(self, refuse: bool = False, silent: bool = False) -> None:
        self.server.refuse, self.server.silent = refuse, silent

    def hang_up(self) -> None:
        self.server.hang_up()

    def stop(self) -> None:
        self.server.stop()

    def again(self) -> None:
        self._serve(self.port)


class OfMqtt:
    light, cover = "light.ceiling", "cover.garage/door"

    def __init__(self) -> None:
        self._serve()
        self.home = Mqtt(self.server.url, ("", ""), SOON, CONFIRM_S)

    def _serve(self, port: int = 0) -> None:
        self.server = FakeMqtt(port)
        self.port = self.server.port
        self._announce("light/ceiling", "Kitchen <b>ceiling</b>\n light", "ceiling")
        self._announce("light/strip", "x" * 500, "strip")
        self._announce("cover/garage/door", "Garage door", "door")
        self._announce("camera/door", "Camera", "camera")
        for name, value in {"ceiling": "OFF", "strip": "ON", "door": "closed"}.items():
            self.server.retain(f"{name}/state", value)
        self.server.devices["ceiling/set"] = lambda server, text: server.retain(
            "ceiling/state", text
        )

    def _announce(self, where: str, name: str, topic: str, area: str = "Kitchen") -> None:
        config: dict[str, Any] = {"name": name, "~": topic, "cmd_t": "~/set", "stat_t": "~/state"}
        config["dev"] = {"suggested_area": area if topic == "ceiling" else ""}
        self.server.retain(f"homeassistant/{where}/config", json.dumps(config))

    def orders(self) -> list[str]:
        names = {"ceiling/set": self.light, "door/set": self.cover}
        words = {"ON": "turn_on", "OFF": "turn_off", "OPEN": "open_cover", "CLOSE": "close_cover"}
        return [f"{words[text]} {names[topic]}" for topic, text in self.server.published]

    def change(self, light_is: str) -> None:
        self.server.retain("ceiling/state", light_is.upper())

    def remove_light(self) -> None:
        self.server.retain("homeassistant/light/ceiling/config", "")

    def forget_light(self) -> None:
        del self.server.retained["homeassistant/light/ceiling/config"]

    def fill(self, count: int) -> None:
        for number in range(count):
            self.server.retain(f"homeassistant/switch/s{number}/config", '{"name": "x"}')

    def rubbish(self) -> None:
        for data in (b"{", b"[" * 10_000, b"7", b"null", b"\xff\xfe", b"[1]"):
            self.server.retain("homeassistant/switch/bad/config", data)
        bad = {"name": ["x"], "dev": 5, "~": {}, "cmd_t": "a/#", "stat_t": 7, "val_tpl": []}
        self.server.retain("homeassistant/switch/bad/config", json.dumps(bad))
        bad = {"cmd_t": "\ud800", "stat_t": "\ud800", "name": "\ud800", "dev": {"name": "\udfff"}}
        self.server.retain("homeassistant/switch/bad/config", json.dumps(bad))
        self.server.retain("homeassistant/switch/bad/config", "")
        self.server.raw(b"homeassistant/camera/bad/config", b"{}")
        self.server.raw(b"never/asked/for", b"on")
        self.server.raw(b"\xff", b"on")

    def misbehave(self, refuse: bool = False, silent: bool = False) -> None:
        self.server.refuse, self.server.silent = refuse, silent

    def hang_up(self) -> None:
        self.server.hang_up()

    def stop(self) -> None:
        self.server.stop()

    def again(self) -> None:
        self._serve(self.port)
