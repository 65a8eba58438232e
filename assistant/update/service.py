"""systemd, as far as an update needs it."""

import logging
import subprocess
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

UNIT = "assistant.service"
PATIENCE_S = 60.0
"""For so long a new version may take until it listens for the wake word."""


@dataclass(frozen=True, slots=True)
class Service:
    """The assistant's."""

    running: Path = Path("/run/systemd/system")
    """A folder that is there where systemd is (sd_booted(3))."""
    patience_s: float = PATIENCE_S

    @property
    def wanted(self) -> bool:
        """It runs, or tried to: not if it was stopped, or if there is no systemd."""
        return self.running.is_dir() and self._state() not in ("", "inactive", "unknown")

    def restart(self) -> bool:
        """Whether it is ready: `Type=notify` lets systemctl wait for that."""
        self._systemctl("reset-failed", UNIT)  # or a former series of failures would count
        return self._systemctl("restart", UNIT).returncode == 0 and self._state() == "active"

    def restart_later(self) -> None:
        """For one of systemd's own jobs, which must not wait for another."""
        self._systemctl("reset-failed", UNIT)
        self._systemctl("--no-block", "restart", UNIT)

    def _state(self) -> str:
        return self._systemctl("is-active", UNIT).stdout.strip()

    def _systemctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What takes too long has failed."""
        command = ["systemctl", *arguments]
        try:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=self.patience_s,
            )
        except subprocess.TimeoutExpired:
            log.warning("%s took longer than %.0f s", " ".join(command), self.patience_s)
            return subprocess.CompletedProcess(command, 1, "", "")
