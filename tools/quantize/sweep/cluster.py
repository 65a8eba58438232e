"""A sweep on a Dask cluster: each worker gets one job at a time, whoever is lost is done without.

Jobs are given to workers by address, and given anew when one is gone. distributed's own way, tasks
that may run anywhere, would queue them behind each other on a worker with several threads, and lose
sight of those that prefer a worker that was started again under another address.
"""

import json
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from assistant.errors import AssistantError, InputError
from tools.quantize.job import Job, Outcome
from tools.quantize.sweep import peer
from tools.quantize.sweep.feeding import Feeder
from tools.quantize.sweep.work import Failure, Result, Work
from tools.quantize.table import Table, machine_key

TICK_S = 1.0
PATIENCE_S = 300.0
"""Without any worker: then what is left is given up. It is done when the sweep is started again."""
CONNECT_S = 20.0
FETCH_S = 60.0
"""For a result that is there."""
TRIES = 4
"""Of a job whose workers end while it is done, which may be its doing."""

_log = logging.getLogger(__name__)


class Certificates(NamedTuple):
    """PEM files for a cluster that is reached by tls://."""

    ca: Path
    cert: Path
    key: Path


@dataclass(slots=True)
class _Going:
    """A job that was submitted."""

    work: Work
    address: str


@dataclass(slots=True)
class _Run:
    """What one call of `run` knows."""

    left: list[Work]
    going: dict[Any, _Going] = field(default_factory=dict)
    tries: dict[tuple[str, str], int] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    """By key of a machine, when a worker of it was last there; "" is any."""
    done: "SimpleQueue[Any]" = field(default_factory=SimpleQueue)
    topic: str = field(default_factory=lambda: f"quantize-{uuid.uuid4().hex}")


class Cluster:
    """The workers of one scheduler."""

    def __init__(
        self,
        client: Any,
        table: Table,
        each_machine: bool = False,
        do: Callable[[str], str] = peer.do,
        about: Callable[..., str] = peer.about,
    ) -> None:
        """`client`: a distributed.Client. `each_machine`: every job on every kind of machine.
        `do`, `about`: functions of an installed package, which the workers call.

        Raises InputError if there is no worker, or one with other versions.
        """
        self._client = client
        self._table = table
        self._each_machine = each_machine
        self._do = do
        self._about = about
        self._machines: dict[str, dict[str, Any]] = {}
        self._seen: dict[str, str] = {}
        if not self._refresh():
            raise InputError(
                "The cluster has no worker: start `dask worker ADDRESS --nthreads 1` on each"
                " machine that shall measure."
            )

    @property
    def size(self) -> int:
        return max(1, len(self._seen))

    def wanted(self, work: Sequence[Work], again: bool) -> list[Work]:
        if not self._each_machine:
            return [each for each in work if again or not self._known(each.job, self._machines)]
        return [
            each._replace(where=key)
            for key in self._machines
            for each in work
            if again or not self._known(each.job, [key])
        ]

    def run(self, work: Sequence[Work]) -> Iterator[Result]:
        run = _Run(list(work))
        feeder = Feeder(self._client, work)
        self._client.subscribe_topic(run.topic, feeder)
        try:
            yield from self._results(run, feeder)
        finally:
            self._client.cancel(list(run.going))
            self._client.unsubscribe_topic(run.topic)
            feeder.close()

    def _results(self, run: _Run, feeder: Feeder) -> Iterator[Result]:
        while run.left or run.going:
            alive = self._refresh()
            yield from self._orphaned(run, alive)
            yield from self._given_up(run, alive)
            self._submit(run, alive)
            for future in _finished(run.done):
                if future in run.going:
                    yield from self._result(run, future)
            feeder.check()

    def _refresh(self) -> list[str]:
        """The addresses of all workers that are there; new ones are asked what they are."""
        try:
            alive = list(self._client.nthreads())
            new = [address for address in alive if address not in self._seen]
            told = self._client.run(self._about, workers=new, on_error="return") if new else {}
        except OSError as error:
            raise _lost(error) from error
        for address, answer in told.items():
            self._meet(address, answer)
        self._seen = {address: key for address, key in self._seen.items() if address in alive}
        return list(self._seen)

    def _meet(self, address: str, answer: str | Exception) -> None:
        if isinstance(answer, OSError):  # gone again: no worker to be spoken of
            return
        if isinstance(answer, ImportError):
            raise InputError(
                f"The worker {address} has no usable kitchen-assistant ({answer}): install the"
                " version of this machine there."
            )
        if isinstance(answer, Exception):
            raise answer
        known = json.loads(answer)
        peer.check_versions(known["versions"], f"the worker {address}")
        key = machine_key(known["machine"])
        self._machines[key] = known["machine"]
        self._seen[address] = key

    def _submit(self, run: _Run, alive: Sequence[str]) -> None:
        """One job for each worker that has none."""
        busy = {going.address for going in run.going.values()}
        for address in alive:
            fitting = (w for w in run.left if w.where in ("", self._seen[address]))
            work = None if address in busy else next(fitting, None)
            if work is None:
                continue
            run.left.remove(work)
            future = self._client.submit(
                self._do,
                peer.order(work.job, run.topic),
                key=f"{work.job.kind}-{work.job.key[:8]}-{uuid.uuid4().hex}",
                workers=[address],
                retries=1,
                pure=False,
            )
            run.going[future] = _Going(work, address)
            future.add_done_callback(run.done.put)

    def _orphaned(self, run: _Run, alive: Sequence[str]) -> Iterator[Failure]:
        """Jobs whose worker has ended: again, by another."""
        for future, going in list(run.going.items()):
            if going.address not in alive and not future.done():
                del run.going[future]
                self._client.cancel([future])
                yield from self._once_more(run, going.work)

    def _once_more(self, run: _Run, work: Work) -> Iterator[Failure]:
        name = (work.job.key, work.where)
        run.tries[name] = run.tries.get(name, 0) + 1
        if run.tries[name] < TRIES:
            run.left.append(work)
        else:
            yield Failure(work.job, f"{TRIES} workers ended while they measured it, one by one")

    def _result(self, run: _Run, future: Any) -> Iterator[Result]:
        from distributed import CancelledError, KilledWorker

        work = run.going.pop(future).work
        try:
            yield Outcome.model_validate_json(future.result(timeout=FETCH_S))
        except peer.VersionError:
            raise
        except AssistantError as error:
            yield Failure(work.job, str(error))
        except (KilledWorker, TimeoutError):  # it ended with the result that it had
            yield from self._once_more(run, work)
        except (CancelledError, OSError) as error:
            raise _lost(error) from error
        finally:
            future.release()  # or it is done again when its worker ends

    def _given_up(self, run: _Run, alive: Sequence[str]) -> Iterator[Failure]:
        """Jobs for which no worker has been there for too long."""
        now = time.monotonic()
        there = {"", *self._seen.values()} if alive else set()
        run.seen.update(dict.fromkeys(there, now))
        waiting = [going.work for going in run.going.values() if not alive] + run.left
        for work in waiting:
            if now - run.seen.setdefault(work.where, now) <= PATIENCE_S:
                continue
            run.left = [each for each in run.left if each is not work]
            run.going = {f: going for f, going in run.going.items() if going.work is not work}
            kind = "of its kind of machine " if work.where else ""
            yield Failure(work.job, f"no worker {kind}has been there for {PATIENCE_S:g} s")

    def _known(self, job: Job, keys: Any) -> bool:
        return any(self._table.find(job, self._machines[key]) is not None for key in keys)


def connected(address: str, certificates: Certificates | None) -> Any:
    """A distributed.Client. Raises InputError if there is no scheduler at `address`."""
    try:
        distributed: Any = import_module("distributed")
    except ModuleNotFoundError as error:
        raise InputError(
            f"A cluster needs the package {error.name}; run"
            " `pip install 'kitchen-assistant[cluster]'`."
        ) from error
    security = None
    if certificates is not None:
        security = distributed.Security(
            require_encryption=True,
            tls_ca_file=str(certificates.ca),
            tls_client_cert=str(certificates.cert),
            tls_client_key=str(certificates.key),
        )
    try:
        return distributed.Client(
            address, timeout=CONNECT_S, security=security, set_as_default=False
        )
    except (OSError, ValueError, TypeError) as error:
        reason = str(error).split("\n")[0].rstrip(".")
        raise InputError(
            f"There is no scheduler to be reached at {address} ({reason}): check the address, and"
            " that `dask scheduler` runs there."
        ) from error


def _finished(done: "SimpleQueue[Any]") -> Iterator[Any]:
    """Those that ended; waits for one, but not for long."""
    try:
        yield done.get(timeout=TICK_S)
        while True:
            yield done.get_nowait()
    except Empty:
        return


def _lost(error: BaseException) -> InputError:
    _log.info("the scheduler is gone: %r", error)
    return InputError(
        "The scheduler of the cluster is gone: start it and the sweep again; what was done is in"
        " the table."
    )
