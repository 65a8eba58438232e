"""One measurement at a time on this machine, whichever command measures."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from hw.fingerprint import fingerprint
from tests.quantize.jobs import manifest, whisper
from tests.quantize.outcomes import GOOD
from tests.quantize.sweep_jobs import MACHINE, weigh, work
from tests.quantize.test_candidates import ROWS
from tools.quantize import cli
from tools.quantize.commands import comparing, evaluate
from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.sweep.cache import Cache
from tools.quantize.sweep.local import Local
from tools.quantize.table import Table
from tools.quantize.turn import cache_root, turn


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is agreed whose turn it is, with nobody's data or configuration around."""
    for name in ("CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    return cache_root()


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was measured, by no engine."""
    names: list[str] = []

    def measure(job: Job, roots: Roots, **options: Any) -> Outcome:
        with pytest.raises(InputError), turn(cache_root(), "another"):
            pass
        names.append(job.name)
        return Outcome(job=job, date="2025", machine=fingerprint(), figures=GOOD[job.kind])

    for module in (evaluate, comparing):
        monkeypatch.setattr(module, "measure", measure)
    return names


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """The exit code of `quantize`."""
    monkeypatch.setattr(sys, "argv", ["quantize", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate", "a.bin"],
        ["gate", "a.bin", "--against", "b.bin"],
        ["promote", "a.bin", "--as", "a", "--licence", "MIT", "--gate-against", "b.bin"],
    ],
)
def test_who_comes_second_is_told_who_measures_and_ends(
    tmp_path: Path,
    root: Path,
    measured: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    for name in ("a.bin", "b.bin"):
        whisper(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "t.db"
    arguments: list[str | Path] = [*command, "--data", manifest(tmp_path, *ROWS), "--table", table]
    with turn(root, "quantize sweep"):
        assert run(monkeypatch, *arguments) == 2
    assert capsys.readouterr().err == (
        f"Error: `quantize sweep` (process {os.getpid()}) measures on this machine, and two at a"
        " time spoil each other's times: start this again when that has ended.\n"
    )
    assert measured == []
    assert Table(table).outcomes() == []
    run(monkeypatch, *arguments)
    assert measured
    with turn(root, "another"):  # the turn was given back; what is in the table needs none
        capsys.readouterr()
        run(monkeypatch, *arguments)
        assert "measures on this machine" not in capsys.readouterr().err


def test_a_sweep_waits_and_says_for_whom(tmp_path: Path, root: Path) -> None:
    told: list[str] = []
    waits = threading.Event()

    def on_wait(holder: str) -> None:
        told.append(holder)
        waits.set()

    job = work(tmp_path, 1)
    crew = Local(weigh, Table(tmp_path / "t.db"), MACHINE, 1, Cache(root), on_wait)
    results: list[Outcome] = []
    sweep = threading.Thread(target=lambda: results.extend(crew.run([job])))
    with turn(root, "quantize gate"):
        sweep.start()
        assert waits.wait(30)
        assert results == []
    sweep.join(30)
    assert told == [f"`quantize gate` (process {os.getpid()})"]
    assert [each.job for each in results] == [job.job]


def test_the_turn_of_one_that_was_killed_is_free(tmp_path: Path) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom tools.quantize.turn import turn\n"
        "with turn(Path(sys.argv[1]), 'quantize gate'):\n    print('has it', flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "has it\n"
        with (
            pytest.raises(InputError, match=rf"`quantize gate` \(process {child.pid}\) measures"),
            turn(tmp_path, "quantize evaluate"),
        ):
            pass
        child.send_signal(signal.SIGKILL)
    with (
        turn(tmp_path, "quantize evaluate"),
        pytest.raises(InputError, match=rf"`quantize evaluate` \(process {os.getpid()}\)"),
        turn(tmp_path, "another"),
    ):
        pass


def test_who_it_is_may_not_be_known(tmp_path: Path) -> None:
    with turn(tmp_path, "quantize gate"):
        for text in ("", "no number quantize", "999999999 gone"):
            (tmp_path / "measuring.txt").write_text(text)
            with (
                pytest.raises(InputError, match="Something else measures on this machine"),
                turn(tmp_path, "another"),
            ):
                pass


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="set XDG_CACHE_HOME"), turn(tmp_path / "file" / "x", ""):
        pass
