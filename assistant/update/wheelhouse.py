"""A folder of wheels with a manifest: is it whole, does it fit this machine?"""

import hashlib
import platform
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UpdateError
from assistant.update import manifest as manifests
from assistant.update.manifest import Manifest
from hw.compiler import compiler_flags
from hw.instructions import cpuinfo

SPARE_BYTES = 200 << 20
"""Left free beyond the new version: state, logs, the other programs of this machine."""
_BYTECODE = 1.3
"""Times the unpacked wheels, for their bytecode: measured 1.17 (x86-64, Python 3.11)."""


@dataclass(frozen=True, slots=True)
class Host:
    python: str
    """Of the interpreter that would be used: "3.11"."""
    architecture: str
    processor: frozenset[str]
    free_bytes: int


def read(folder: Path) -> Manifest:
    """The manifest of a wheelhouse all of whose files are there and unchanged. UpdateError."""
    path = folder / manifests.NAME
    try:
        if path.stat().st_size > manifests.MAX_BYTES:
            raise UpdateError(f"{path} is too large for a manifest.")
        found = manifests.read(path.read_text("utf-8"))
        for name, digest in found.files.items():
            if sha256(folder / name) != digest:
                raise UpdateError(f"{folder / name} is damaged: copy the wheelhouse again.")
    except FileNotFoundError as error:
        raise UpdateError(
            f"{error.filename} is missing: give a folder that `make wheelhouse` made."
        ) from error
    except UnicodeDecodeError as error:
        raise UpdateError(f"{path} is not UTF-8 text: copy the wheelhouse again.") from error
    except OSError as error:
        raise UpdateError(f"{error.filename} cannot be read: {error.strerror}.") from error
    return found


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def here(python: str, disk: Path) -> Host:
    """This machine. `python`: the version it would use; `disk`: a folder where it would go to."""
    return Host(python, platform.machine(), compiler_flags(cpuinfo()), shutil.disk_usage(disk).free)


def needed_bytes(folder: Path, manifest: Manifest) -> int:
    """On the disk, once installed."""
    total = 0
    for name in manifest.wheels:
        try:
            with zipfile.ZipFile(folder / name) as wheel:
                total += sum(entry.file_size for entry in wheel.infolist())
        except zipfile.BadZipFile as error:
            raise UpdateError(f"{folder / name} is no wheel: make the wheelhouse again.") from error
    return int(total * _BYTECODE)


def unfit(manifest: Manifest, host: Host, bytes_needed: int) -> str:
    """Why it cannot be installed there: one sentence; empty if it can. Pure."""
    if manifest.architecture != host.architecture:
        return f"It is made for {manifest.architecture}, and this machine is {host.architecture}."
    if missing := [flag for flag in manifest.processor if flag not in host.processor]:
        return (
            f"It was compiled for a processor with {', '.join(missing[:4])}, which this one lacks: "
            "make the wheelhouse on a machine like this one."
        )
    if manifest.python != host.python:
        return (
            f"It is made for Python {manifest.python} and not for {host.python}: make the "
            "wheelhouse with that version."
        )
    if host.free_bytes < bytes_needed + SPARE_BYTES:
        needed = (bytes_needed + SPARE_BYTES) / 1e6
        return f"It needs {needed:,.0f} MB and {host.free_bytes / 1e6:,.0f} are free: free some."
    return ""


def interpreter(version: str) -> Path:
    """The system's Python of that version, which must be one that a service can use: it sees
    nobody's home. Raises UpdateError if there is none."""
    for name in (f"/usr/bin/python{version}", f"python{version}"):
        if found := shutil.which(name):
            real = Path(found).resolve()
            if not any(real.is_relative_to(home) for home in ("/root", "/home")):
                return real
    raise UpdateError(
        f"It is made for Python {version}, which this system lacks: install python{version} and "
        f"python{version}-venv, or make the wheelhouse with this system's own Python."
    )
