"""An update from tiny but real wheelhouses into real environments; only systemd is played."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.commands.update import installed_at
from assistant.errors import AssistantError, UpdateError
from assistant.update import environment
from assistant.update.install import Outcome, end_trial, install, rollback
from assistant.update.manifest import NAME, Manifest
from assistant.update.service import Service
from assistant.update.versions import Versions
from tests.wheelhouses import PYTHON, wheelhouse

INTERPRETER = Path(sys._base_executable)  # type: ignore[attr-defined]
SYSTEMCTL = """#!/bin/sh
echo "$@" >>"$PLAYED/log"
case "$*" in
  is-active*) cat "$PLAYED/state" ;;
  *restart*)
    version=$(basename "$(readlink "$PLAYED/root/current")")
    if grep -qsx "${version%-*}" "$PLAYED/bad"; then
      echo failed >"$PLAYED/state"; exit 1
    fi
    echo active >"$PLAYED/state" ;;
esac
"""


class Played:
    """A machine with a service, and a systemctl that believes what it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.versions = Versions(folder / "root")
        self.service = Service(running=folder)
        (folder / "state").write_text("active\n")
        (folder / "data/models").mkdir(parents=True)
        (folder / "data" / environment.MODELS_COMPLETE).touch()
        (folder / "bin").mkdir()
        (folder / "bin/systemctl").write_text(SYSTEMCTL)
        (folder / "bin/systemctl").chmod(0o755)
        self.told: list[str] = []

    def install(self, version: str, program: str = "") -> Outcome:
        house = self.folder / f"house-{version}"
        if not house.exists():
            wheelhouse(house, version, program)
        return install(house, self.versions, self.service, self.told.append, INTERPRETER)

    def pretend(self, *versions: str) -> None:
        """As if they had been installed, without the seconds that it takes."""
        with self.versions.locked():
            for name in versions:
                self.versions.begin(name)
                self.versions.complete(name, Manifest(name, PYTHON, "x86_64", (), {"a": "0" * 64}))
                self.versions.switch(name)
                self.versions.end_trial()

    def never_ready(self, version: str) -> None:
        with (self.folder / "bad").open("a") as file:
            file.write(f"{version}\n")

    @property
    def ordered(self) -> list[str]:
        return [
            line
            for line in (self.folder / "log").read_text().splitlines()
            if not line.startswith("is-active")
        ]


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    monkeypatch.setenv("PLAYED", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(environment, "USER", "nobody-of-this-name")
    return Played(tmp_path)


def test_a_real_wheel_in_a_real_environment(played: Played) -> None:
    played.pretend("1.0")
    done = played.install("2.0", "import sys; assert sys.argv[1] in ('hw', 'models')")
    assert done.well
    assert done.previous == "1.0"
    assert played.ordered == ["reset-failed assistant.service", "restart assistant.service"]
    version = played.versions.root / "current"
    code = "import importlib.metadata as m; print(m.version('kitchen-assistant'))"
    shown = subprocess.run(
        [version / "bin/python", "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "2.0\n"
    assert list(version.rglob("assistant/__pycache__/__main__*.pyc"))  # a service may write none
    assert not list(version.rglob("site-packages/pip"))
    again = played.install("2.0")
    assert (again.current, again.changed, again.well) == (done.current, False, True)


def quickly(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environments that hold nothing but a `python` that is this shell script."""

    def make(folder: Path, source: Path, manifest: Manifest, python: Path) -> None:
        (folder / "bin").mkdir()
        (folder / "bin/python").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "bin/python").chmod(0o755)

    monkeypatch.setattr(environment, "make", make)


def test_what_does_not_even_start_is_not_switched_to(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly("echo no such instruction; exit 1", monkeypatch)
    played.pretend("old")
    with pytest.raises(UpdateError, match=r"does not work here .*: no such instruction"):
        played.install("2.0")
    assert (played.versions.current, played.versions.whole) == ("old", ["old"])
    assert not (played.folder / "log").exists()  # nobody was disturbed


def test_a_version_that_never_gets_ready_gives_way_to_the_former_one(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly("exit 0", monkeypatch)
    played.pretend("older", "old")
    played.never_ready("2.0")
    outcome = played.install("2.0")
    assert (outcome.current, outcome.previous, outcome.well) == ("old", "older", False)
    assert played.versions.whole == ["older", "old"]  # the failed one is gone
    assert "old runs again" in outcome.text
    assert played.versions.current == "old"
    assert played.versions.on_trial is None
    assert (played.folder / "state").read_text() == "active\n"


def test_a_former_version_that_fails_gives_way_too(played: Played) -> None:
    played.pretend("old", "new")
    played.never_ready("old")
    outcome = rollback(played.versions, played.service, played.told.append)
    assert (outcome.current, outcome.previous, outcome.well) == ("new", "old", False)


def test_a_service_that_was_stopped_stays_so(played: Played) -> None:
    played.pretend("old", "new")
    (played.folder / "state").write_text("inactive\n")
    outcome = rollback(played.versions, played.service, played.told.append)
    assert "next start" in outcome.text
    assert played.versions.on_trial == "new"  # until it was ready once
    assert not [line for line in played.ordered if "restart" in line]


def test_what_waits_for_its_models_is_not_measured_by_the_clock(played: Played) -> None:
    (played.folder / "data" / environment.MODELS_COMPLETE).unlink()
    played.pretend("old", "new")
    played.never_ready("old")
    assert rollback(played.versions, played.service, played.told.append).current == "old"


def test_systemd_ends_a_trial_that_nobody_watches(played: Played) -> None:
    """The updater was killed after the switch, and the new version fails again and again."""
    played.pretend("old", "new")
    played.versions.switch("old")
    outcome = end_trial(played.versions, played.service)
    assert (outcome.current, outcome.previous, outcome.well) == ("new", "old", False)
    assert played.ordered == [
        "reset-failed assistant.service",
        "--no-block restart assistant.service",
    ]
    assert end_trial(played.versions, played.service).well  # and once is enough


def test_there_may_be_nothing_to_go_back_to(played: Played) -> None:
    played.pretend("only")
    with pytest.raises(UpdateError, match="no former version"):
        rollback(played.versions, played.service, played.told.append)


def test_a_service_that_hangs_has_failed(played: Played) -> None:
    (played.folder / "bin/systemctl").write_text("#!/bin/sh\nexec sleep 30\n")
    assert not Service(played.folder, patience_s=0.1).restart()


def test_without_systemd_nothing_is_started(played: Played) -> None:
    assert not Service(running=played.folder / "none").wanted


def test_only_an_installed_assistant_updates_itself(tmp_path: Path) -> None:
    with pytest.raises(UpdateError, match="git pull"):
        installed_at(tmp_path)
    played = Played(tmp_path)
    played.pretend("a")
    assert installed_at(tmp_path / "root/current") == tmp_path / "root"


def command(*arguments: str) -> tuple[int, str]:
    from assistant.cli import app

    result = CliRunner().invoke(app, ["update", *arguments])
    if isinstance(result.exception, AssistantError):
        return 2, str(result.exception)
    return result.exit_code, result.stdout


def test_the_command(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.commands.update.Service", lambda: played.service)
    assert command()[0] == 2
    assert command("--list", "--rollback")[0] == 2
    assert "checkout" in command("--list")[1]
    played.pretend("old", "new")
    monkeypatch.setattr(sys, "prefix", str(played.versions.folder("new")))
    assert "new\t" in command("--list")[1].splitlines()[1]
    assert [each["role"] for each in json.loads(command("--list", "--json")[1])] == [
        "previous",
        "current",
    ]
    asked = "Go back to old? Nobody is there to answer: add --yes."
    assert command("--rollback") == (2, asked)
    assert command("--rollback", "--yes") == (0, "old runs.\n")
    played.never_ready("new")
    code, text = command("--rollback", "--yes", "--json")
    assert code == 1
    assert json.loads(text)["current"] == "old"
    code, text = command("--from", str(played.folder), "--yes")
    assert code == 2
    assert NAME in text
    assert command("--rollback", "--sha256", "0" * 64)[0] == 2
    assert "nobody owns" in command("--from", "index", "--yes")[1]
    assert "sha256sum" in command("--from", "https://127.0.0.1:1/a.tar", "--yes")[1]
