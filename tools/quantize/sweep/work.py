"""What a sweep does: jobs, whose files lie here, and what became of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from tools.quantize.job import Job, Outcome, Roots

Measure = Callable[[Job, Roots], Outcome]


class Work(NamedTuple):
    """A job, and where its files lie on this machine."""

    job: Job
    roots: Roots
    where: str = ""
    """The key of the machine that shall do it; empty: any."""


class Failure(NamedTuple):
    """A job that nobody could do: there is no machine of which this would be a result."""

    job: Job
    reason: str


Result = Outcome | Failure


class Crew(Protocol):
    """Who measures: this machine, or a cluster."""

    @property
    def size(self) -> int:
        """How many jobs are done at the same time, now."""

    def wanted(self, work: Sequence[Work], again: bool) -> list[Work]:
        """What is to be done: `again`, or only what the table does not have yet. One job may be
        wanted on several machines."""

    def run(self, work: Sequence[Work]) -> Iterator[Result]:
        """What became of each, as soon as it is known."""


def described(job: Job) -> str:
    """ "whisper-tiny.en q8_0 threads=2": in lists and messages."""
    settings = [f"{name}={value}" for name, value in job.settings.items()]
    return " ".join([job.name, job.quantisation, *settings])
