"""A worker's side of a sweep: what an installed package does when it is told so in JSON.

A worker is told no path and no code: a job names files by content, and what it lacks of them it
asks for. One job at a time on a machine.
"""

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from assistant.errors import InputError, StageError
from hw.fingerprint import fingerprint
from models.storage import explained
from tools.quantize.bundle import Bundle, FileRef
from tools.quantize.job import Job, Roots
from tools.quantize.sweep.cache import Cache
from tools.quantize.sweep.runs import measured
from tools.quantize.sweep.work import Measure
from tools.quantize.turn import cache_root

PACKAGES = ("kitchen-assistant", "distributed")
"""Of the same version wherever a sweep runs: what is sent must be understood, and figures of two
versions are not compared."""
ASK_AGAIN_S = 5.0
PATIENCE_S = 120.0
"""Without a byte of what was asked for: whoever had it is gone."""

_wanted: dict[str, FileRef] = {}
"""What this process has asked for; nothing else is accepted."""
_arrived = threading.Condition()


class VersionError(InputError):
    """Client and worker are of two versions."""


def versions() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}


def about() -> str:
    """JSON: the versions and the fingerprint of a worker's machine."""
    return json.dumps({"versions": versions(), "machine": fingerprint()})


def check_versions(theirs: dict[str, str], who: str) -> None:
    """Raises VersionError naming both versions of a package that differs from ours."""
    for name, ours in versions().items():
        if theirs.get(name) != ours:
            raise VersionError(
                f"{name} is {ours} here and {theirs.get(name, 'missing')} on {who}: install the"
                " same version on both."
            )


def order(job: Job, topic: str) -> str:
    """What `do` is told. `topic`: where files are asked for."""
    message = {"versions": versions(), "topic": topic, "job": job.model_dump(mode="json")}
    return json.dumps(message)


def do(told: str) -> str:
    """Do a job on this worker: an Outcome as JSON."""
    from tools.quantize.measure import measure

    return carry_out(told, measure)


def carry_out(told: str, measure: Measure) -> str:
    """`do`, with `measure`. Raises an AssistantError where this is no outcome of the candidate."""
    from distributed import get_worker

    message = json.loads(told)
    worker = get_worker()
    check_versions(message["versions"], "the machine that started the sweep")
    job = Job.model_validate(message["job"])
    _undo_thread_limits()
    cache = Cache(cache_root())
    with explained(cache.root), cache.alone("dask worker"):
        roots = _fetched(cache, job, worker, message["topic"])
        outcome = measured(job, roots, measure)
    return outcome.model_copy(update={"peer": str(worker.name)}).model_dump_json()


async def receive(pieces: list[tuple[str, int, bytes]]) -> None:
    """Pieces of files: SHA-256, offset, content. What was not asked for is left out."""
    await asyncio.to_thread(_keep, pieces)


def _keep(pieces: Iterable[tuple[str, int, bytes]]) -> None:
    cache = Cache(cache_root())
    for name, offset, data in pieces:
        file = _wanted.get(name)
        if file is not None:
            cache.append(file, offset, data)
    with _arrived:
        _arrived.notify_all()


def _fetched(cache: Cache, job: Job, worker: Any, topic: str) -> Roots:
    """The job's files, below the cache."""
    bundles = [each for each in (job.model, job.reference, job.data) if each is not None]
    cache.make_room(bundles)
    _await(cache, bundles, worker, topic)
    return Roots(
        model=cache.tree(job.model),
        reference=cache.tree(job.reference) if job.reference else None,
        data=cache.tree(job.data),
    )


def _await(cache: Cache, bundles: Iterable[Bundle], worker: Any, topic: str) -> None:
    """Ask for what is lacking, again and again, until it is here."""
    files = {file.sha256: file for bundle in bundles for file in bundle.files}
    lacking = cache.lacking(files.values())
    asked = moved = time.monotonic()
    _ask(lacking, worker, topic)
    while lacking:
        with _arrived:
            _arrived.wait(ASK_AGAIN_S)
        before, lacking = lacking, cache.lacking(lacking)
        now = time.monotonic()
        moved = now if lacking != before else moved
        if now - moved > PATIENCE_S:
            raise StageError(
                "sweep", "files", f"{worker.name} was not sent the files it asked for: start again."
            )
        if now - asked > ASK_AGAIN_S and lacking:
            _ask(lacking, worker, topic)
            asked = now
    _wanted.clear()


def _ask(lacking: dict[FileRef, int], worker: Any, topic: str) -> None:
    _wanted.clear()
    _wanted.update({file.sha256: file for file in lacking})
    if lacking:
        here = [[file.sha256, offset] for file, offset in lacking.items()]
        worker.log_event(topic, {"worker": worker.address, "lacking": here})


def _undo_thread_limits() -> None:
    """distributed limits the threads of numerical libraries for the processes it starts, for tasks
    that run side by side. Here there is one, whose times must be those of the assistant."""
    import dask

    for name, value in dask.config.get("distributed.nanny.pre-spawn-environ", {}).items():
        if os.environ.get(name) == str(value):
            del os.environ[name]
