"""The files of a sweep, sent to the workers that ask for them."""

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from tools.quantize.bundle import Bundle
from tools.quantize.sweep import peer
from tools.quantize.sweep.work import Work

PARCEL_BYTES = 4 << 20
"""Sent at a time: what a file takes of anybody's memory on the way, however large it is."""
_WORKERS_AT_A_TIME = 4

_log = logging.getLogger(__name__)

Piece = tuple[str, int, bytes]


class Feeder:
    """Called by distributed with each event of the topic on which workers ask."""

    def __init__(self, client: Any, work: Iterable[Work]) -> None:
        self._client = client
        self._paths = dict(_paths(work))
        self._pool = ThreadPoolExecutor(_WORKERS_AT_A_TIME, thread_name_prefix="feeding")
        self._going: dict[str, Future[None]] = {}

    def __call__(self, event: tuple[float, dict[str, Any]]) -> None:
        _, message = event
        worker = message["worker"]
        going = self._going.get(worker)
        if going is None or going.done():
            self._going[worker] = self._pool.submit(self._feed, worker, message["lacking"])

    def check(self) -> None:
        """Raises what went wrong in a way that nobody has thought of."""
        for future in list(self._going.values()):
            if future.done():
                future.result()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _feed(self, worker: str, lacking: list[tuple[str, int]]) -> None:
        known = [(self._paths[name], name, here) for name, here in lacking if name in self._paths]
        try:
            for parcel in parcels(known):
                self._client.run(peer.receive, parcel, workers=[worker])
        except (OSError, AssistantError) as error:
            # It asks again if it is still there; if not, its job goes elsewhere.
            _log.warning("%s was not sent all that it asked for: %s", worker, error)


def parcels(
    lacking: Iterable[tuple[Path, str, int]], size: int = PARCEL_BYTES
) -> Iterator[list[Piece]]:
    """What is lacking (path, SHA-256, bytes that are there), in parcels of `size` bytes."""
    parcel: list[Piece] = []
    room = size
    for path, name, offset in lacking:
        with path.open("rb") as file:
            file.seek(offset)
            while True:
                data = file.read(room)
                parcel.append((name, offset, data))
                offset += len(data)
                room -= len(data)
                if room:  # the file has ended
                    break
                yield parcel
                parcel, room = [], size
    if parcel:
        yield parcel


def _paths(work: Iterable[Work]) -> Iterator[tuple[str, Path]]:
    for job, roots, _ in work:
        yield from _below(roots.model, job.model)
        yield from _below(roots.data, job.data)
        if roots.reference is not None and job.reference is not None:
            yield from _below(roots.reference, job.reference)


def _below(root: Path, bundle: Bundle) -> Iterator[tuple[str, Path]]:
    yield from ((file.sha256, root / file.name) for file in bundle.files)
