"""What the workers of a test's cluster do instead of measuring an engine."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.quantize.sweep_jobs import MACHINE, weigh
from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.sweep import peer
from tools.quantize.turn import cache_root


def do(told: str) -> str:
    """Weigh the files that came."""
    return peer.carry_out(told, weigh)


def do_or_be_killed(told: str) -> str:
    """The first worker that weighs model2 is killed while it does."""
    return peer.carry_out(told, _weigh_or_be_killed)


def do_or_be_killed_always(told: str) -> str:
    """Every worker that weighs model2 is killed."""
    return peer.carry_out(told, _weigh_or_be_killed_always)


def do_for_real_or_be_killed(told: str) -> str:
    """As `peer.do`; the first worker that measures f16 is killed after its first recording."""
    return peer.carry_out(told, _measure_or_be_killed)


def about(dask_worker: Any) -> str:
    """Every worker is a machine of its own, called as the worker is."""
    return json.dumps(
        {"versions": peer.versions(), "machine": {**MACHINE, "cpu": dask_worker.name}}
    )


def of_another_version() -> str:
    return json.dumps({"versions": {**peer.versions(), "kitchen-assistant": "9"}, "machine": {}})


def killed() -> Path:
    """There if a worker was killed."""
    return cache_root() / "killed"


def _weigh_or_be_killed(job: Job, roots: Roots) -> Outcome:
    if job.name == "model2":
        _die_once()
    return weigh(job, roots)


def _weigh_or_be_killed_always(job: Job, roots: Roots) -> Outcome:
    if job.name == "model2":
        os.kill(os.getpid(), signal.SIGKILL)
    return weigh(job, roots)


def _measure_or_be_killed(job: Job, roots: Roots) -> Outcome:
    from tools.quantize.measure import measure

    def die(share: float) -> None:
        if 0 < share < 1 and job.quantisation == "f16":
            _die_once()

    return measure(job, roots, observe=die)


def _die_once() -> None:
    if not killed().exists():
        killed().touch()
        os.kill(os.getpid(), signal.SIGKILL)
