"""How the running assistant is, in a file for whoever asks from outside: `assistant doctor`, an
update that waits for the new version to listen, a person. No words of anybody.

It lies in the runtime folder, if there is one: that is memory, and writing it wears out no card.
"""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

from platformdirs import user_state_path
from pydantic import Field, TypeAdapter, ValidationError

from models.kept import replace

log = logging.getLogger(__name__)

APP, STATUS = "kitchen-assistant", "status.json"
_MAX_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Status:
    """Of one process, as it is now."""

    pid: Annotated[int, Field(gt=0)]
    version: Annotated[str, Field(max_length=100)]
    since_s: float
    """When it started, in seconds since 1970."""
    armed: bool = False
    """The wake word is listened for."""
    loading: tuple[str, ...] = ()
    """Roles whose engines are not there yet."""
    failed: dict[str, str] = field(default_factory=dict)
    """Roles whose engines cannot be loaded, and why."""
    muted: bool = False
    missing: dict[str, str] = field(default_factory=dict)
    """Devices that are gone, and why."""
    rung: str = "full"
    """Of the ladder, see `events.Rung`."""
    why: str = ""
    """A sentence, unless the rung is "full"."""
    ill: str = ""
    """Why the watchdog is not fed; empty: it is well."""

    def sentence(self) -> str:
        """One line for people."""
        if self.ill:
            return self.ill
        without = [f"without {role} ({why})" for role, why in sorted(self.failed.items())]
        if not self.armed:
            why = "; ".join(without)
            return f"Only rings, {why}" if why else "Starting: only what is due rings so far."
        missing = [f"no {device} ({why})" for device, why in sorted(self.missing.items())]
        parts = ["muted" if self.muted else "listening", *([] if self.muted else missing)]
        if self.loading:
            parts.append(f"still loading: {', '.join(self.loading)}")
        parts += without
        text = "; ".join(parts)
        return f"{text[0].upper()}{text[1:]}. {self.why}".rstrip()


_STATUS = TypeAdapter(Status)


class StatusFile:
    """Written whenever something is different."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: None for the one that others look into."""
        self._path = status_path() if folder is None else folder / STATUS
        self._written: Status | None = None

    def write(self, status: Status) -> bool:
        """Whether it was different from what was written before. A folder that cannot be written
        costs the file, not the assistant."""
        if status == self._written:
            return False
        first, self._written = self._written is None, status
        try:
            replace(self._path, json.dumps(asdict(status)).encode())
        except OSError as error:
            if first:
                log.info("how it is cannot be seen from outside: %s", error)
        return True

    def remove(self) -> None:
        """At the end: it says nothing any more."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.info("%s stays: %s", self._path, error.strerror)


def read(path: Path) -> Status | None:
    """What is in a status file; None without one. Raises ValueError for what is none, and OSError
    for what cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(content) > _MAX_BYTES:
        raise ValueError("it is too large")
    return parse(json.loads(content))


def parse(content: object) -> Status:
    """Whatever it is, it is only believed as far as it fits; what a newer version adds is passed
    over. Raises ValueError."""
    try:
        return _STATUS.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def status_path(environment: Mapping[str, str] = os.environ) -> Path:
    """$XDG_RUNTIME_DIR/kitchen-assistant/status.json; where there is no such folder, the user's
    state folder serves as well."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    folder = Path(runtime) / APP if runtime.startswith("/") else user_state_path(APP)
    return folder / STATUS
