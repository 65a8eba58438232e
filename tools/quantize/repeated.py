"""A job done several times, because machines do other things, too: the middle of each figure."""

from collections.abc import Callable
from statistics import median

from tools.quantize.job import Job, Outcome

RUNS = "runs"
"""The option that says how often. It belongs to the job: a median of 5 is not a single figure."""


def repeated(job: Job, runs: int, measure: Callable[[Job, int], Outcome]) -> Outcome:
    """`measure` does the job, and is told which time it is, from 0. One that fails ends it: a model
    that loads every other time is none to rely on."""
    outcomes: list[Outcome] = []
    for number in range(runs):
        outcomes.append(measure(job, number))
        if outcomes[-1].error:
            return outcomes[-1].model_copy(update={"job": times(job, runs)})
    names = outcomes[0].figures
    figures = {name: _middle([each.figures.get(name) for each in outcomes]) for name in names}
    return outcomes[0].model_copy(update={"job": times(job, runs), "figures": figures})


def times(job: Job, runs: int) -> Job:
    """`job`, to be measured `runs` times."""
    return job if runs == 1 else job.model_copy(update={"options": {**job.options, RUNS: runs}})


def _middle(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if len(known) == len(values) else None
