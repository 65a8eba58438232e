"""`assistant doctor` as a person and as a script see it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.audio.portaudio import PortAudio
from assistant.cli import app
from assistant.commands import doctor
from assistant.doctor import examine as examining
from assistant.doctor.check import Check, Level
from assistant.errors import DeviceError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments])


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Check]:
    """What the command is to find."""
    checks: list[Check] = []

    def examine(config: Path | None, read_models: bool) -> Iterator[Check]:
        yield from checks

    monkeypatch.setattr(doctor, "examine", examine)
    return checks


@pytest.mark.parametrize(("level", "code"), [("green", 0), ("yellow", 0), ("red", 1)])
def test_only_red_fails(found: list[Check], level: Level, code: int) -> None:
    found += [Check("a", "green", "Well."), Check("b", level, "So so.", "Do this.")]
    made = run()
    assert made.exit_code == code
    assert made.stdout == f"green   a: Well.\n{level:<8}b: So so.\n        Do this.\n"
    as_json = run("--json")
    assert as_json.exit_code == code
    made_json = json.loads(as_json.stdout)
    assert made_json["level"] == level
    assert made_json["checks"][1] == {
        "name": "b",
        "level": level,
        "text": "So so.",
        "remedy": "Do this.",
    }


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with neither models nor PortAudio; where its configuration would be."""

    def no_library(self: PortAudio) -> None:
        raise DeviceError("The PortAudio library is missing; install it.")

    monkeypatch.setattr(PortAudio, "__init__", no_library)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "config.toml"


def test_a_bare_machine_is_told_everything_at_once(bare: Path) -> None:
    bare.touch()
    made = run("--json", "--config", str(bare))
    assert made.exit_code == 1
    levels = {check["name"]: check["level"] for check in json.loads(made.stdout)["checks"]}
    assert (levels["models"], levels["sound"], levels["configuration"]) == ("red", "red", "green")
    assert {"python", "processor", "whisper.cpp", "memory", "governor", "memory lock"} <= set(
        levels
    )


def test_a_wrong_configuration_hides_only_what_depends_on_it(bare: Path) -> None:
    bare.write_text("[speech]\n")
    made = run("--json", "--config", str(bare))
    assert made.exit_code == 1
    levels = {check["name"]: check["level"] for check in json.loads(made.stdout)["checks"]}
    assert levels["configuration"] == "red"
    assert "governor" in levels
    assert not {"models", "sound", "microphone"} & set(levels)


def test_an_unknown_model_is_told(bare: Path) -> None:
    bare.write_text('[stt]\nmodel = "whisper-tinny"\n')
    made = run("--config", str(bare))
    assert made.exit_code == 1
    assert "whisper-tinny" in made.stdout


def test_libraries_that_do_not_load_are_told(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise OSError("no /proc")

    monkeypatch.setattr(examining, "cpuinfo", fail)
    bare.touch()
    assert (
        "engines: A library of the engines cannot be loaded: no /proc."
        in run("--config", str(bare)).stdout
    )


@pytest.mark.models
def test_this_machine_has_its_models_and_the_memory_for_them() -> None:
    levels = {check.name: check.level for check in examining.examine(None, read_models=True)}
    assert (levels["models"], levels["memory"], levels["configuration"]) == ("green",) * 3
