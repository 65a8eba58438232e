"""A job as a sweep does it: as often as it says."""

from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.repeated import RUNS, repeated
from tools.quantize.sweep.work import Measure


def measured(job: Job, roots: Roots, measure: Measure) -> Outcome:
    """What comes out of all runs of `job` (`repeated.times`)."""
    options = dict(job.options)
    runs = int(options.pop(RUNS, 1))
    once = job.model_copy(update={"options": options})
    return repeated(once, runs, lambda each, _: measure(each, roots))
