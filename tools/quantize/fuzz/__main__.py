"""`python -m tools.quantize.fuzz --seconds 60 --format gguf`: what gets past the check, and then?

Prints counts and exits with 1 if a file that was let through ended the process that loaded it, or
if the check itself failed or was slow; such files are kept.
"""

import os
import random
import select
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import typer

from assistant.errors import ModelError
from models.headers.identify import identify
from tools.quantize.child import program
from tools.quantize.fuzz.mutate import HOSTILE

_SLOW_S = 2.0
"""Of the processor, for a file of a few megabytes at the most."""
_HUNG_S = 30.0
_START_S = 120.0
Kind = Literal["ggml", "gguf", "onnx", "safetensors"]


class Child:
    """A process that loads files, started anew when one has ended it."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._process: subprocess.Popen[str] | None = None

    def load(self, path: Path) -> str:
        """ "loaded", "refused", "hung", or how the process ended."""
        process = self._running()
        assert process.stdin
        try:
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
        except BrokenPipeError:
            return self._ended(process)
        answer = _line(process, _HUNG_S)
        if answer is None:
            self.close()
            return "hung"
        return answer or self._ended(process)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process:
            self._process.kill()
            self._ended(self._process)

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [*program("tools.quantize.fuzz.child"), self._kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                # Or it calls a debugger to say where it stopped, which takes seconds.
                env={**os.environ, "GGML_NO_BACKTRACE": "1"},
            )
            if _line(self._process, _START_S) != "ready":
                raise ModelError(f"The engine for {self._kind} cannot be started: install it.")
        return self._process

    def _ended(self, process: subprocess.Popen[str]) -> str:
        code = process.wait()
        self._process = None
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # what it did not read is of no use to anybody
                    pipe.close()
        return f"crashed ({-code if code < 0 else code})"


def _line(process: subprocess.Popen[str], seconds: float) -> str | None:
    """The next line; empty at the end; None if there is none for so long."""
    assert process.stdout
    if not select.select([process.stdout], [], [], seconds)[0]:
        return None
    return process.stdout.readline().rstrip("\n")


def examine(path: Path, child: Child, counts: Counter[str]) -> str:
    """Check a file and load it if it is let through; the name of what should not have happened."""
    begun = time.process_time()
    try:
        identify(path)
        verdict = "let through"
    except ModelError:
        verdict = "refused"
    counts[verdict] += 1
    if time.process_time() - begun > _SLOW_S:
        counts["slow"] += 1
        return "slow"
    if verdict == "refused":
        return ""
    after = child.load(path)
    counts[f"then {after}"] += 1
    return "" if after in ("loaded", "refused") else after


def fuzz(
    format: Annotated[Kind, typer.Option(help="Which files to make.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="How long.")] = 60.0,
    seed: Annotated[int, typer.Option(help="The same files again.")] = 0,
    keep: Annotated[
        Path | None, typer.Option(help="Put files that did damage into this folder.")
    ] = None,
) -> None:
    """Make hostile model files, and load in another process those that the check lets through.

    For a minute of language models:  python -m tools.quantize.fuzz --format gguf --seconds 60
    """
    counts: Counter[str] = Counter()
    child = Child(format)
    rng = random.Random(seed)
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile"
        while time.monotonic() < until:
            data = HOSTILE[format](rng)
            path.write_bytes(data)
            finding = examine(path, child, counts)
            if finding and keep:
                keep.mkdir(parents=True, exist_ok=True)
                number = sum(counts.values())
                (keep / f"{format}-{seed}-{number}-{finding.split()[0]}").write_bytes(data)
    child.close()
    tried = counts["refused"] + counts["let through"]
    typer.echo(f"{format}: {tried} files in {seconds:.0f} s, seed {seed}")
    for name, count in counts.most_common():
        typer.echo(f"  {name:<24}{count:>8}")
    bad = [name for name in counts if name not in ("refused", "let through", *_GOOD)]
    raise typer.Exit(1 if bad else 0)


_GOOD = ("then loaded", "then refused")

if __name__ == "__main__":
    typer.run(fuzz)
