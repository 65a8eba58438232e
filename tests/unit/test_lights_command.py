"""`assistant lights`."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.commands.lights import TOUR, _play
from assistant.errors import AssistantError
from assistant.lights.picture import TILES, svg
from assistant.lights.scene import Scene
from tests.contracts.test_lights import PIXELS, FakeRing

SVG = "{http://www.w3.org/2000/svg}"
PICTURE = Path(__file__).parents[2] / "docs/lights.svg"


@pytest.fixture(autouse=True)
def _nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def run(*arguments: str) -> str:
    made = CliRunner().invoke(app, ["lights", *arguments], catch_exceptions=False)
    assert made.exit_code == 0
    return made.stdout


def test_every_scene_is_told_for_scripts() -> None:
    told = json.loads(run("--json"))
    assert [each["scene"] for each in told] == [shown.scene.name.lower() for shown in TOUR]
    assert {each["means"] for each in told} == {scene.value for scene in Scene}


def test_one_scene_alone() -> None:
    assert [each["scene"] for each in json.loads(run("--json", "--scene", "Muted"))] == ["muted"]


def test_an_unknown_scene_is_named_with_those_there_are() -> None:
    with pytest.raises(AssistantError, match=r"no scene 'disco'.*listening"):
        run("--scene", "disco")


def test_lights_that_are_not_there_are_one_sentence() -> None:
    with pytest.raises(AssistantError, match=r"cannot be reached: .*spidev"):
        run("--engine", "apa102", "--scene", "idle")


def test_without_a_terminal_nothing_is_drawn() -> None:
    with pytest.raises(AssistantError, match="no terminal"):
        run("--scene", "idle")


def test_a_picture_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="cannot be written"):
        run("--svg", str(tmp_path / "none" / "picture.svg"))


def test_a_scene_is_played_for_as_long_as_it_was_asked_for() -> None:
    ring, now = FakeRing(), [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    listening = next(shown for shown in TOUR if shown.scene is Scene.LISTENING)
    _play(ring, listening, PIXELS, 3.0, lambda: now[0], sleep)
    assert now[0] == pytest.approx(3.0)
    assert len(ring.shown) == 5, "it stands still after a fifth of a second"


def test_the_picture_in_the_documents_is_that_of_the_code(tmp_path: Path) -> None:
    run("--svg", str(tmp_path / "made.svg"))
    assert (tmp_path / "made.svg").read_text() == PICTURE.read_text(), (
        "run: assistant lights --svg docs/lights.svg"
    )


def test_the_picture_shows_every_scene() -> None:
    tree = ElementTree.fromstring(svg())
    lights = tree.findall(f"{SVG}circle[@r='8.5']")
    assert len(lights) == PIXELS * len(Scene) == PIXELS * len(TILES)
    assert {tile.shown.scene for tile in TILES} == set(Scene)
    moving = sum(light.find(f"{SVG}animate") is not None for light in lights)
    assert moving == 12 + 12 + 12 + 6 + 12, "thinking, speaking, ringing, failed, starting"
