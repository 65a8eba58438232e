"""The front panel: threads that show and are pressed, and nothing on it hurts the assistant."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.events import AlertOver, Armed, DeviceLost, Entered
from assistant.lights.animation import MARK, Rgb, frame
from assistant.lights.scene import Scene, Shown
from assistant.panel import panel as panel_module
from assistant.panel.build import build, find_button, find_hat, find_ring
from assistant.panel.panel import Panel
from assistant.panel.settings import ButtonSettings, LightsSettings, PanelSettings
from hw.buttons.button import Button
from hw.buttons.waiting import Waiting
from hw.lights.ring import LightRing
from tests.contracts.fakes_panel import Header, install
from tests.contracts.test_buttons import FakeButton
from tests.contracts.test_lights import DARK, PIXELS, FakeRing
from tests.unit.test_lights_scene import rang

SOON_S = 5.0
"""For a thread on a busy machine."""


def eventually(holds: Callable[[], bool]) -> None:
    until_s = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < until_s, "it never happened"
        time.sleep(0.002)


class Pressed:
    """`Controls` that keep what was done."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def talk(self) -> None:
        self.done.append("talk")

    def hush(self) -> None:
        self.done.append("hush")

    def toggle_mute(self) -> None:
        self.done.append("mute")

    def turn_volume(self, up: bool) -> None:
        self.done.append("louder" if up else "quieter")


@pytest.fixture
def controls() -> Pressed:
    return Pressed()


@contextmanager
def running(panel: Panel) -> Iterator[Panel]:
    panel.start()
    try:
        yield panel
    finally:
        panel.close()


def test_the_lights_follow_what_is_told(controls: Pressed) -> None:
    ring = FakeRing()
    with running(Panel(controls, PIXELS, ring.open)) as panel:
        panel(0.0, Armed())
        panel(0.0, Entered("listening"))
        blue = frame(Shown(Scene.LISTENING), 1.0, PIXELS).colours
        eventually(lambda: blue in ring.shown)
        panel(0.0, Entered("idle"))
        panel(0.0, DeviceLost("microphone", "muted"))
        marks = frame(Shown(Scene.MUTED, muted=True), 0.0, PIXELS).colours
        eventually(lambda: ring.shown[-1] == marks)
        assert marks.count(MARK) == 2
    assert ring.shown[-1] == (DARK,) * PIXELS


def test_what_stands_still_is_shown_once(controls: Pressed) -> None:
    ring = FakeRing()
    with running(Panel(controls, PIXELS, ring.open)) as panel:
        panel(0.0, Armed())
        eventually(lambda: ring.shown[-1:] == [(DARK,) * PIXELS])
        count = len(ring.shown)
        for _ in range(50):
            panel(0.0, AlertOver(1))  # changes nothing
        time.sleep(0.05)
        assert len(ring.shown) == count


def test_it_is_dark_half_a_second_after_the_end(controls: Pressed) -> None:
    ring = FakeRing()
    panel = Panel(controls, PIXELS, ring.open)
    panel.start()
    panel(0.0, rang())
    eventually(lambda: any(any(colour) for colour in ring.shown[-1:] and ring.shown[-1]))
    began_s = time.monotonic()
    panel.close()
    assert time.monotonic() - began_s < 0.5
    assert ring.shown[-1] == (DARK,) * PIXELS
    assert not {"lights", "button"} & {thread.name for thread in threading.enumerate()}


def test_lights_that_hang_do_not_keep_the_process(controls: Pressed) -> None:
    hanging = threading.Event()

    class Stuck(FakeRing):
        def show(self, colours: object) -> None:
            hanging.wait()

    panel = Panel(controls, PIXELS, Stuck().open)
    panel.start()
    began_s = time.monotonic()
    panel.close()
    assert 0.4 < time.monotonic() - began_s < 2.0
    hanging.set()


def test_lights_that_fail_are_told_of_once_and_tried_again(
    controls: Pressed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(panel_module, "LIGHTS_AGAIN_S", 0.01)
    ring, tries = FakeRing(), []
    ring.gone = True

    @contextmanager
    def opened() -> Iterator[LightRing]:
        tries.append(1)
        with ring.open() as made:
            yield made

    with caplog.at_level(logging.WARNING), running(Panel(controls, PIXELS, opened)) as panel:
        eventually(lambda: len(tries) > 3)
        assert [record.message for record in caplog.records] == [
            "the lights cannot be reached, and will be tried again: the lights are gone"
        ]
        ring.gone = False
        panel(0.0, rang())
        eventually(lambda: any(any(colour) for colour in (ring.shown or [()])[-1]))
        ring.gone = True
        eventually(lambda: len(caplog.records) == 3)
    assert "again" in caplog.records[1].message


@pytest.mark.parametrize(
    ("press", "done"),
    [("press", "talk"), ("hold", "mute"), ("mute", "mute"), ("louder", "louder")],
)
def test_presses(controls: Pressed, press: str, done: str) -> None:
    button = FakeButton()
    button.pending = [press, "quieter"]  # type: ignore[list-item]
    with running(Panel(controls, PIXELS, open_button=button.open)):
        eventually(lambda: controls.done == [done, "quieter"])


def test_while_something_rings_a_press_stops_it(controls: Pressed) -> None:
    button = FakeButton()
    panel = Panel(controls, PIXELS, open_button=button.open)
    panel(0.0, rang(3))
    button.pending = ["press"]
    with running(panel):
        eventually(lambda: controls.done == ["hush"])


def test_a_button_that_is_unplugged_is_found_again(
    controls: Pressed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(panel_module, "BUTTON_AGAIN_S", 0.01)
    button, tries = FakeButton(), []

    @contextmanager
    def opened(waiting: Waiting) -> Iterator[Button]:
        tries.append(1)
        if len(tries) < 4:
            raise FileNotFoundError(2, "no such button")
        with button.open(waiting) as made:
            yield made

    button.pending = ["press"]
    with running(Panel(controls, PIXELS, open_button=opened)):
        eventually(lambda: controls.done == ["talk"])
    assert sum("cannot be reached" in record.message for record in caplog.records) == 1


def test_a_panel_without_anything_has_no_threads(controls: Pressed) -> None:
    before = threading.active_count()
    with running(Panel(controls, PIXELS)) as panel:
        panel(0.0, Armed())
        assert threading.active_count() == before


# -- what the configuration names ------------------------------------------------------------------


def test_nothing_is_there_unless_it_is_configured(controls: Pressed) -> None:
    assert find_ring(LightsSettings(), None) is None
    assert find_button(ButtonSettings(), None) is None
    with running(build(PanelSettings(), LightsSettings(), ButtonSettings(), controls)):
        assert not {"lights", "button"} & {thread.name for thread in threading.enumerate()}


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Header]:
    made = Header({})
    install(made, tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("hat", "pixels", "button"),
    [("respeaker-2mic", 3, True), ("respeaker-4mic", 12, False), ("respeaker-6mic", 12, False)],
)
def test_a_hat_says_what_is_on_it(hat: str, pixels: int, button: bool) -> None:
    found = find_hat(hat)
    ring = find_ring(LightsSettings(), found)
    assert ring is not None
    assert ring.pixels == pixels
    assert (find_button(ButtonSettings(), found) is not None) == button
    assert find_ring(LightsSettings(engine="none"), found) is None
    assert find_button(ButtonSettings(engine="none"), found) is None


def test_an_unknown_hat_is_named() -> None:
    with pytest.raises(ConfigError, match=r"panel.hat = 'sombrero'.*respeaker-2mic"):
        find_hat("sombrero")


def test_without_the_package_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    for found in (
        lambda: find_button(ButtonSettings(engine="gpio", line=17), None),
        lambda: find_button(ButtonSettings(), find_hat("respeaker-2mic")),
        lambda: find_ring(LightsSettings(), find_hat("respeaker-4mic")),
    ):
        with pytest.raises(ConfigError, match=r"pip install 'kitchen-assistant\[board\]'"):
            found()
    assert find_ring(LightsSettings(), find_hat("respeaker-2mic")), "its lights need no package"


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"engine": "gpio"}, "line"),
        ({"engine": "input"}, "device"),
        ({"engine": "input", "device": "Jabra", "line": 3}, "line"),
        ({"engine": "gpio", "line": 3, "device": "Jabra"}, "device"),
        ({"line": 3}, "line"),
        ({"engine": "none", "active_low": False}, "active_low"),
    ],
)
def test_settings_that_contradict_each_other_are_named(
    settings: dict[str, object], key: str
) -> None:
    with pytest.raises(ValueError, match=key):
        ButtonSettings.model_validate(settings)


def test_rgb_is_the_same_everywhere() -> None:
    from hw.lights import ring

    assert ring.Rgb == Rgb
