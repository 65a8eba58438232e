"""A Wyoming server of Home Assistant's as it is installed, on the loopback interface."""

import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tools.bench.peers.child import OFFLINE, runnable
from tools.bench.peers.failure import PeerError
from tools.bench.peers.wyoming import Connection

START_S = 120.0
"""Longest that a server may take to load its model."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class WyomingServer:
    def __init__(self, module: str, python: Path, arguments: Sequence[str], logs: Path) -> None:
        """`logs`: a folder for what it prints. Raises PeerError if it cannot be started."""
        self.port = free_port()
        self._module = module
        self._log = logs / f"{module}.log"
        logs.mkdir(parents=True, exist_ok=True)
        uri = f"tcp://127.0.0.1:{self.port}"
        command = [str(python), "-m", module, "--uri", uri, *arguments]
        with self._log.open("w") as log, runnable(python):
            self._process = subprocess.Popen(
                command,
                env=os.environ | OFFLINE,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def wait(self) -> None:
        """Until it accepts connections. PeerError if it ends instead, or takes too long."""
        latest = time.monotonic() + START_S
        while time.monotonic() < latest and self._process.poll() is None:
            try:
                with Connection(self.port):
                    return
            except PeerError:
                time.sleep(0.1)
        raise PeerError(f"{self._module} does not start; {self._log} tells why.")
