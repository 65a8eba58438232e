"""`quantize evaluate`, as somebody types it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.errors import InputError, ModelError
from hw.fingerprint import fingerprint
from models.store import default_root
from tests.quantize.jobs import job, manifest, whisper
from tests.quantize.test_candidates import ROWS
from tools.quantize import cli, repeated
from tools.quantize.commands import evaluate
from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.table import Table


class Machine:
    """Measures in no time: the figures one after the other, or the error."""

    def __init__(self, *figures: dict[str, float | None], error: str = "") -> None:
        self._figures, self._error = figures, error
        self.jobs: list[Job] = []

    def measure(
        self, job: Job, roots: Roots, observe: Callable[[float], None] | None = None
    ) -> Outcome:
        figures = {} if self._error else self._figures[len(self.jobs) % len(self._figures)]
        self.jobs.append(job)
        if observe:
            observe(1.0)
        date, machine = "2026-11-22T05:00:00+00:00", fingerprint()
        return Outcome(job=job, date=date, machine=machine, figures=figures, error=self._error)


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A model, its data, and a table and a turn that are not the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    model, data = whisper(tmp_path / "ggml-tiny.en.bin"), manifest(tmp_path, *ROWS)
    return ["evaluate", str(model), "--data", str(data), "--table", str(tmp_path / "t.db")]


def run(monkeypatch: pytest.MonkeyPatch, machine: Machine, *arguments: str) -> Any:
    monkeypatch.setattr(evaluate, "measure", machine.measure)
    return CliRunner().invoke(cli.app, list(arguments))


def test_figures_are_shown_with_units_and_kept(
    tmp_path: Path, given: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine({"wer": 0.0921, "wer_low": 0.044, "wer_high": 0.15, "peak_rss_mib": 177.6})
    result = run(monkeypatch, machine, *given, "--set", "threads=3", "--option", "limit=2")
    assert result.exit_code == 0
    assert "whisper-tiny.en q8_0" in result.stdout
    assert "9.21 %" in result.stdout
    assert "4.40 % to 15.00 %" in result.stdout
    assert "178 MiB" in result.stdout
    [kept] = Table(tmp_path / "t.db").outcomes()
    assert kept.job.settings == {"threads": 3}
    assert kept.job.options == {"limit": 2}


def test_what_was_measured_is_shown_and_not_measured_again(
    given: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine({"wer": 0.1}, {"wer": 0.2})
    first = run(monkeypatch, machine, *given, "--json")
    second = run(monkeypatch, machine, *given, "--json")
    assert json.loads(second.stdout)["figures"] == json.loads(first.stdout)["figures"]
    assert "Measured before" in second.stderr
    assert len(machine.jobs) == 1
    again = run(monkeypatch, machine, *given, "--json", "--again")
    assert json.loads(again.stdout)["figures"] == {"wer": 0.2}


def test_repeating_keeps_the_middle_of_each_figure(
    given: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine({"latency_p50_s": 3.0}, {"latency_p50_s": 1.0}, {"latency_p50_s": 1.5})
    result = run(monkeypatch, machine, *given, "--json", "--repeat", "3")
    outcome = json.loads(result.stdout)
    assert outcome["figures"] == {"latency_p50_s": 1.5}
    assert outcome["job"]["options"] == {"runs": 3}
    assert [job.options for job in machine.jobs] == [{}, {}, {}]
    run(monkeypatch, machine, *given, "--repeat", "3")
    assert len(machine.jobs) == 3


def test_a_candidate_that_fails_is_kept_with_its_reason_and_tried_again(
    tmp_path: Path, given: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Machine(error="It is damaged: pull it.")
    result = run(monkeypatch, broken, *given, "--json", "--repeat", "2")
    assert isinstance(result.exception, ModelError)
    assert str(result.exception) == "It is damaged: pull it."
    assert json.loads(result.stdout)["error"] == "It is damaged: pull it."
    assert len(broken.jobs) == 1
    assert [each.error for each in Table(tmp_path / "t.db").outcomes()] != [""]
    sound = Machine({"wer": 0.1})
    assert run(monkeypatch, sound, *given, "--repeat", "2").exit_code == 0
    assert len(sound.jobs) == 2


@pytest.mark.parametrize(
    ("pair", "message"),
    [("limit", "write --option KEY=VALUE"), ("=3", "is no pair"), (" =3", "is no pair")],
)
def test_options_are_pairs(
    given: list[str], monkeypatch: pytest.MonkeyPatch, pair: str, message: str
) -> None:
    result = run(monkeypatch, Machine({}), *given, "--option", pair)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_values_may_hold_anything_and_keys_come_once() -> None:
    assert evaluate.pairs("--set", ["prompt=a=b, c", "threads= 4"]) == {
        "prompt": "a=b, c",
        "threads": "4",
    }
    assert evaluate.pairs("--set", None) == {}
    with pytest.raises(InputError, match="--set threads is given twice"):
        evaluate.pairs("--set", ["threads=1", "threads=2"])


def test_results_lie_beside_the_models() -> None:
    assert evaluate.default_table() == default_root().parent / "measurements.db"


def test_a_user_sees_one_sentence_and_exit_code_2(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["quantize", *given, "--option", "sets=nowhere"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_figure_that_one_run_lacks_is_none(tmp_path: Path) -> None:
    machine = Machine({"wer": 0.1, "hours": 1.0}, {"wer": 0.3, "hours": None})
    made, roots = job(tmp_path)
    outcome = repeated.repeated(made, 2, lambda job, _: machine.measure(job, roots))
    assert outcome.figures == {"wer": pytest.approx(0.2), "hours": None}
