"""A sweep on this machine: every result is kept at once, and nothing is done twice."""

import threading
from pathlib import Path

import pytest

from tests.quantize.sweep_jobs import DATE, MACHINE, weigh, work
from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.repeated import times
from tools.quantize.sweep.cache import Cache
from tools.quantize.sweep.local import Local
from tools.quantize.sweep.sweeping import sweep
from tools.quantize.sweep.work import Measure, Result, Work
from tools.quantize.table import Table


def local(tmp_path: Path, measure: Measure = weigh, workers: int = 1) -> Local:
    table = Table(tmp_path / "t.db")
    return Local(measure, table, MACHINE, workers, Cache(tmp_path / "cache"))


def done(tmp_path: Path, crew: Local, jobs: list[Work], again: bool = False) -> list[Result]:
    seen: list[Result] = []
    sweep(crew.wanted(jobs, again), crew, Table(tmp_path / "t.db"), seen.append)
    return seen


def test_what_is_in_the_table_is_not_measured_again(tmp_path: Path) -> None:
    jobs = [work(tmp_path, number) for number in (1, 2, 3)]
    crew = local(tmp_path)
    assert [each.job for each in done(tmp_path, crew, jobs[:2])] == [w.job for w in jobs[:2]]
    assert [each.job for each in done(tmp_path, crew, jobs)] == [jobs[2].job]
    assert len(done(tmp_path, crew, jobs, again=True)) == 3
    assert len(Table(tmp_path / "t.db").outcomes()) == 3


def test_an_interruption_loses_only_the_job_in_hand(tmp_path: Path) -> None:
    jobs = [work(tmp_path, number) for number in (1, 2, 3)]

    def interrupted(job: Job, roots: Roots) -> Outcome:
        if job.name == "model2":
            raise KeyboardInterrupt
        return weigh(job, roots)

    with pytest.raises(KeyboardInterrupt):
        done(tmp_path, local(tmp_path, interrupted), jobs)
    assert [each.job.name for each in Table(tmp_path / "t.db").outcomes()] == ["model1"]
    assert [each.job.name for each in done(tmp_path, local(tmp_path), jobs)] == ["model2", "model3"]


def test_nothing_is_begun_for_whoever_has_stopped_asking(tmp_path: Path) -> None:
    jobs = [work(tmp_path, number) for number in range(20)]
    begun: list[str] = []
    may_end = threading.Semaphore(1)

    def counted(job: Job, roots: Roots) -> Outcome:
        begun.append(job.name)
        may_end.acquire()
        return weigh(job, roots)

    results = local(tmp_path, counted, workers=2).run(jobs)
    next(iter(results))
    results.close()  # type: ignore[attr-defined]
    may_end.release(100)
    with Cache(tmp_path / "cache").alone():  # the lock is free again
        assert len(begun) <= 4


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_ends_the_sweep_once_the_others_are_done(tmp_path: Path) -> None:
    def buggy(job: Job, roots: Roots) -> Outcome:
        if job.name in ("model1", "model2"):
            raise ZeroDivisionError
        return weigh(job, roots)

    jobs = [work(tmp_path, number) for number in range(4)]
    with pytest.raises(RuntimeError, match="threads that measure have ended"):
        done(tmp_path, local(tmp_path, buggy, workers=2), jobs)
    assert Table(tmp_path / "t.db").outcomes()


def test_a_candidate_that_fails_is_named_and_the_others_are_measured(tmp_path: Path) -> None:
    def broken(job: Job, roots: Roots) -> Outcome:
        if job.name == "model1":
            return Outcome(job=job, date=DATE, machine=MACHINE, error="It does not load.")
        return weigh(job, roots)

    jobs = [work(tmp_path, number) for number in (1, 2)]
    table = Table(tmp_path / "t.db")
    summary = sweep(jobs, local(tmp_path, broken), table, lambda _: None)
    assert summary.measured == 1
    assert [(each.job.name, each.reason) for each in summary.failures] == [
        ("model1", "It does not load.")
    ]
    assert local(tmp_path).wanted(jobs, again=False) == [jobs[0]]


def test_times_taken_side_by_side_are_those_of_another_machine(tmp_path: Path) -> None:
    jobs = [work(tmp_path, number) for number in (1, 2, 3)]
    together = threading.Barrier(2, timeout=30)

    def both(job: Job, roots: Roots) -> Outcome:
        if job.name != "model3":
            together.wait()  # passes only if two are measured at the same time
        return weigh(job, roots)

    done(tmp_path, local(tmp_path, both, workers=2), jobs)
    outcomes = Table(tmp_path / "t.db").outcomes()
    assert [each.machine for each in outcomes] == [{**MACHINE, "side_by_side": 2}] * 3
    assert local(tmp_path, workers=2).wanted(jobs, again=False) == []
    assert local(tmp_path).wanted(jobs, again=False) == jobs


def test_of_several_runs_the_middle_is_kept(tmp_path: Path) -> None:
    latencies = iter([3.0, 1.0, 2.0])

    def varying(job: Job, roots: Roots) -> Outcome:
        assert not job.options  # how often it is measured is nothing for an engine
        figures = {"latency_p50_s": next(latencies), "hours": None}
        return Outcome(job=job, date=DATE, machine=MACHINE, figures=figures)

    single = work(tmp_path)
    thrice = single._replace(job=times(single.job, 3))
    assert times(single.job, 1) == single.job
    (outcome,) = done(tmp_path, local(tmp_path, varying), [thrice])
    assert isinstance(outcome, Outcome)
    assert outcome.figures == {"latency_p50_s": 2.0, "hours": None}
    assert outcome.job == thrice.job != single.job


def test_after_a_failure_there_is_no_further_run(tmp_path: Path) -> None:
    outcomes = iter(["", "It crashed."])

    def failing(job: Job, roots: Roots) -> Outcome:
        return Outcome(job=job, date=DATE, machine=MACHINE, error=next(outcomes))

    single = work(tmp_path)
    (outcome,) = done(
        tmp_path, local(tmp_path, failing), [Work(times(single.job, 5), single.roots)]
    )
    assert isinstance(outcome, Outcome)
    assert outcome.error == "It crashed."
