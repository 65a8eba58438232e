"""A sweep on a Dask cluster comes to the same as here, whoever is killed on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from tests.quantize import sweep_peer
from tests.quantize.sweep_jobs import MACHINE, weigh, work
from tools.quantize.job import Outcome
from tools.quantize.sweep import cluster as clusters
from tools.quantize.sweep import peer
from tools.quantize.sweep.cache import Cache
from tools.quantize.sweep.cluster import Cluster, connected
from tools.quantize.sweep.local import Local
from tools.quantize.sweep.work import Failure, Result, Work
from tools.quantize.table import Table, machine_key
from tools.quantize.turn import cache_root

distributed = pytest.importorskip("distributed")


@pytest.fixture(autouse=True)
def _cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@contextmanager
def cluster(processes: bool, workers: int = 2) -> Iterator[Any]:
    """A client of workers on this machine."""
    made = distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=processes,
        dashboard_address=None,
        memory_limit=0,
    )
    with made, connected(made.scheduler_address, None) as client:
        yield client


@pytest.fixture
def client() -> Iterator[Any]:
    """Of two workers in this process: quick to start, but none can be killed."""
    with cluster(processes=False) as made:
        yield made


def figures(results: list[Result]) -> dict[str, dict[str, float | None]]:
    assert all(isinstance(each, Outcome) for each in results), results
    return {each.job.key: each.figures for each in results if isinstance(each, Outcome)}


def here(tmp_path: Path, jobs: list[Work]) -> dict[str, dict[str, float | None]]:
    crew = Local(weigh, Table(tmp_path / "here.db"), MACHINE, 1, Cache(tmp_path / "local"))
    return figures(list(crew.run(jobs)))


def test_a_cluster_comes_to_what_is_found_here(tmp_path: Path, client: Any) -> None:
    jobs = [work(tmp_path, number) for number in range(5)]
    table = Table(tmp_path / "t.db")
    crew = Cluster(client, table, do=sweep_peer.do, about=sweep_peer.about)
    assert crew.size == 2
    results = list(crew.run(crew.wanted(jobs, again=False)))
    assert figures(results) == here(tmp_path, jobs)
    assert {each.peer for each in results if isinstance(each, Outcome)} <= {"0", "1"}
    blobs = {path.name for path in (cache_root() / "blobs").iterdir()}
    bundles = [bundle for each in jobs for bundle in (each.job.model, each.job.data)]
    assert blobs == {file.sha256 for bundle in bundles for file in bundle.files}


def test_one_of_its_machines_suffices_unless_each_is_asked_for(tmp_path: Path, client: Any) -> None:
    job = work(tmp_path)
    table = Table(tmp_path / "t.db")
    first = MACHINE | {"cpu": 0}
    table.add(weigh(job.job, job.roots).model_copy(update={"machine": first}))
    functions = (sweep_peer.do, sweep_peer.about)
    assert Cluster(client, table, False, *functions).wanted([job], again=False) == []
    assert Cluster(client, table, False, *functions).wanted([job], again=True) == [job]
    each = Cluster(client, table, True, *functions)
    (left,) = each.wanted([job], again=False)
    assert left.where == machine_key(MACHINE | {"cpu": 1})
    (outcome,) = each.run([left])
    assert isinstance(outcome, Outcome)
    assert outcome.peer == "1"


def test_a_job_for_a_machine_that_is_gone_is_given_up(
    tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew = Cluster(client, Table(tmp_path / "t.db"), True, sweep_peer.do, sweep_peer.about)
    monkeypatch.setattr(clusters, "PATIENCE_S", 0.0)
    monkeypatch.setattr(clusters, "TICK_S", 0.01)
    (result,) = crew.run([work(tmp_path)._replace(where="a machine that was there once")])
    assert isinstance(result, Failure)
    assert "no worker of its kind of machine" in result.reason


def test_files_that_change_on_the_way_are_refused(
    tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = work(tmp_path)
    (job.roots.model / "weights.bin").write_text("other " * 1000)
    monkeypatch.setattr(peer, "ASK_AGAIN_S", 0.05)
    monkeypatch.setattr(peer, "PATIENCE_S", 0.2)
    crew = Cluster(client, Table(tmp_path / "t.db"), do=sweep_peer.do, about=sweep_peer.about)
    (result,) = crew.run([job])
    assert isinstance(result, Failure)
    assert "was not sent the files it asked for" in result.reason


def test_another_version_is_refused_with_both_names(tmp_path: Path, client: Any) -> None:
    table = Table(tmp_path / "t.db")
    ours = peer.versions()["kitchen-assistant"]
    with pytest.raises(InputError, match=rf"kitchen-assistant is {ours} here and 9 on the worker"):
        Cluster(client, table, do=sweep_peer.do, about=sweep_peer.of_another_version)


def test_a_worker_takes_no_order_of_another_version(
    tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew = Cluster(client, Table(tmp_path / "t.db"), do=sweep_peer.do, about=sweep_peer.about)
    true = peer.order

    def older(*told: Any) -> str:
        return true(*told).replace('"kitchen-assistant": "', '"kitchen-assistant": "0.0.')

    monkeypatch.setattr(peer, "order", older)
    with pytest.raises(peer.VersionError, match="install the same version on both"):
        list(crew.run([work(tmp_path)]))


def test_without_worker_or_scheduler(tmp_path: Path) -> None:
    with (
        cluster(processes=False, workers=0) as client,
        pytest.raises(InputError, match="no worker: start `dask worker"),
    ):
        Cluster(client, Table(tmp_path / "t.db"))


def test_an_address_without_a_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "CONNECT_S", 0.2)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "tcp://127.0.0.1"):
        with pytest.raises(InputError, match=f"no scheduler to be reached at {address}"):
            connected(address, None)


def swept(jobs: list[Work], tmp_path: Path, do: Callable[[str], str]) -> list[Result]:
    """On two processes that a nanny starts again when they are killed."""
    with cluster(processes=True) as client:
        return list(Cluster(client, Table(tmp_path / "t.db"), do=do).run(jobs))


@pytest.mark.models
def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    jobs = [work(tmp_path, number) for number in range(5)]
    results = swept(jobs, tmp_path, sweep_peer.do_or_be_killed)
    assert sweep_peer.killed().exists()
    assert figures(results) == here(tmp_path, jobs)


@pytest.mark.models
def test_a_job_that_kills_every_worker_is_named(tmp_path: Path) -> None:
    jobs = [work(tmp_path, number) for number in range(4)]
    results = swept(jobs, tmp_path, sweep_peer.do_or_be_killed_always)
    (failure,) = [each for each in results if isinstance(each, Failure)]
    assert failure.job.name == "model2"
    assert "4 workers ended" in failure.reason
    assert len(results) == len(jobs)
