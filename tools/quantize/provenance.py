"""Where a file came from: a small JSON file beside it, for whoever checks or promotes it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import InputError
from models.storage import sha256, write_atomically
from tools.quantize.bundle import FileRef, Value
from tools.quantize.job import Scalar

_OWN = "kitchen-assistant"


class Provenance(Value):
    """How one file was made."""

    file: FileRef
    """What was made."""
    sources: tuple[FileRef, ...]
    """What it was made from, each named as it lay below its folder."""
    made_by: dict[str, str]
    """Package to version: this one, and those that decide the bytes."""
    command: str
    """"convert whisper", "quantize ggml", ..."""
    settings: dict[str, Scalar]
    """Of the command, as far as they decide the bytes."""
    date: str
    """ISO 8601, UTC."""


def place_of(path: Path) -> Path:
    """The file that says where `path` came from."""
    return path.with_name(f"{path.name}.provenance.json")


def write(
    path: Path,
    *,
    sources: Iterable[FileRef],
    command: str,
    settings: Mapping[str, Scalar] | None = None,
    packages: Iterable[str] = (),
    now: datetime | None = None,
) -> Provenance:
    """Say beside the finished file `path` how it was made; an earlier account is replaced.

    `packages` are those whose version decides the bytes. Raises InputError if it cannot be
    written, OSError never.
    """
    try:
        made = Provenance(
            file=FileRef(name=path.name, sha256=sha256(path), bytes=path.stat().st_size),
            sources=tuple(sources),
            made_by={name: _version(name) for name in (_OWN, *packages)},
            command=command,
            settings=dict(settings or {}),
            date=(now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        )
        write_atomically(place_of(path), made.model_dump_json(indent=2).encode() + b"\n")
    except OSError as error:
        raise InputError(
            f"{place_of(path)} cannot be written ({error.strerror}): choose another folder."
        ) from error
    return made


def read(path: Path) -> Provenance:
    """How `path` was made. Raises InputError if nothing says so, or it was said of other bytes."""
    place = place_of(path)
    try:
        found = Provenance.model_validate_json(place.read_bytes())
        actual = sha256(path)
    except OSError as error:
        raise InputError(
            f"{error.filename} cannot be read ({error.strerror}): convert or quantize it again."
        ) from error
    except ValidationError as error:
        raise InputError(
            f"{place} is no account of how a file was made: convert or quantize it again."
        ) from error
    if found.file.sha256 != actual:
        raise InputError(
            f"{path} has changed since {place.name} was written: convert or quantize it again."
        )
    return found


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
