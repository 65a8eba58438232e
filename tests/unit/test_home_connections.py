"""Servers of the house that are missing, strange, or hostile."""

import json
import socket
import time

import pytest

from assistant.actions import ControlHome
from assistant.errors import StageError
from assistant.home.home import UNREACHABLE, Home
from assistant.home.home_assistant import HomeAssistant
from assistant.home.mqtt import Mqtt
from assistant.home.untrusted import MAX_BYTES
from tests.contracts.fakes_home import CONFIRM_S, SOON, until
from tests.fake_home_assistant import TOKEN, FakeHomeAssistant, state
from tests.fake_mqtt import FakeMqtt


@pytest.mark.parametrize("kind", ["home_assistant", "mqtt"])
def test_no_server_is_no_error(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    home: Home = (
        Mqtt(f"mqtt://127.0.0.1:{port}", ("", ""))
        if kind == "mqtt"
        else HomeAssistant(f"ws://127.0.0.1:{port}", TOKEN)
    )
    home.start()
    time.sleep(0.02)
    assert home.entities() == ()
    with pytest.raises(StageError, match=UNREACHABLE):
        home.control(ControlHome("light.ceiling", "turn_on"))
    began = time.monotonic()
    home.close()
    assert time.monotonic() - began < 0.9, "it waited for the next attempt"


def test_a_connection_lost_over_an_order_is_a_failure_at_once() -> None:
    server = FakeHomeAssistant(state("light.ceiling", "off"))
    server.vanish = True
    home = HomeAssistant(server.url, TOKEN, SOON, confirm_s=60)
    home.start()
    until(home.entities)
    with pytest.raises(StageError, match=UNREACHABLE):
        home.control(ControlHome("light.ceiling", "turn_on"))
    home.close()
    server.stop()


def test_a_device_that_does_something_else_has_not_obeyed() -> None:
    server = FakeMqtt()
    config = {"name": "Lamp", "command_topic": "lamp/set", "state_topic": "lamp"}
    server.retain("homeassistant/light/lamp/config", json.dumps(config))
    server.retain("lamp", "OFF")
    server.devices["lamp/set"] = lambda server, text: server.retain("lamp", "OFF")
    home = Mqtt(server.url, ("", ""), SOON, CONFIRM_S)
    home.start()
    until(lambda: [each.state for each in home.entities()] == ["off"])
    with pytest.raises(StageError, match="the Lamp did not answer"):
        home.control(ControlHome("light.lamp", "turn_on"))
    home.close()
    server.stop()


def test_a_wrong_token_is_tried_again_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    server = FakeHomeAssistant()
    home = HomeAssistant(server.url, "wrong-token", SOON)
    home.start()
    until(lambda: len(server.tokens) > 1)
    home.close()
    server.stop()
    assert server.tokens[0] == "wrong-token"
    ours = [each for each in caplog.records if each.name != "websockets.server"]
    assert any("does not accept the token" in each.getMessage() for each in ours)
    assert not any("wrong-token" in each.getMessage() for each in ours)


def test_a_message_that_is_too_large_ends_the_connection() -> None:
    server = FakeHomeAssistant(state("light.ceiling", "on"))
    home = HomeAssistant(server.url, TOKEN, SOON)
    home.start()
    until(home.entities)
    server.rubbish = ["x" * (MAX_BYTES + 1)]
    server.send("x" * (MAX_BYTES + 1))
    until(lambda: not home.entities())
    until(lambda: len(server.tokens) > 2)
    server.rubbish = []
    until(home.entities)
    home.close()
    server.stop()


def test_a_redirect_leads_nowhere() -> None:
    elsewhere = FakeHomeAssistant(state("light.ceiling", "on"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        home = HomeAssistant(f"ws://127.0.0.1:{listener.getsockname()[1]}/", TOKEN, SOON)
        home.start()
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                answer = (
                    f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
                )
                connection.sendall(answer.encode())
        home.close()
    elsewhere.stop()
    assert not elsewhere.tokens


def test_a_broker_is_told_user_and_password() -> None:
    server = FakeMqtt()
    server.refuse_login = True
    home = Mqtt(server.url, ("kitchen", "secret"), SOON)
    home.start()
    until(lambda: len(server.logins) > 1)
    assert not home.entities()
    home.close()
    server.stop()
    assert server.logins[0].endswith(b"\x00\x07kitchen\x00\x06secret")
