"""What a wheelhouse says about itself: `manifest.json` beside its wheels. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.errors import UpdateError

NAME = "manifest.json"
MAX_BYTES = 1_000_000
_FORMAT = 1
FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
"""A name and no path: nothing outside of the wheelhouse can be meant."""
_VERSION = re.compile(r"[0-9][0-9A-Za-z.]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    version: str
    """The project's."""
    python: str
    """Of the interpreter that the wheels are for: "3.11"."""
    architecture: str
    """As `uname -m` says it."""
    processor: tuple[str, ...]
    """Flags of /proc/cpuinfo without which the compiled libraries would crash."""
    files: Mapping[str, str]
    """Name to SHA-256."""

    @property
    def name(self) -> str:
        """Of the version that is made of it: the same files, the same name."""
        return f"{self.version}-{hashlib.sha256(self.text().encode()).hexdigest()[:8]}"

    @property
    def wheels(self) -> list[str]:
        return sorted(name for name in self.files if name.endswith(".whl"))

    def text(self) -> str:
        """What `read` reads."""
        fields = asdict(self) | {"format": _FORMAT, "files": dict(sorted(self.files.items()))}
        return json.dumps(fields, indent=1, sort_keys=True) + "\n"


def read(text: str) -> Manifest:
    """Raises UpdateError if it is not one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UpdateError(f"{NAME} is not valid JSON: make the wheelhouse again.") from error
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise UpdateError(f"{NAME} is of another format: make the wheelhouse again.")
    manifest = Manifest(
        version=_text(found, "version"),
        python=_text(found, "python"),
        architecture=_text(found, "architecture"),
        processor=_words(found.get("processor")),
        files=_files(found.get("files")),
    )
    if not _VERSION.fullmatch(manifest.version) or not _VERSION.fullmatch(manifest.python):
        raise UpdateError(f"{NAME} names no version: make the wheelhouse again.")
    return manifest


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not value:
        raise UpdateError(f"{NAME} lacks {key}: make the wheelhouse again.")
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise UpdateError(f"{NAME} lacks processor: make the wheelhouse again.")
    return tuple(value)


def _files(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise UpdateError(f"{NAME} lists no files: make the wheelhouse again.")
    for name, digest in value.items():
        whole = isinstance(digest, str) and _SHA256.fullmatch(digest)
        if not whole or not FILE.fullmatch(name):
            raise UpdateError(f"{NAME} lists {name!r}, which is no file with a SHA-256.")
    return value
