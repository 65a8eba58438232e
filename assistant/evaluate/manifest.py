"""Labelled recordings: a JSON Lines file, one recording a row.

    {"file": "kitchen/1.flac", "text": "set a timer", "speaker": "a", "entities": ["timer"]}

`file` is relative to the manifest's folder or to the folder above it (a manifest a set and one for
all sets may share their rows). Keys that are not known here are ignored: corpora have many.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.errors import InputError

ItemT = TypeVar("ItemT")

MAX_BYTES = 500_000_000
"""A larger file is not a manifest."""


def _values(value: Any) -> Any:
    """Entities come as a list, or as slots: name -> words."""
    return tuple(value.values()) if isinstance(value, dict) else value


class Segment(BaseModel):
    """A part of a longer recording."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    start: float
    """Seconds from the beginning of the file."""
    end: float
    text: str | None = None


class Row(BaseModel):
    """One recording and what is known about it."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    file: str
    path: Path = Path()
    """Where `file` was found."""
    line: int = 0
    """Line of the manifest."""
    set: str = ""
    """Name of the set; the folder's name if the row does not say."""
    text: str | None = None
    """Transcript."""
    label: str | None = None
    seconds: float | None = Field(None, ge=0)
    speaker: str | None = None
    language: str | None = Field(None, alias="lang")
    """ISO 639-1."""
    entities: Annotated[tuple[str, ...], BeforeValidator(_values)] = ()
    """Words that must be understood for the request to succeed."""
    slots: Annotated[tuple[str, ...], BeforeValidator(_values)] = ()
    """The same, as some corpora call them."""
    segments: tuple[Segment, ...] = ()
    """Parts of a recording that was put together from several."""
    speech_end_s: float | None = Field(None, ge=0)
    """Where the last word ends."""
    speech_segments: tuple[tuple[float, float], ...] = ()
    """Stretches of speech, (start, end) in seconds."""

    @property
    def needed(self) -> tuple[str, ...]:
        """Entities and slots."""
        return self.entities + self.slots

    @property
    def speech_end(self) -> float | None:
        """Seconds at which the last word ends, as far as the row tells."""
        if self.speech_end_s is not None:
            return self.speech_end_s
        if self.speech_segments:
            return self.speech_segments[-1][1]
        return self.segments[-1].end if self.segments else None


@dataclass(frozen=True, slots=True)
class Manifest:
    path: Path
    sha256: str
    rows: tuple[Row, ...]

    def select(self, sets: Sequence[str], limit: int | None) -> tuple[Row, ...]:
        """Rows of the sets named (of all if none is), at most `limit`, evenly spread over them.

        Raises InputError if a set does not exist.
        """
        known = Counter(row.set for row in self.rows)
        for name in sets:
            if name not in known:
                raise InputError(
                    f"{self.path} has no set {name!r}; choose from: {', '.join(sorted(known))}."
                )
        rows = [row for row in self.rows if not sets or row.set in sets]
        return spread(rows, limit)


def other_half(row: Row, half: Literal["tune", "report"] | None) -> str | None:
    """Why a row is not in this half of the speakers; None if it is. Settings chosen on one half are
    reported on the other; who is unknown counts as a speaker of their own."""
    if half is None:
        return None
    digest = hashlib.sha256((row.speaker or row.file).encode()).digest()
    return None if ("tune", "report")[digest[0] % 2] == half else "of the other half"


def spread(items: Sequence[ItemT], limit: int | None) -> tuple[ItemT, ...]:
    """At most `limit` of them (all if None), evenly over their order."""
    if limit is None or limit >= len(items):
        return tuple(items)
    return tuple(items[number * len(items) // limit] for number in range(limit))


def load(path: Path, only: Container[Path] | None = None) -> Manifest:
    """Read and check a manifest. Raises InputError with file and line of the first bad row.

    `only`: the rows of these recordings, by absolute path; the others need not be there.
    """
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is too large for a manifest; give a JSON Lines file.")
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; check the name.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text; give a JSON Lines file.") from error
    rows = tuple(_rows(path, text, only))
    if not rows:
        raise InputError(f"{path} has no rows; give one JSON object a line with a `file`.")
    return Manifest(path, hashlib.sha256(content).hexdigest(), rows)


def _rows(path: Path, text: str, only: Container[Path] | None) -> Iterator[Row]:
    # Not splitlines(): JSON strings may hold U+2028 and other line ends that are none here.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        row = _row(where, line)
        found = _find(path, row.file)
        if only is not None and (found is None or Path(os.path.abspath(found)) not in only):
            continue
        if found is None:
            raise InputError(f"{where}: {row.file} is in neither folder above it; correct `file`.")
        name = row.set or found.parent.name
        yield row.model_copy(update={"path": found, "line": number, "set": name})


def _row(where: str, line: str) -> Row:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where} is not JSON; write one object a line.") from error
    if not isinstance(data, dict):
        raise InputError(f'{where} is not an object; write {{"file": ..., "text": ...}}.')
    try:
        return Row.model_validate({key: value for key, value in data.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise InputError(f"{where}: {key}: {first['msg'].lower()}; correct the row.") from error


def _find(manifest: Path, file: str) -> Path | None:
    folder = manifest.absolute().parent
    for root in (folder, folder.parent):
        try:
            if (root / file).is_file():
                return root / file
        except ValueError:  # a NUL in the name
            return None
    return None
