"""What every `Home` promises, kept by both engines over real sockets on this machine."""

import time
from collections.abc import Iterator

import pytest

from assistant.actions import ControlHome
from assistant.errors import StageError
from assistant.home.home import UNREACHABLE
from assistant.home.home_assistant import HomeAssistant
from assistant.home.mqtt import Mqtt
from assistant.world import Entity
from tests.contracts.fakes_home import CONFIRM_S, House, OfHomeAssistant, OfMqtt, until


@pytest.fixture(params=[OfHomeAssistant, OfMqtt])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    house: House = request.param()
    house.home.start()
    yield house
    house.home.close()
    house.stop()


def entity(house: House, id: str) -> Entity | None:
    return next((each for each in house.home.entities() if each.id == id), None)


def is_there(house: House, light_is: str = "off") -> bool:
    light, cover = entity(house, house.light), entity(house, house.cover)
    return bool(light and light.state == light_is and cover and cover.state == "closed")


def failure(house: House, order: ControlHome) -> str:
    with pytest.raises(StageError) as raised:
        house.home.control(order)
    assert (raised.value.stage, raised.value.code) == ("skill", "home")
    return str(raised.value)


def obeys(house: House, order: ControlHome) -> bool:
    try:
        house.home.control(order)
    except StageError:
        return False
    return True


def test_knows_what_is_in_the_house(house: House) -> None:
    until(lambda: is_there(house))
    light = entity(house, house.light)
    assert light == Entity(house.light, "Kitchen b ceiling /b light", "off", "light", "", "Kitchen")
    assert {each.kind for each in house.home.entities()} == {"light", "cover"}
    assert max(len(each.name) for each in house.home.entities()) == 60


def test_hears_of_changes(house: House) -> None:
    until(lambda: is_there(house))
    house.change("on")
    until(lambda: is_there(house, "on"))
    house.remove_light()
    until(lambda: entity(house, house.light) is None)
    assert entity(house, house.cover)


def test_carries_out_orders_and_knows_of_it_at_once(house: House) -> None:
    until(lambda: is_there(house))
    house.home.control(ControlHome(house.light, "turn_on"))
    assert house.orders() == [f"turn_on {house.light}"]
    assert is_there(house, "on")
    house.home.control(ControlHome(house.cover, "open"))
    assert house.orders()[1:] == [f"open_cover {house.cover}"]


@pytest.mark.parametrize(
    "order",
    [
        ControlHome("{light}", "unlock"),
        ControlHome("{light}", "homeassistant.stop"),
        ControlHome("{light}", "turn_on", 5),
        ControlHome("{light}", "set_brightness"),
        ControlHome("{cover}", "turn_on"),
        ControlHome("light.unknown", "turn_on"),
    ],
    ids=lambda order: f"{order.entity}-{order.service}",
)
def test_takes_no_order_that_does_not_fit(house: House, order: ControlHome) -> None:
    until(lambda: is_there(house))
    id = order.entity.format(light=house.light, cover=house.cover)
    assert failure(house, ControlHome(id, order.service, order.value)).endswith((".",))
    assert not house.orders()


def test_a_refused_order_is_a_failure_without_the_words_of_the_server(house: House) -> None:
    until(lambda: is_there(house))
    house.misbehave(refuse=True)
    said = failure(house, ControlHome(house.light, "turn_on"))
    assert "Ignore" not in said
    until(lambda: is_there(house))
    failure(house, ControlHome(house.cover, "open"))
    house.misbehave()
    until(lambda: obeys(house, ControlHome(house.light, "turn_on")))


def test_an_order_without_confirmation_is_a_failure_soon(house: House) -> None:
    until(lambda: is_there(house))
    house.misbehave(silent=True)
    began = time.monotonic()
    assert "did not answer" in failure(house, ControlHome(house.light, "turn_on"))
    assert CONFIRM_S * 0.9 < time.monotonic() - began < CONFIRM_S + 1
    assert is_there(house)


def test_a_server_that_comes_back_is_found_again(house: House) -> None:
    until(lambda: is_there(house))
    house.hang_up()
    until(lambda: not house.home.entities() or is_there(house))
    until(lambda: is_there(house))
    house.stop()
    until(lambda: not house.home.entities())
    assert failure(house, ControlHome(house.light, "turn_on")) == UNREACHABLE
    house.again()
    until(lambda: is_there(house))
    assert not house.orders(), "what failed must not be carried out later"


def test_what_is_gone_after_a_break_is_not_remembered(house: House) -> None:
    until(lambda: is_there(house))
    house.forget_light()
    house.hang_up()
    until(lambda: entity(house, house.cover) and not entity(house, house.light))


def test_nonsense_is_dropped(house: House) -> None:
    until(lambda: is_there(house))
    before = set(house.home.entities())
    house.rubbish()
    house.change("on")
    until(lambda: is_there(house, "on"))
    assert {each.id for each in house.home.entities()} == {each.id for each in before}
    assert isinstance(house.home, HomeAssistant | Mqtt)
    assert house.home.dropped >= 6


def test_a_house_is_never_too_large(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 30
    monkeypatch.setattr("assistant.home.snapshot.MOST", most)
    monkeypatch.setattr("assistant.home.mqtt.MOST", most)
    until(lambda: is_there(house))
    house.fill(most + 20)
    until(lambda: len(house.home.entities()) == most)
    house.change("on")
    until(lambda: is_there(house, "on"))
    assert len(house.home.entities()) == most


def test_closing_twice_is_harmless(house: House) -> None:
    until(lambda: is_there(house))
    house.home.close()
    assert house.home.entities() == ()
    assert failure(house, ControlHome(house.light, "turn_on")) == UNREACHABLE
    house.home.close()
