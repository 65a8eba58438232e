"""One candidate, measured in a process of its own: its peak of memory is its own, and whatever it
does to that process, the next candidate is measured."""

import json
import logging
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any

from assistant.errors import AssistantError
from hw.fingerprint import fingerprint
from tools.quantize.child import program
from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.measures.options import Options, parsed
from tools.quantize.measures.progress import Observer, unobserved

_log = logging.getLogger(__name__)

Measure = Callable[[Job, Roots], Outcome]

CHILD = program("tools.quantize.measures")
"""Called with the number of the descriptor to which it answers."""
_LEAVE_S = 10.0
"""After its answer it may take so long to end."""
_TAIL_BYTES = 4_000
_LONGEST = 200
"""Characters that are quoted of what it said last."""


class _UnmeasuredError(AssistantError):
    """Why there are no figures."""


def measure(
    job: Job, roots: Roots, command: Sequence[str] = CHILD, observe: Observer = unobserved
) -> Outcome:
    """Do one job. Whatever becomes of the candidate, there is an outcome: with its figures, or with
    the error in one sentence.

    `command`: the program that measures; `observe`: is told the share that is done.
    """
    date = datetime.now(UTC).isoformat(timespec="seconds")
    machine = fingerprint()
    try:
        figures = _figures(job, roots, command, observe)
    except AssistantError as error:
        return Outcome(job=job, date=date, machine=machine, error=str(error))
    return Outcome(job=job, date=date, machine=machine, figures=figures)


def _figures(
    job: Job, roots: Roots, command: Sequence[str], observe: Observer
) -> dict[str, float | None]:
    deadline_s = _deadline_s(job)
    reading, writing = os.pipe()
    with (
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryDirectory() as scratch,
        os.fdopen(reading, "rb", buffering=0) as answer,
    ):
        try:
            child = subprocess.Popen(
                [*command, str(writing)],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                env=os.environ | {"TMPDIR": scratch},  # is emptied even if it is killed
                pass_fds=[writing],
                start_new_session=True,  # it is ended with what it has started
            )
        finally:
            os.close(writing)
        try:
            _send(child, job, roots)
            until = time.monotonic() + deadline_s
            for message in _messages(answer, until):
                if "figures" in message:
                    return dict(message["figures"])
                if "error" in message:
                    raise _UnmeasuredError(message["error"])
                observe(message["done"])
            raise _UnmeasuredError(_explained(job, child, said, until, deadline_s))
        finally:
            _end(child)


def _deadline_s(job: Job) -> float:
    named = {name: value for name, value in job.options.items() if name in Options.model_fields}
    return parsed(Options, named).deadline_s


def _send(child: subprocess.Popen[bytes], job: Job, roots: Roots) -> None:
    message = {
        "job": job.model_dump(mode="json"),
        "roots": [str(root) if root else None for root in roots],
    }
    assert child.stdin is not None
    try:
        child.stdin.write(json.dumps(message).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        _log.info("the child ended before it was told what to do")  # its end is explained later


def _messages(answer: IO[bytes], until: float) -> Iterator[dict[str, Any]]:
    """Its lines, until it closes the pipe or the time is over."""
    rest = b""
    while (left := until - time.monotonic()) > 0 and select.select([answer], [], [], left)[0]:
        chunk = answer.read(1 << 16)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(json.loads, lines)


def _explained(
    job: Job, child: subprocess.Popen[bytes], said: IO[bytes], until: float, deadline_s: float
) -> str:
    """One sentence about a child that did not answer."""
    what = f"{job.name} ({job.quantisation})"
    try:
        status = child.wait(max(0.1, min(_LEAVE_S, until - time.monotonic())))
    except subprocess.TimeoutExpired:
        return (
            f"{what} was not measured within {deadline_s:g} s: measure less, or allow more with"
            " --option deadline_s=SECONDS."
        )
    last = _last_words(said)
    _log.info("the process that measured %s ended with %d: %s", what, status, last)
    if status < 0:
        return (
            f"{what} made the process that measured it end with {_signal(-status)}: the file may be"
            " damaged, or the memory too small."
        )
    reason = last.splitlines()[-1][:_LONGEST].rstrip(". ") if last else f"exit code {status}"
    return f"{what} could not be measured ({reason}): try `quantize inspect` on its file."


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"


def _last_words(said: IO[bytes]) -> str:
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - _TAIL_BYTES))
    return said.read().decode("utf-8", "replace").strip()


def _end(child: subprocess.Popen[bytes]) -> None:
    """It, and what it has started."""
    assert child.stdin is not None
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        _log.debug("%s is gone already", child.pid)
    child.wait()
    child.stdin.close()
