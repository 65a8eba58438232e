"""What systemd knows of a unit. Asked, never told."""

import os
import shutil
import subprocess
from collections.abc import Sequence

PATIENCE_S = 2.0
"""It answers in some 10 ms, or hangs."""


def show(unit: str, properties: Sequence[str]) -> dict[str, str] | None:
    """Properties of a unit; None where there is no systemd, or it does not answer."""
    return parse(asked(["systemctl", "show", f"--property={','.join(properties)}", unit]))


def journal(unit: str, since: str, limit: int, pattern: str = "") -> list[str] | None:
    """The last lines of a unit, oldest first: `2026-11-22T08:00:00+0100 host program[1]: text`.
    `since`: as journalctl has it, for example "-7d". None where it cannot be read."""
    arguments = ["journalctl", "--unit", unit, "--since", since, "--lines", str(limit)]
    found = [f"--grep={pattern}"] if pattern else []
    text = asked([*arguments, *found, "--output=short-iso", "--no-pager", "--quiet"], wait_s=10.0)
    return None if text is None else text.splitlines()


def parse(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    pairs = (line.partition("=") for line in text.splitlines())
    return {name: value for name, equals, value in pairs if equals}


def asked(command: list[str], wait_s: float = PATIENCE_S) -> str | None:
    """What a command prints; None if it is not there, fails or takes too long."""
    if shutil.which(command[0]) is None:
        return None
    try:
        made = subprocess.run(
            command,
            capture_output=True,
            timeout=wait_s,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return made.stdout.decode("utf-8", "replace") if made.returncode == 0 else None
