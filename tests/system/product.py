"""`assistant run` in a process of its own, as its owner runs it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from tests.system.sound import wait_for
from tools.virtual_sound import SoundServer


class Product:
    """`assistant run --json --words` in a process of its own, and what it has said so far."""

    def __init__(self, server: SoundServer, more: Mapping[str, str] | None = None) -> None:
        """`more`: environment variables."""
        self.events: list[dict[str, Any]] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "run", "--json", "--words"],
            env={
                **os.environ,
                **server.environment,
                "ASSISTANT_MIC__SILENT_S": "3600",
                **(more or {}),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def until(self, event: str, within_s: float = 15, **fields: Any) -> dict[str, Any]:
        """Wait for the next such event; it and all before it are then forgotten."""
        found: list[int] = []

        def came() -> bool:
            assert self._process.poll() is None or self.events, "it ended"
            found[:] = [
                index
                for index, each in enumerate(self.events)
                if each["event"] == event and fields.items() <= each.items()
            ]
            return bool(found)

        try:
            wait_for(came, within_s)
        except AssertionError as error:
            raise AssertionError(f"{error}: {event} {fields}, but {self.events}") from error
        row = self.events[found[0]]
        del self.events[: found[0] + 1]
        return row

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def forget(self) -> None:
        self.events.clear()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """As a power cut does."""
        self._process.kill()
        self.ended()

    def stop(self) -> tuple[int, str]:
        """Exit code and what was logged."""
        self._process.terminate()
        return self.ended()

    def ended(self) -> tuple[int, str]:
        """The same, of one that ends by itself."""
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            log = lines.read()
        self._reader.join()
        return self._process.wait(10), log

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.events.append(json.loads(line))
