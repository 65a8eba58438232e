"""A version's virtual environment: made from a wheelhouse alone, and tried before it is used."""

import logging
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UpdateError
from assistant.update.manifest import Manifest

log = logging.getLogger(__name__)

USER = "kitchen-assistant"
"""Whom the service runs as (systemd/sysusers.conf)."""
SERVICE: Mapping[str, str] = {
    "HOME": "/var/lib/kitchen-assistant",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "XDG_CONFIG_HOME": "/etc",
    "XDG_STATE_HOME": "/var/lib",
    "XDG_CACHE_HOME": "/var/cache",
    "ASSISTANT_DATA_DIR": "/var/lib/kitchen-assistant",
}
"""What the service finds in its environment (systemd/assistant.service)."""
DEMO = "demo.flac"
"""A recorded request, in the wheelhouse and in the version made of it."""
MODELS_COMPLETE = Path("models/.complete")
"""Below the data folder; written by assistant-models.service."""
_PATIENCE_S = 1800.0
"""For one command: a memory card takes minutes to unpack all wheels."""

Told = Callable[[str], None]
"""Takes one line on what is being done."""


def make(folder: Path, source: Path, manifest: Manifest, python: Path) -> None:
    """Everything in `manifest` into the empty `folder`, from `source` and nowhere else, as bytecode
    too, since the service may not write it. UpdateError."""
    _run([str(python), "-I", "-m", "venv", str(folder)])
    inside = str(folder / "bin/python")
    pip = [inside, "-I", "-m", "pip", "--isolated", "--no-input", "--disable-pip-version-check"]
    lines = [f"./{name} --hash=sha256:{manifest.files[name]}\n" for name in manifest.wheels]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.writelines(lines)
        wanted.flush()
        only = ["--no-index", "--no-deps", "--no-cache-dir", "--only-binary", ":all:"]
        _run([*pip, "install", *only, "--require-hashes", "-r", wanted.name], cwd=source)
    # A version is never changed once it is there, so it needs nothing that could.
    _run([*pip, "uninstall", "--yes", "pip", "setuptools"])
    if DEMO in manifest.files:
        shutil.copyfile(source / DEMO, folder / DEMO)


def examine(folder: Path, told: Told) -> None:
    """Do all libraries load here, and does it answer a recorded request? UpdateError says what
    does not work. Without models only the former can be told."""
    program = [str(folder / "bin/python"), "-I", "-m", "assistant"]
    told("its libraries are loaded")
    _as_service([*program, "hw", "--json"])
    if not has_models():
        told("it is not asked anything yet: there are no models")
        return
    told("its models are fetched, where it needs others")
    _as_service([*program, "models", "pull"])
    if not (folder / DEMO).exists():
        return
    told("it answers a recorded request")
    with tempfile.TemporaryDirectory() as answers:
        if os.geteuid() == 0 and (user := _user()) is not None:
            os.chown(answers, user.pw_uid, user.pw_gid)
        _as_service([*program, "turn", str(folder / DEMO), "--out", f"{answers}/reply.wav"])


def has_models() -> bool:
    """assistant-models.service has done its work: the assistant can be expected to listen."""
    data = _environment().get("ASSISTANT_DATA_DIR", SERVICE["ASSISTANT_DATA_DIR"])
    return (Path(data) / MODELS_COMPLETE).exists()


def _environment() -> Mapping[str, str]:
    """The service's as root; one's own where somebody tries it out in a folder of their own."""
    return SERVICE if os.geteuid() == 0 and _user() else os.environ


def _user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return None


def _as_service(command: Sequence[str]) -> None:
    """With the rights of the service, if this process can give away its own."""
    user = _user()
    if os.geteuid() or user is None:
        _run(command)
        return
    groups = os.getgrouplist(user.pw_name, user.pw_gid)
    _run(command, user=user.pw_uid, group=user.pw_gid, extra_groups=groups, env=dict(SERVICE))


def _run(command: Sequence[str], **options: Any) -> None:
    """UpdateError with the last line that the command wrote, if it fails."""
    log.info("%s", " ".join(command))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            umask=0o022,
            **options,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UpdateError(f"The new version cannot be tried: {error}.") from error
    log.info("%s", done.stdout)
    if done.returncode:
        lines = done.stdout.strip().splitlines() or [f"signal or status {done.returncode}"]
        what = " ".join(command[1:4])
        raise UpdateError(f"The new version does not work here (`{what} …`): {lines[-1].strip()}")
