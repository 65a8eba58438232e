"""What is said of a sweep while it runs, and how long it is said to take."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quantize.sweep_jobs import DATE, MACHINE, work
from tools.quantize.bundle import Bundle, FileRef
from tools.quantize.job import Job, Outcome
from tools.quantize.sweep.estimate import Estimate, duration, from_past
from tools.quantize.sweep.progress import Left, line, shown
from tools.quantize.sweep.work import Failure


def job(weights: int, data: int = 1, kind: str = "stt", **settings: int) -> Job:
    model = FileRef(name="m", sha256=f"{weights:064x}", bytes=weights)
    recordings = FileRef(name="d", sha256=f"{data:064x}", bytes=data)
    return Job.model_validate(
        {
            "kind": kind,
            "name": "model",
            "quantisation": "q8_0",
            "model": Bundle(files=(model,)),
            "data": Bundle(files=(recordings,)),
            "settings": settings,
        }
    )


def outcome(of: Job, **changed: object) -> Outcome:
    plain = {"job": of, "date": DATE, "machine": MACHINE, "figures": {"wer": 0.12345}}
    return Outcome.model_validate(plain | changed)


def test_the_nearest_job_tells_the_most() -> None:
    estimate = Estimate()
    assert estimate.seconds(job(100)) is None
    estimate.learn(job(100, 10), 10.0)
    assert estimate.seconds(job(200, 10)) == pytest.approx(20.0)  # another model
    assert estimate.seconds(job(100, 30)) == pytest.approx(30.0)  # other data
    estimate.learn(job(100, 10, threads=4), 4.0)
    assert estimate.seconds(job(100, 10)) == pytest.approx(10.0)
    assert estimate.seconds(job(100, 10, threads=4)) == pytest.approx(4.0)
    assert estimate.seconds(job(100, 10, threads=2)) == pytest.approx(7.0)
    assert estimate.seconds(job(300, 30, kind="tts")) is None
    assert estimate.total([job(100, 10), job(300, 30, kind="tts")]) is None


def test_what_the_table_has_is_a_beginning() -> None:
    past = [outcome(job(100, threads=4), figures={"cpu_s": 40.0}), outcome(job(100), figures={})]
    assert from_past(past).seconds(job(100, threads=4)) == pytest.approx(10.0)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6, unique=True), st.integers(1, 3))
def test_time_runs_out_when_all_is_done(sizes: list[int], crew: int) -> None:
    jobs = [job(size) for size in sizes]
    left = Left(jobs, Estimate(), lambda: crew, 0.0)
    assert left.seconds(0.0) is None
    assert left.share() == 0
    now, shares = 0.0, [0.0]
    for each in jobs:
        now += each.model.bytes
        left.finish(outcome(each), now)
        shares.append(left.share())
        assert left.seconds(now) == pytest.approx(
            sum(other.model.bytes for other in jobs[left.done :])
        )
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert left.seconds(now + 100) == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "1 s"),
        (20.4, "20 s"),
        (89, "89 s"),
        (90, "2 min"),
        (3600, "60 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_a_line_a_result() -> None:
    named = job(1, threads=2)
    assert line(outcome(named, peer="pantry")) == "model q8_0 threads=2 (pantry): wer 0.1235"
    assert line(outcome(named, figures={})) == "model q8_0 threads=2: measured"
    assert line(outcome(named, error="It crashed.")) == "model q8_0 threads=2: failed: It crashed."
    assert line(Failure(named, "nobody there")) == "model q8_0 threads=2: failed: nobody there"


def test_without_a_terminal_every_job_is_a_line_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [work(tmp_path, number).job for number in (1, 2)]
    with shown(jobs, Estimate(), lambda: 1) as see:
        see(outcome(jobs[0]))
        see(outcome(jobs[1]))
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("1 of 2: model1 q8_0: wer 0.1235; ")
    assert first.endswith(" left")
    assert second == "2 of 2: model2 q8_0: wer 0.1235"
