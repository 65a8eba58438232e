"""Sweeps of real models: killed in the middle, here and on a cluster, they come to the same."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models.store import Store
from tests.quantize import sweep_peer
from tests.quantize.test_sweep_cluster import cluster
from tools.quantize.sweep.cluster import Cluster
from tools.quantize.sweep.plan import parse
from tools.quantize.sweep.resolve import resolve
from tools.quantize.sweep.sweeping import sweep
from tools.quantize.sweep.work import Work
from tools.quantize.table import Table

pytestmark = pytest.mark.models

AUDIO = Path(__file__).parents[1] / "audio"
SPOKEN = {
    "said_cancel_timer": "cancel timer",
    "said_nevermind": "nevermind",
}
PLAN = """
[[grid]]
kind = "stt"
models = ["whisper-tiny.en-q8_0", "whisper-tiny.en"]
data = "recordings/manifest.jsonl"
settings = { threads = 1 }

[[grid]]
kind = "stt"
models = ["whisper-tiny.en-q8_0"]
data = "recordings/manifest.jsonl"
settings = { threads = 2 }
"""
TIMELESS = ("wer", "wer_low", "wer_high", "exact_rate", "utterances", "words", "looped")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three jobs on two recordings."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "recordings"
    folder.mkdir()
    rows = []
    for name, text in SPOKEN.items():
        shutil.copy(AUDIO / f"{name}.flac", folder)
        rows.append(json.dumps({"file": f"{name}.flac", "text": text, "lang": "en"}))
    (folder / "manifest.jsonl").write_text("\n".join(rows))
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


def command(plan: Path, table: Path) -> list[str]:
    program = (sys.executable, "-m", "tools.quantize.cli", "sweep")
    return [*program, str(plan), "--table", str(table), "--json"]


def found(table: Path) -> dict[str, list[float | None]]:
    """What does not depend on how quick the machine was."""
    outcomes = Table(table).outcomes()
    assert not [each.error for each in outcomes if each.error]
    return {each.job.key: [each.figures[name] for name in TIMELESS] for each in outcomes}


def finished(plan: Path, table: Path) -> dict[str, object]:
    done = subprocess.run(
        command(plan, table), stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[2]
    )
    summary: dict[str, object] = json.loads(done.stdout)
    return summary


@pytest.mark.timeout(300)  # 14 processes, each of which loads a model
def test_killed_sweeps_go_on_here_and_on_a_cluster(
    plan: Path, tmp_path: Path, model: Callable[[str], Path]
) -> None:
    """Three sweeps of the same plan; only the first is left alone."""
    model("whisper-tiny.en"), model("whisper-tiny.en-q8_0")
    whole, killed, clustered = (tmp_path / f"{name}.db" for name in "wkc")
    assert finished(plan, whole)["measured"] == 3

    with subprocess.Popen(
        command(plan, killed), stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2]
    ) as sweeping:
        while len(Table(killed).outcomes()) < 1:
            assert sweeping.poll() is None
            time.sleep(0.05)
        sweeping.kill()
    there = len(Table(killed).outcomes())
    assert 1 <= there < 3
    rest = finished(plan, killed)
    assert (rest["there"], rest["measured"], rest["failed"]) == (there, 3 - there, 0)

    with cluster(processes=True) as client:
        table = Table(clustered)
        crew = Cluster(client, table, do=sweep_peer.do_for_real_or_be_killed)
        work = resolve_all(plan)
        sweep(crew.wanted(work, again=False), crew, table, lambda _: None)
        assert crew.wanted(work, again=False) == []
    assert sweep_peer.killed().exists()

    assert len(found(whole)) == 3
    assert found(killed) == found(whole)
    assert found(clustered) == found(whole)


def resolve_all(plan: Path) -> list[Work]:
    return resolve(
        parse(plan.read_text(), plan.name).cases(), plan.parent, 1, Store(), lambda: None
    )
