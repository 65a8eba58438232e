"""`quantize sweep` as a person or a script runs it; what measures is not an engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from models.store import Store
from tests.quantize.sweep_jobs import DATE, weigh, work
from tools.quantize import candidates
from tools.quantize import cli as quantize
from tools.quantize import measure as measuring
from tools.quantize.commands import sweep as command
from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.sweep.plan import Case
from tools.quantize.sweep.resolve import resolve

PLAN = """
[[grid]]
kind = "stt"
models = ["models/*.bin"]
data = "manifest.jsonl"
settings = { threads = [1, 2] }
"""
BROKEN = 3
HERE = {"cpu": "this", "load_average": 0.0}


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of two models; one with three threads does not load."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data-folder"))
    (tmp_path / "models").mkdir()
    for number in (1, 2):
        (tmp_path / "models" / f"{number}.bin").touch()
    (tmp_path / "models" / "notes.txt").touch()

    def job_for(model: str, **given: Any) -> tuple[Job, Roots]:
        assert given["data"] == tmp_path / "manifest.jsonl"
        number = int(Path(model).stem)
        made = work(tmp_path, number, settings=given["settings"], kind=given["kind"])
        return made.job, made.roots

    def measure(job: Job, roots: Roots) -> Outcome:
        if job.settings["threads"] == BROKEN:
            return Outcome(job=job, date=DATE, machine=HERE, error="It does not load.")
        return weigh(job, roots).model_copy(update={"machine": HERE})

    monkeypatch.setattr(candidates, "job_for", job_for)
    monkeypatch.setattr(measuring, "measure", measure)
    monkeypatch.setattr(command, "fingerprint", lambda: HERE)
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(monkeypatch, capsys)


class Run:
    """The command line; its exit code, and what it wrote."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.argv", ["quantize", "sweep", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            quantize.main()
        said = self._capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err


def test_a_sweep_is_done_once(plan: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run(plan)
    table = tmp_path / "data-folder" / "measurements.db"
    assert (code, out) == (0, f"4 measured, 0 were in the table: {table}\n")
    assert err.startswith("1 of 4: model1 q8_0 threads=1: wer ")
    assert err.splitlines()[-1].startswith("4 of 4: model2 q8_0 threads=2: wer ")
    code, out, _ = run(plan, "--json")
    summary = {"jobs": 0, "measured": 0, "there": 4, "failed": 0, "failures": []}
    assert (code, json.loads(out)) == (0, summary | {"table": str(table)})
    assert json.loads(run(plan, "--json", "--again")[1])["measured"] == 4
    assert json.loads(run(plan, "--json", "--workers", 2)[1])["measured"] == 4
    assert json.loads(run(plan, "--json", "--repeat", 3)[1])["measured"] == 4


def test_a_failure_is_named_and_is_the_exit_code(plan: Path, run: Run) -> None:
    plan.write_text(PLAN.replace("[1, 2]", f"[1, {BROKEN}]"))
    code, out, _ = run(plan, "--json")
    summary = json.loads(out)
    assert code == 1
    assert (summary["measured"], summary["failed"]) == (2, 2)
    assert summary["failures"][0] == {
        "kind": "stt",
        "name": "model1",
        "quantisation": "q8_0",
        "settings": {"threads": BROKEN},
        "reason": "It does not load.",
    }
    code, out, err = run(plan)
    assert code == 1
    assert out.startswith("0 measured, 2 failed, 2 were in the table: ")
    assert "failed: model2 q8_0 threads=3: It does not load." in err


def test_a_dry_run_measures_nothing(plan: Path, run: Run) -> None:
    code, out, _ = run(plan, "--dry-run")
    assert code == 0
    assert out.splitlines()[0].startswith("stt\tmodel1 q8_0 threads=1\t")
    assert out.splitlines()[-1].startswith("4 jobs, nobody can know how long")
    listed = json.loads(run(plan, "--dry-run", "--json")[1])
    assert [(each["name"], each["settings"]["threads"]) for each in listed["jobs"]] == [
        ("model1", 1),
        ("model2", 1),
        ("model1", 2),
        ("model2", 2),
    ]
    run(plan)
    assert run(plan, "--dry-run")[1] == "Nothing to do; 4 are in the table already.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--workers", "2", "--scheduler", "tcp://here:1"], "--workers is for this machine"),
        (["--each-machine"], "--each-machine is for a cluster"),
        (["--scheduler", "tls://here:1"], "tls:// needs certificates"),
        (["--tls-ca", "a.pem"], "belong together: give all three"),
        (["--tls-ca", "a", "--tls-cert", "b", "--tls-key", "c"], "Certificates are for a cluster"),
    ],
)
def test_usage(plan: Path, run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(plan, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_plan_that_is_not_there(plan: Path, run: Run) -> None:
    code, _, err = run(plan.with_name("other.toml"))
    assert code == 2
    assert "cannot be read (No such file or directory): check the name." in err
    plan.write_bytes(b"\xff")
    assert "is not UTF-8 text" in run(plan)[2]


def test_what_a_plan_names(plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of the catalog stay, files are looked for beside the plan, patterns are expanded."""
    asked: list[tuple[str, str | None]] = []

    def job_for(model: str, **given: Any) -> tuple[Job, Roots]:
        asked.append((model, given["reference"]))
        made = work(tmp_path, len(asked), kind=given["kind"])
        return made.job, made.roots

    monkeypatch.setattr(candidates, "job_for", job_for)
    names = ["whisper-tiny.en", "models/*.bin", "models/2.bin", f"{tmp_path}/models/[1].bin"]
    references = [None, "whisper-base", "models/1.bin", None]
    cases = [
        Case("stt", name, None, reference, {}, {})
        for name, reference in zip(names, references, strict=True)
    ]
    resolve(cases, tmp_path, 1, Store(), lambda: None)
    files = [str(tmp_path / "models" / f"{number}.bin") for number in (1, 2)]
    assert asked == [
        ("whisper-tiny.en", None),
        (files[0], "whisper-base"),
        (files[1], "whisper-base"),
        (files[1], files[0]),
        (files[0], None),
    ]
    with pytest.raises(InputError, match="No file fits"):
        resolve([Case("stt", "none/*", None, None, {}, {})], tmp_path, 1, Store(), lambda: None)


def test_a_fault_names_its_model(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(model: str, **given: Any) -> tuple[Job, Roots]:
        raise InputError("--setting thread is unknown here.")

    case = Case("stt", "whisper-tiny.en", None, None, {"thread": 1}, {})
    monkeypatch.setattr(candidates, "job_for", refuse)
    with pytest.raises(InputError, match=r"stt grid, whisper-tiny\.en: --setting thread"):
        resolve([case], tmp_path, 1, Store(), lambda: None)
    job = work(tmp_path, kind="wake")
    monkeypatch.setattr(candidates, "job_for", lambda model, **given: (job.job, job.roots))
    with pytest.raises(InputError, match="of the kind wake, but stands in a grid of stt"):
        resolve([case], tmp_path, 1, Store(), lambda: None)
