"""Installs the locked packages for another machine than this one, as uv can, and tells which of
them have no wheel there."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from assistant.errors import InputError

PLATFORM = "aarch64-manylinux_2_36"
"""Debian 12's C library; Raspberry Pi OS of 2023 is Debian 12, later ones are newer."""

_STAMP = ".complete"
_NO_WHEEL = re.compile(r"\b([a-z0-9][a-z0-9-]*)==(\S+) has no (?:usable )?wheels")
_ENTRY = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)


def no_wheels(message: str) -> dict[str, str]:
    """Name and version of the packages of which uv says that they have no wheel."""
    return dict(_NO_WHEEL.findall(" ".join(message.split())))


def without(lock: str, names: Mapping[str, str]) -> str:
    """The lock without the entries of these packages."""
    starts = [match.start() for match in _ENTRY.finditer(lock)]
    entries = [lock[a:b] for a, b in zip(starts, [*starts[1:], len(lock)], strict=True)]
    return "".join(entry for entry in entries if entry.partition("==")[0] not in names)


def install(lock: str, python: str, folder: Path, uv: Path, interpreter: Path) -> dict[str, str]:
    """All that has a wheel, into `folder`, hashes checked; returns name and version of what has
    none. Does nothing if it was done before from this lock. InputError if uv fails otherwise."""
    stamp, sign = folder / _STAMP, sha256(f"{PLATFORM} {python}\n{lock}".encode()).hexdigest()
    if stamp.is_file():
        done, *sdists = stamp.read_text("utf-8").split("\n")
        if done == sign:
            return dict(line.split("==") for line in sdists if line)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    missing: dict[str, str] = {}
    while found := _try(without(lock, missing), python, folder, uv, interpreter):
        missing |= found
    lines = [sign, *(f"{name}=={version}" for name, version in missing.items())]
    stamp.write_text("\n".join(lines), "utf-8")
    return missing


def _try(lock: str, python: str, folder: Path, uv: Path, interpreter: Path) -> dict[str, str]:
    """Nothing if it is installed, or what uv found to have no wheel."""
    command = [str(uv), "pip", "install", "--no-config", "--quiet", "--color", "never"]
    command += ["--python", str(interpreter), "--python-platform", PLATFORM]
    command += ["--python-version", python, "--target", str(folder), "--no-deps"]
    command += ["--only-binary", ":all:", "--require-hashes", "-r", "-"]
    done = subprocess.run(command, input=lock, capture_output=True, text=True)
    if not done.returncode:
        return {}
    found = {n: v for n, v in no_wheels(done.stderr).items() if without(lock, {n: v}) != lock}
    if not found:
        raise InputError(
            f"uv cannot install the lock for {PLATFORM}, Python {python}: {done.stderr}"
        )
    return found
