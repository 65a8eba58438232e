"""Files by content: what a job needs, whichever machine they lie on and under whatever root."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from assistant.errors import InputError
from models.storage import sha256

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Value(BaseModel):
    """Plain data that may be sent to another process or machine, as JSON."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


class FileRef(Value):
    """One file."""

    name: str
    """Where it lies below the bundle's root, in the way of POSIX."""
    sha256: Sha256
    bytes: int = Field(ge=0)

    @field_validator("name")
    @classmethod
    def _stays_below(cls, name: str) -> str:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name:
            raise ValueError("a file of a bundle lies below its root")
        return name


class Bundle(Value):
    """Files that belong together: a voice and its settings, a manifest and its recordings."""

    files: Annotated[tuple[FileRef, ...], Field(min_length=1)]
    """The main one first."""

    @classmethod
    def of(cls, root: Path, names: Iterable[str]) -> Self:
        """Read and hash `names` below `root`. Raises InputError if one cannot be read."""
        return cls(files=tuple(_reference(root, name) for name in names))

    @property
    def main(self) -> FileRef:
        return self.files[0]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def digest(self) -> str:
        """SHA-256 over the names and contents of all files."""
        return digest_of([(file.name, file.sha256) for file in self.files])


def digest_of(value: object) -> str:
    """SHA-256 of plain data, the same wherever it is computed."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _reference(root: Path, name: str) -> FileRef:
    path = root / name
    try:
        return FileRef(name=name, sha256=sha256(path), bytes=path.stat().st_size)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
