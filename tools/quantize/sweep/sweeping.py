"""The sweep itself: what the table lacks is measured, and kept as soon as it is there."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tools.quantize.job import Outcome
from tools.quantize.sweep.work import Crew, Failure, Result, Work
from tools.quantize.table import Table


class Summary(NamedTuple):
    """What became of the jobs that were to be done."""

    measured: int
    failures: list[Failure]


def sweep(
    work: Sequence[Work], crew: Crew, table: Table, observe: Callable[[Result], None]
) -> Summary:
    """Measure all of `work` (`Crew.wanted`). Each outcome is in `table` before the next is looked
    at: an interruption loses what is being measured, nothing else."""
    measured = 0
    failures: list[Failure] = []
    for result in crew.run(work):
        if isinstance(result, Outcome):
            table.add(result)
            measured += not result.error
            if result.error:
                failures.append(Failure(result.job, result.error))
        else:
            failures.append(result)
        observe(result)
    return Summary(measured, failures)
