"""What is seen of a sweep while it runs: a bar with what is left, or a line a job."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.progress import Task as Bar
from rich.text import Text

from tools.quantize.job import Job, Outcome
from tools.quantize.sweep.estimate import Estimate, duration
from tools.quantize.sweep.work import Result, described

Seen = Callable[[Result], None]

SHOWN = (
    *("wer", "kl_divergence", "perplexity", "log_mel_distance_db", "miss_rate"),
    *("latency_p50_s", "peak_rss_mib"),
)
"""Figures that a line has room for, of those that there are."""


class Left:
    """What is still to be done, and how long that takes. Pure: time is told."""

    def __init__(
        self, jobs: Sequence[Job], estimate: Estimate, size: Callable[[], int], now: float
    ) -> None:
        """`size`: how many are done at the same time; `now`: seconds of any clock."""
        self._all = list(jobs)
        self._left = list(jobs)
        self._estimate = estimate
        self._size = size
        self._last = now

    @property
    def done(self) -> int:
        return len(self._all) - len(self._left)

    def finish(self, result: Result, now: float) -> None:
        """A job is done. With several at a time each took about so many times longer than it was
        since the one before."""
        job = next(job for job in self._left if job.key == result.job.key)
        self._left.remove(job)
        if isinstance(result, Outcome) and not result.error:
            self._estimate.learn(job, (now - self._last) * self._size())
        self._last = now

    def seconds(self, now: float) -> float | None:
        """Until all are done; None: nobody can know yet."""
        total = self._estimate.total(self._left)
        return None if total is None else max(0.0, total / self._size() - (now - self._last))

    def share(self) -> float:
        """That is done, 0 to 1: of the time where that can be known, else of the jobs."""
        whole, left = self._estimate.total(self._all), self._estimate.total(self._left)
        if not whole or left is None:
            return self.done / len(self._all)
        return 1 - left / whole


class _TimeLeft(TextColumn):
    """Counts down between two results."""

    def __init__(self, left: Left) -> None:
        super().__init__("")
        self._time_left = left

    def render(self, task: Bar) -> Text:
        seconds = self._time_left.seconds(time.monotonic())
        return Text("" if seconds is None else f"{duration(seconds)} left", style="cyan")


@contextmanager
def shown(jobs: Sequence[Job], estimate: Estimate, size: Callable[[], int]) -> Iterator[Seen]:
    """A bar on stderr above which each result is a line; only the lines where nobody looks on."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    left = Left(jobs, estimate, size, time.monotonic())
    if not console.is_terminal:
        yield _lines(left, len(jobs), console)
        return
    bar = Progress(
        TextColumn("measuring"),
        BarColumn(),
        TextColumn("{task.fields[done]} of {task.fields[jobs]}"),
        _TimeLeft(left),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=1.0, done=0, jobs=len(jobs))

        def see(result: Result) -> None:
            left.finish(result, time.monotonic())
            bar.console.print(line(result), markup=False)
            bar.update(task, completed=left.share(), done=left.done)

        yield see


def _lines(left: Left, jobs: int, console: Console) -> Seen:
    def see(result: Result) -> None:
        now = time.monotonic()
        left.finish(result, now)
        seconds = left.seconds(now)
        rest = f"; {duration(seconds)} left" if seconds and left.done < jobs else ""
        console.print(f"{left.done} of {jobs}: {line(result)}{rest}", markup=False)

    return see


def line(result: Result) -> str:
    """What became of a job, in words."""
    what = described(result.job)
    if not isinstance(result, Outcome):
        return f"{what}: failed: {result.reason}"
    where = f" ({result.peer})" if result.peer else ""
    if result.error:
        return f"{what}{where}: failed: {result.error}"
    known = {name: result.figures.get(name) for name in SHOWN}
    figures = [f"{name} {value:.4g}" for name, value in known.items() if value is not None]
    return f"{what}{where}: {', '.join(figures) or 'measured'}"
