"""An engine in a process of its own, asked in JSON lines."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from tools.bench.peers.failure import PeerError
from tools.bench.peers.lines import END, READY, decode, encode

ROOT = Path(__file__).parents[3]
OFFLINE = {"HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
"""A peer that would fetch a model fails instead."""


class Child:
    """Starts at once, loads while others do; `wait` returns when it can be asked."""

    def __init__(self, server: str, python: Path, arguments: Sequence[str], logs: Path) -> None:
        """`server`: a module of `tools.bench.peers.servers`; `logs`: a folder for what it prints.

        Raises PeerError if it cannot be started.
        """
        self._log = logs / f"{server}.log"
        self._name = server
        logs.mkdir(parents=True, exist_ok=True)
        command = [str(python), "-m", f"tools.bench.peers.servers.{server}", *arguments]
        with self._log.open("w") as log, runnable(python):
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | OFFLINE,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def wait(self) -> None:
        """Until it has loaded. PeerError if it ends instead."""
        while self._read() != READY:
            continue

    def ask(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Its answers, each as soon as it is there; read them all before asking again."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode(request))
            self._process.stdin.flush()
        except OSError as error:
            raise self._ended() from error
        while (message := self._read()) != END:
            yield message

    def ask_one(self, request: dict[str, Any]) -> dict[str, Any]:
        """The only answer."""
        (message,) = self.ask(request)
        return message

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        return decode(line)

    def _ended(self) -> PeerError:
        return PeerError(f"The server {self._name} ended; {self._log} tells why.")


@contextmanager
def runnable(python: Path) -> Iterator[None]:
    """Around the start of a process: PeerError that says what to do if there is no such Python."""
    try:
        yield
    except OSError as error:
        raise PeerError(
            f"{python} cannot be run ({error.strerror}); remove its environment and run this again."
        ) from error


def ours() -> Path:
    """The Python that runs the assistant: its packages serve the peers that need no others."""
    return Path(sys.executable)
