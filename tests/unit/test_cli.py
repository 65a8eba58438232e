"""The command line as a whole: its commands are imported one at a time, and nobody can tell."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from assistant import commands
from assistant.cli import app
from assistant.commands import COMMANDS
from assistant.lazy import imported
from assistant.skills import SKILLS

ENGINES = {"llama_cpp", "onnxruntime", "piper", "pywhispercpp", "_pywhispercpp"}
HEAVY = ENGINES | {"hassil", "jiwer", "matplotlib", "numpy", "scipy", "sounddevice", "soundfile"}


def modules_after(code: str) -> set[str]:
    """Packages that a process has imported by the time it ends."""
    tell = "import atexit, sys\natexit.register(lambda: print('modules', *sys.modules))\n"
    done = subprocess.run(
        [sys.executable, "-c", tell + code], capture_output=True, text=True, check=True, timeout=60
    )
    name, *modules = done.stdout.splitlines()[-1].split()
    assert name == "modules"
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("arguments", [["timers"], ["--help"]])
def test_a_quick_command_loads_no_engine(
    arguments: list[str], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    loaded = modules_after(
        f"sys.argv = ['assistant', *{arguments}]\nfrom assistant.cli import main\nmain()"
    )
    assert "typer" in loaded
    assert (loaded & HEAVY) == set()


def test_what_is_due_is_found_before_anything_heavy_is_imported() -> None:
    loaded = modules_after("import assistant.commands.run")
    assert "sqlite3" in loaded
    assert loaded & (HEAVY | {"numpy", "pydantic", "sounddevice"}) == set()


def test_what_rings_sounds_before_engines_and_sentences_are_imported() -> None:
    loaded = modules_after("import assistant.commands.listening")
    assert "numpy" in loaded
    assert loaded & (ENGINES | {"hassil", "rapidfuzz", "unicode_rbnf", "yaml"}) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    command = imported(commands.__name__, name, COMMANDS[name])
    assert command.name == name
    assert " ".join(command.help.split("\n\n")[0].split()) == COMMANDS[name].help


def test_help_lists_every_command_in_order() -> None:
    made = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "100", "TERM": "dumb"})
    assert made.exit_code == 0
    rows = [line.strip("│ |").split(" ")[0] for line in made.stdout.splitlines()]
    assert [row for row in rows if row in COMMANDS] == list(COMMANDS)


@pytest.mark.parametrize("arguments", [["timers", "--help"], ["turn", "--help"]])
def test_a_command_tells_its_own_options(arguments: list[str]) -> None:
    made = CliRunner().invoke(app, arguments, env={"COLUMNS": "100", "TERM": "dumb"})
    assert made.exit_code == 0
    assert f"{arguments[0]} [OPTIONS]" in made.stdout
    assert "--json" in made.stdout
    assert "completion" not in made.stdout


def test_a_mistyped_command_gets_a_hint() -> None:
    made = CliRunner().invoke(app, ["timerz"], env={"COLUMNS": "100", "TERM": "dumb"})
    assert made.exit_code == 2
    assert "No such command 'timerz'. Did you mean 'timers'?" in made.stderr


def test_no_command_shows_the_help() -> None:
    made = CliRunner().invoke(app, [], env={"COLUMNS": "100", "TERM": "dumb"})
    assert made.exit_code == 2
    assert "eval" in made.stdout + made.stderr


def test_a_skill_is_listed_under_its_own_name() -> None:
    assert {name: skill.name for name, skill in SKILLS.items()} == {name: name for name in SKILLS}
