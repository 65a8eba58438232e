"""A sweep on this machine."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from tools.quantize.job import Outcome
from tools.quantize.sweep.cache import Cache
from tools.quantize.sweep.runs import measured
from tools.quantize.sweep.work import Measure, Work
from tools.quantize.table import Table
from tools.quantize.turn import Told

SIDE_BY_SIDE = "side_by_side"
"""In an outcome's machine: how many were measured at the same time, and took each other's time."""


class Local:
    """One job at a time, or several whose times are marked as taken side by side."""

    def __init__(
        self,
        measure: Measure,
        table: Table,
        machine: dict[str, Any],
        workers: int,
        cache: Cache,
        on_wait: Told = lambda _: None,
    ) -> None:
        """`machine`: what `measure` will say of this one. `cache`: whoever measures on this
        machine, in another process or as a worker of a cluster, is waited for there, and
        `on_wait` told who it is."""
        self._measure = measure
        self._table = table
        self._machine = machine
        self._workers = workers
        self._cache = cache
        self._on_wait = on_wait

    @property
    def size(self) -> int:
        return self._workers

    def wanted(self, work: Sequence[Work], again: bool) -> list[Work]:
        machine = self._marked(self._machine)
        return [each for each in work if again or self._table.find(each.job, machine) is None]

    def run(self, work: Sequence[Work]) -> Iterator[Outcome]:
        """Whoever stops asking, or is killed, loses what is being measured, nothing else."""
        with self._cache.alone(on_wait=self._on_wait):
            if self._workers == 1:
                yield from map(self._measured, work)
            else:
                yield from self._side_by_side(work)

    def _side_by_side(self, work: Sequence[Work]) -> Iterator[Outcome]:
        waiting: SimpleQueue[Work] = SimpleQueue()
        done: SimpleQueue[Outcome | None] = SimpleQueue()
        for each in work:
            waiting.put(each)
        try:
            for _ in range(self._workers):
                # Nobody waits for a daemon: its child ends when the pipe from here is closed.
                threading.Thread(target=self._work, args=(waiting, done), daemon=True).start()
            left, ended = len(work), 0
            while left and ended < self._workers:
                if (outcome := done.get()) is None:
                    ended += 1
                    continue
                left -= 1
                yield outcome
            if left:
                raise RuntimeError("the threads that measure have ended, each with a traceback")
        finally:
            _empty(waiting)  # what is not begun never is

    def _work(self, waiting: "SimpleQueue[Work]", done: "SimpleQueue[Outcome | None]") -> None:
        """Measure until nothing is waiting; None: this is the end, for whatever reason."""
        try:
            with suppress(Empty):
                while True:
                    done.put(self._measured(waiting.get_nowait()))
        finally:
            done.put(None)

    def _measured(self, work: Work) -> Outcome:
        outcome = measured(work.job, work.roots, self._measure)
        return outcome.model_copy(update={"machine": self._marked(outcome.machine)})

    def _marked(self, machine: dict[str, Any]) -> dict[str, Any]:
        return machine if self._workers == 1 else {**machine, SIDE_BY_SIDE: self._workers}


def _empty(waiting: "SimpleQueue[Work]") -> None:
    with suppress(Empty):
        while True:
            waiting.get_nowait()
