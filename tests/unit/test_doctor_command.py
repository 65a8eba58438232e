"""`assistant doctor` as a person and as a script see it."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from assistant.audio.portaudio import PortAudio
from assistant.cli import app
from assistant.commands import doctor
from assistant.doctor import examine as examining
from assistant.doctor.check import Check, Level
from assistant.errors import DeviceError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments])


class Found(list[Check]):
    """An examination that is over."""

    stuck: tuple[str, ...] = ()


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Found:
    """What the command is to find."""
    checks = Found()
    monkeypatch.setattr(doctor, "Examination", lambda config, wish: checks)
    return checks


@pytest.mark.parametrize(
    ("level", "code", "end"),
    [
        ("green", 0, "Everything is well."),
        ("yellow", 0, "1 thing could be better, nothing is broken."),
        ("red", 1, "1 thing is broken."),
    ],
)
def test_only_red_fails(found: Found, level: Level, code: int, end: str) -> None:
    found += [Check("a", "green", "Well."), Check("b", level, "So [so].", "Do this.")]
    made = run()
    assert made.exit_code == code
    assert made.stdout == f"green   a: Well.\n{level:<8}b: So [so].\n        Do this.\n\n{end}\n"
    as_json = run("--json")
    assert as_json.exit_code == code
    made_json = json.loads(as_json.stdout)
    assert made_json["level"] == level
    assert made_json["checks"][1] == {
        "name": "b",
        "level": level,
        "text": "So [so].",
        "remedy": "Do this.",
    }


def test_all_is_summed_up() -> None:
    red, yellow = Check("r", "red", "", ""), Check("y", "yellow", "", "")
    assert doctor.summary([red, red, yellow]) == "2 things are broken, 1 thing could be better."
    assert doctor.summary([]) == "Everything is well."


def test_on_a_terminal_it_is_coloured_and_wrapped_below_itself() -> None:
    screen = Console(force_terminal=True, width=60, file=io.StringIO(), color_system="standard")
    doctor._print(screen, Check("clock", "red", "It is [wrong] " + "again and " * 9, "Set it."))
    assert isinstance(screen.file, io.StringIO)
    lines = screen.file.getvalue().splitlines()
    assert lines[0].startswith("\x1b[31mred")
    assert "[wrong]" in lines[0]
    assert all(line.startswith(" " * 28) for line in lines[1:])


def test_help_teaches() -> None:
    text = run("--help").stdout
    assert "--hash" in text
    assert "--test" in text
    assert "what mends it" in text


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
    wish = examining.Wish(digests=True)
    levels = {check.name: check.level for check in examining.Examination(None, wish)}
    assert (levels["models"], levels["memory"], levels["configuration"]) == ("green",) * 3
