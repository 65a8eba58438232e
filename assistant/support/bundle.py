"""What goes into the archive. Whatever it is, it has gone through a `Redactor` before."""

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.doctor import service
from assistant.engines import ENGINES
from assistant.store import standard_path
from assistant.support import configuration, household, journal
from assistant.support.messages import Messages
from assistant.support.redact import REMOVED, Redactor
from hw import systemctl
from hw.fingerprint import fingerprint
from models.catalog import default_catalog
from models.store import Store

_NAME = re.compile(r"[\w.-]+")
_STATE = re.compile(
    r"|\d+|\d+(?:ms|s|min|h)|\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S{1,5}|\[not set\]|infinity|"
    r"yes|no|"
    r"loaded|not-found|bad-setting|error|masked|active|reloading|inactive|failed|activating|"
    r"deactivating|enabled|disabled|static|enabled-runtime|start|start-pre|start-post|running|"
    r"exited|dead|auto-restart|stop-sigterm|stop-sigkill|" + journal.RESULTS
)
_USUAL = {"/etc", "/run", "/var/lib", "/var/cache", "/var/lib/kitchen-assistant"}
"""Folders of a service, which are no secrets."""
MOST_LINES = 5_000
"""Of the journal."""

ABOUT = {
    "doctor.json": "what `assistant doctor` says",
    "hw.json": "what `assistant hw` says: the board and what suits it",
    "fingerprint.json": "processor, memory, system and versions",
    "packages.txt": "versions of the packages it is made of",
    "configuration.json": "the configuration: numbers, switches and names of models and devices",
    "service.txt": "what systemd knows of the service",
    "journal.txt": "the service's messages, without what was filled into them",
    "health.jsonl": "its hourly counts: wake words, replies, failures, losses of devices",
    "sound-cards.txt": "the sound cards as the kernel names them",
    "system.json": "kernel, free memory, load, room on the disks",
    "household.json": "how many timers, alarms, reminders and lists there are",
}
"""In this order; what could not be had is left out."""


@dataclass(frozen=True, slots=True)
class Told:
    """What other commands say, JSON-able."""

    doctor: Any
    board: Any


def members(
    settings: Settings | None,
    told: Told,
    days: int,
    config: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> dict[str, bytes]:
    """Contents by name. `settings`: None if the configuration is wrong, which the doctor tells."""
    store = Store()
    engines = (name for engines in ENGINES.values() for name in engines)
    public = frozenset([*default_catalog().entries, *engines])
    numbers, words = household.counts(standard_path())
    # What somebody called a model of their own is theirs to tell.
    own = [entry.name for entry in store.catalog.entries.values() if entry.local]
    names = [*household.people(environment), *words, *own]
    if settings is not None:
        names += configuration.personal(settings)
    names += _folders(config, environment)
    redactor = Redactor(tuple(name for name in names if name), public)
    values = {
        "doctor.json": told.doctor,
        "hw.json": told.board,
        "fingerprint.json": fingerprint(),
        "configuration.json": settings and configuration.shown(settings, public, redactor),
        "system.json": _system(store),
        "household.json": numbers,
    }
    texts = {
        "packages.txt": "\n".join(_packages()),
        "service.txt": _service(),
        **_journal(days, Messages.of_this_program(public), redactor),
        "sound-cards.txt": _read(Path("/proc/asound/cards"), redactor),
    }
    shown = {name: _json(redactor.value(value)) for name, value in values.items() if value}
    shown |= {name: redactor.known(text) for name, text in texts.items() if text}
    shown["README.txt"] = readme(shown, days)
    return {name: f"{text.rstrip()}\n".encode() for name, text in sorted(shown.items())}


def readme(found: Mapping[str, str], days: int) -> str:
    """What each file is, and what is not in them."""
    width = max(map(len, ABOUT))
    files = "\n".join(f"  {name:<{width}}  {ABOUT[name]}" for name in ABOUT if name in found)
    missing = ", ".join(name for name in ABOUT if name not in found)
    return f"""\
What this installation of the assistant is and how it is doing, to ask others for help with it.
READ IT BEFORE YOU SEND IT: you know best what is private at home.

{files}
  {f"Not to be had here: {missing}." if missing else "Nothing was left out."}

The journal goes back {days} days and shows only messages that stand in the program's source;
what was filled into them is shown if it is a number or a word of the program.

In none of these files: recordings, what was said or answered, names of timers, alarms, reminders
and lists, items, tokens, passwords and credentials, names of users and hosts, addresses of
networks (IP, MAC), folders of users. Where such a thing stood, {REMOVED} stands.
"""


def _folders(config: Path | None, environment: Mapping[str, str]) -> list[str]:
    """Chosen by somebody; those below the user's own show as "~"."""
    names = ("ASSISTANT_DATA_DIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    found = [environment.get(name, "") for name in (*names, "XDG_DATA_HOME")]
    chosen = [folder for folder in found if folder not in _USUAL]
    return [*chosen, *([str(config), str(config.absolute())] if config else [])]


def _packages() -> Iterator[str]:
    """Direct dependencies alone: what else is installed here is nobody's business."""
    wanted = (_NAME.match(each) for each in requires("kitchen-assistant") or [])
    for name in sorted({"kitchen-assistant", *(each[0] for each in wanted if each)}):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue  # of an extra


def _service() -> str | None:
    shown = systemctl.show(service.UNIT, service.PROPERTIES)
    if shown is None:
        return None
    files = len(shown.pop("DropInPaths", "").split())  # whoever made one has named it
    rows = [f"{name}={_plain(shown[name])}" for name in service.PROPERTIES if name in shown]
    return "\n".join([*rows, f"DropIns={files}"])


def _plain(value: str) -> str:
    """Of a unit: a word of systemd's, a number, a time."""
    return value if _STATE.fullmatch(value) else REMOVED


def _journal(days: int, messages: Messages, redactor: Redactor) -> dict[str, str]:
    lines = systemctl.journal(service.UNIT, f"-{days}d", MOST_LINES) or []
    counted = (json.dumps(redactor.value(each)) for each in journal.health(lines, messages))
    return {
        "journal.txt": "\n".join(journal.redacted(lines, messages)),
        "health.jsonl": "\n".join(counted),
    }


def _system(store: Store) -> dict[str, Any]:
    def room(folder: Path) -> int | None:
        try:
            answer = os.statvfs(folder)
        except OSError:  # it is not there yet
            return None
        return answer.f_bavail * answer.f_frsize >> 20

    meminfo = _lines(Path("/proc/meminfo"))
    return {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "load": os.getloadavg(),
        "memory": [line for line in meminfo if line.startswith(("Mem", "Swap", "Mlocked"))],
        "free_mib": {"state": room(standard_path().parent), "models": room(store.root)},
    }


def _read(path: Path, redactor: Redactor) -> str | None:
    lines = _lines(path)
    return "\n".join(map(redactor.text, lines)) if lines else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)
