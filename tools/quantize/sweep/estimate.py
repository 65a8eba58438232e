"""How long jobs will take, from how long others took. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from tools.quantize.job import Job, Outcome

THREADS = 2
"""Of every engine, where the settings do not say."""

_FEATURES: tuple[Callable[[Job], Hashable], ...] = (
    lambda job: job.key,
    lambda job: (job.model.digest, job.data.digest),
    lambda job: (job.kind, job.data.digest),
    lambda job: job.kind,
)
"""What a job has in common with others, the most telling first."""


class Estimate:
    """Seconds in proportion to the bytes of the model times those of the data: every engine reads
    its weights again and again for as long as the data lasts."""

    def __init__(self) -> None:
        self._seconds: dict[Hashable, float] = defaultdict(float)
        self._work: dict[Hashable, float] = defaultdict(float)

    def learn(self, job: Job, seconds: float) -> None:
        """`job` took `seconds`."""
        for number, feature in enumerate(_FEATURES):
            self._seconds[number, feature(job)] += seconds
            self._work[number, feature(job)] += _work(job)

    def seconds(self, job: Job) -> float | None:
        """Of one job; None: nothing like it was ever done."""
        for number, feature in enumerate(_FEATURES):
            known = number, feature(job)
            if known in self._work:
                return self._seconds[known] / self._work[known] * _work(job)
        return None

    def total(self, jobs: Iterable[Job]) -> float | None:
        """Of all together, one after the other; None: some are like nothing that was done."""
        each = [self.seconds(job) for job in jobs]
        known = [seconds for seconds in each if seconds is not None]
        return sum(known) if len(known) == len(each) else None


def from_past(outcomes: Iterable[Outcome]) -> Estimate:
    """What outcomes tell, which hold processor seconds, but not how long they took."""
    estimate = Estimate()
    for outcome in outcomes:
        cpu_s = outcome.figures.get("cpu_s")
        if cpu_s:
            threads = outcome.job.settings.get("threads")
            busy = threads if isinstance(threads, int) and threads > 0 else THREADS
            estimate.learn(outcome.job, cpu_s / busy)
    return estimate


def _work(job: Job) -> float:
    return float(max(1, job.model.bytes)) * max(1, job.data.bytes)


def duration(seconds: float) -> str:
    """ "3 h 5 min", "4 min", "20 s": no more than anybody can know."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
