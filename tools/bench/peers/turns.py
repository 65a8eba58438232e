"""Request after request, each through one system after the other."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence

from assistant.errors import AssistantError
from assistant.evaluate.text import Words
from tools.bench.peers.answer import System
from tools.bench.peers.failure import PeerError
from tools.bench.peers.figures import Result
from tools.bench.peers.request import Request

SETTLE_S = 0.5
"""Between two systems: thread pools spin for a while after their work is done."""


def measured(
    systems: Sequence[System],
    requests: Sequence[Request],
    repeats: int,
    words: Words,
    leave_out: Callable[[str, AssistantError], None],
) -> Iterator[Result]:
    """Who begins changes, so that nobody always follows the same neighbour. The first request is
    heard once before, to warm up. A peer that fails has no more turns; `leave_out` is told why."""
    going = list(systems)
    for turn, (repeat, request) in enumerate(_rounds(requests, repeats)):
        first = turn % len(going)
        for system in going[first:] + going[:first]:
            time.sleep(SETTLE_S)
            try:
                answer = system.answer(request)
            except PeerError as error:
                leave_out(system.name, error)
                going.remove(system)
                continue
            said = request.row.text
            right = None if said is None else words(answer.transcript) == words(said)
            if repeat is not None:
                yield Result(system.name, (request.row.file, repeat), answer, right)
            _tell(turn, system.name, answer.response_s)


def _rounds(requests: Sequence[Request], repeats: int) -> Iterator[tuple[int | None, Request]]:
    """Requests and which repeat it is; None: it does not count."""
    yield None, requests[0]
    for repeat in range(repeats):
        for request in requests:
            yield repeat, request


def _tell(turn: int, name: str, response_s: float | None) -> None:
    """Progress, for somebody who watches."""
    if sys.stderr.isatty():
        shown = "no answer" if response_s is None else f"{1000 * response_s:.0f} ms"
        print(f"{turn:4} {name:>16}  {shown}", file=sys.stderr)
