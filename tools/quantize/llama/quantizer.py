"""Has llama.cpp quantise a file: in a child process, as it ends the process with some bad files."""

import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.errors import InputError, ModelError
from tools.quantize.child import program
from tools.quantize.llama.order import Account, Order, account, progress

_CHILD = program("tools.quantize.llama.child")
_OURS = 2
_LAST_WORDS = 300

Advance = Callable[[int, int], None]
"""Told which tensor of how many is being worked on."""


def run(order: Order, advance: Advance = lambda done, total: None) -> Account:
    """Plan or write `order.target`. Raises ModelError if llama.cpp gives up: what it has written
    until then is of no use."""
    lines: list[str] = []
    with subprocess.Popen(
        (*_CHILD, "quantize"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            with suppress(BrokenPipeError):  # it has ended already, and says why
                child.stdin.write(order.model_dump_json())
                child.stdin.close()
            for line in child.stdout:
                lines.append(line.rstrip("\n"))
                if (reached := progress(line)) is not None:
                    advance(*reached)
            child.wait()
        finally:
            child.kill()  # does nothing to one that has ended
    found = account(lines)
    if child.returncode != 0:
        raise ModelError(_why(order, found, lines, child.returncode))
    return found


def try_out(path: Path) -> None:
    """Load a fresh file and read some words with it. Raises ModelError if it is of no use."""
    done = subprocess.run((*_CHILD, "try", path), capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        words = _last(done.stderr.splitlines())
        raise ModelError(f"The new file is of no use and was not kept: {words or 'no reason'}")


def _last(lines: Sequence[str]) -> str:
    return next((line.strip() for line in reversed(lines) if line.strip()), "")[:_LAST_WORDS]


def _why(order: Order, found: Account, lines: Sequence[str], code: int) -> str:
    words = _last(lines)
    if code == _OURS:
        return words
    name = Path(order.source).name
    if found.failure:
        return f"llama.cpp cannot make {order.type} of {name} ({found.failure}): choose another."
    if code < 0 or not found.tensors:
        return f"llama.cpp cannot read {name} (its last words: {words!r}): check the file."
    return f"llama.cpp cannot make {order.type} of {name} (its last words: {words!r})."


def refuse(order: Order, planned: Account) -> None:
    """Raises InputError if a plan must not be carried out: before anything is written."""
    name = Path(order.source).name
    if planned.needs_importance and not order.imatrix:
        raise InputError(
            f"{order.type} of {name} is worthless without an importance matrix: make one with "
            "`quantize imatrix` and give it with --imatrix."
        )
    if planned.requantised and not order.allow_requantize:
        raise InputError(
            f"{name} is quantised already, and what that lost does not come back: take the F16 "
            "file, or give --allow-requantize."
        )
    for override in order.overrides:
        if not any(_fits(override.pattern, tensor.name) for tensor in planned.tensors):
            raise InputError(f"--tensor {override.pattern}: no tensor of {name} has such a name.")


def _fits(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error as error:
        raise InputError(
            f"--tensor {pattern}: no regular expression ({error}); try 'ffn_down=Q8_0'."
        ) from error


def warnings(order: Order, done: Account) -> list[str]:
    """What whoever uses the result must know: sentences."""
    found = []
    if done.requantised:
        found.append(
            f"{done.requantised} tensors had been quantised before: this is worse than what the "
            "original weights would have given."
        )
    if done.fallbacks:
        found.append(
            f"{done.fallbacks} of {done.total} tensors have rows that {order.type}'s blocks do "
            "not fit: they got a larger type instead."
        )
    missing = [name for name in done.without_importance if "token_embd" not in name]
    if missing:
        found.append(
            f"{len(missing)} tensors are not in the importance matrix and were quantised without: "
            f"{', '.join(missing[:3])}{', ...' if len(missing) > 3 else ''}."
        )
    return found
