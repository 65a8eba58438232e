"""Lines of the header: found by the label of their chip, and the interface of `gpiod` as it is."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from hw import gpio
from hw.buttons.header import header_button
from hw.buttons.waiting import Waiting
from tests.contracts.fakes_panel import Header, Value, install

PI_5 = {
    "gpiochip0": "gpio-brcmstb@107d508500",
    "gpiochip10": "pinctrl-rp1",
    "gpiochip11": "gpio-brcmstb@107d508520",
}


@pytest.fixture
def header() -> Iterator[Header]:
    made = Header(PI_5)
    yield made
    made.close()


@pytest.fixture
def devices(header: Header, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = install(header, tmp_path, monkeypatch)
    real = gpio.chip
    for module in ("hw.gpio", "hw.buttons.header"):
        monkeypatch.setattr(f"{module}.chip", lambda label="": real(label, folder))
    return folder


@pytest.mark.usefixtures("devices")
def test_the_chip_of_the_header_is_found_whatever_its_number() -> None:
    with gpio.chip() as found:
        assert found.get_info().label == "pinctrl-rp1"
    with gpio.chip("gpio-brcmstb@107d508520") as found:
        assert found.get_info().label == "gpio-brcmstb@107d508520"


@pytest.mark.usefixtures("devices")
def test_a_chip_that_is_not_there_is_named() -> None:
    with pytest.raises(OSError, match="tegra"), gpio.chip("tegra999"):
        pass


def test_where_nothing_may_be_opened_that_is_said(devices: Path) -> None:
    import gpiod

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    gpiod.Chip = refuse  # type: ignore[assignment,misc]
    with pytest.raises(PermissionError), gpio.chip():
        pass


@pytest.mark.usefixtures("devices")
def test_power_is_on_for_as_long_as_it_is_wanted(header: Header) -> None:
    with gpio.held_high(5):
        assert header.requests[5].output_value is Value.ACTIVE
        assert header.requests[5].direction.name == "OUTPUT"
    assert header.requests == {}


@pytest.mark.usefixtures("devices")
@pytest.mark.parametrize(("low", "bias"), [(True, "PULL_UP"), (False, "PULL_DOWN")])
def test_a_button_is_pulled_to_where_it_is_not_pressed(
    header: Header, low: bool, bias: str
) -> None:
    with header_button("GPIO17", "", low, 1.0, Waiting()):
        settings = header.requests["GPIO17"]
        assert (settings.bias.name, settings.active_low) == (bias, low)
        assert (settings.direction.name, settings.edge_detection.name) == ("INPUT", "BOTH")


@pytest.mark.usefixtures("devices")
def test_a_line_that_is_not_there_is_named() -> None:
    with pytest.raises(OSError, match="no line 99"), gpio.held_high(99):
        pass


def test_the_real_package_has_the_interface_that_is_used_here(tmp_path: Path) -> None:
    gpiod = pytest.importorskip("gpiod", reason="the extra `board` is not installed")
    line = gpiod.line
    made = gpiod.LineSettings(
        direction=line.Direction.INPUT,
        edge_detection=line.Edge.BOTH,
        bias=line.Bias.PULL_UP,
        active_low=True,
        output_value=line.Value.ACTIVE,
    )
    assert made.event_clock is line.Clock.MONOTONIC, "what time.monotonic goes by"
    assert line.Bias.PULL_DOWN
    assert line.Direction.OUTPUT
    assert line.Value.ACTIVE.value
    assert not line.Value.INACTIVE.value
    assert list(inspect.signature(gpiod.Chip.request_lines).parameters)[:3] == [
        *("self", "config", "consumer")
    ]
    for name in ("fd", "get_values", "read_edge_events", "__enter__", "__exit__"):
        assert hasattr(gpiod.LineRequest, name)
    assert {"event_type", "timestamp_ns"} <= set(gpiod.EdgeEvent.__annotations__)
    assert gpiod.EdgeEvent.Type.RISING_EDGE is not gpiod.EdgeEvent.Type.FALLING_EDGE
    nothing = tmp_path / "gpiochip0"
    nothing.touch()
    with pytest.raises(OSError, match=r"."):
        gpiod.Chip(str(nothing))
