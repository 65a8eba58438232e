"""What a service tells its manager, over the socket that systemd gives it: sd_notify(3).

Outside of a service there is no socket, and nothing is told.
"""

import logging
import os
import socket
import time
from collections.abc import Mapping

log = logging.getLogger(__name__)

_LONGEST_STATUS = 200
"""Characters; `systemctl status` shows one line."""


class Manager:
    """Whoever started this process and wants to know how it is."""

    def __init__(self, address: str = "", patience_s: float | None = None) -> None:
        """`address`: of a datagram socket, "@" for an abstract one; empty: nobody asks.
        `patience_s`: a ping must come at least so often; None: no pings are wanted."""
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._patience_s = patience_s
        self._complained = False

    @classmethod
    def here(cls, environment: Mapping[str, str] = os.environ, pid: int | None = None) -> "Manager":
        """That of this process; pings are wanted if `WATCHDOG_USEC` is stated, and for us."""
        microseconds = environment.get("WATCHDOG_USEC", "")
        wanted = environment.get("WATCHDOG_PID", "") in ("", str(pid or os.getpid()))
        patience_s = int(microseconds) / 1e6 if wanted and microseconds.isdigit() else None
        return cls(environment.get("NOTIFY_SOCKET", ""), patience_s)

    @property
    def ping_s(self) -> float | None:
        """Seconds between two pings: a quarter of what is allowed, so that one may come late."""
        return None if self._patience_s is None else self._patience_s / 4

    def ready(self) -> None:
        self._tell("READY=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`; no words of anybody."""
        self._tell(f"STATUS={' '.join(text.split())[:_LONGEST_STATUS]}")

    def ping(self) -> None:
        self._tell("WATCHDOG=1")

    def reloading(self) -> None:
        """`ready` follows. The time is what systemd 253 and later compare with their own."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def _tell(self, *assignments: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.settimeout(1.0)
                channel.sendto("\n".join(assignments).encode(), self._address)
            self._complained = False
        except OSError as error:  # a manager that does not listen must not end the assistant
            if not self._complained:
                log.warning("the service manager cannot be told anything: %s", error)
            self._complained = True
