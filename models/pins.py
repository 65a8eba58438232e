"""The digests of files whose SHA-256 the catalog does not know: trust on first download.

`pins.json` in the models folder maps "entry/file" to the SHA-256 of its first download. From then
on that content is the only one accepted, whoever serves it.
"""

import json
from pathlib import Path

from assistant.errors import ModelError
from models.storage import locked, write_atomically

PINS = "pins.json"


class Pins:
    """The pins of one models folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / PINS

    def get(self, key: str) -> str | None:
        """The SHA-256 pinned for "entry/file". Raises ModelError if pins.json is unreadable."""
        return self._read().get(key)

    def add(self, key: str, sha256: str) -> None:
        """Remember a first download; an existing pin stays as it is."""
        with locked(self._root, "pins"):
            pins = self._read()
            pins.setdefault(key, sha256)
            text = json.dumps(pins, indent=2, sort_keys=True) + "\n"
            write_atomically(self._path, text.encode())

    def _read(self) -> dict[str, str]:
        try:
            text = self._path.read_text("utf-8")
        except FileNotFoundError:
            return {}
        try:
            pins = json.loads(text)
        except json.JSONDecodeError as error:
            raise self._damaged() from error
        if not isinstance(pins, dict) or not all(isinstance(pin, str) for pin in pins.values()):
            raise self._damaged()
        return pins

    def _damaged(self) -> ModelError:
        return ModelError(
            f"{self._path} is damaged: delete it, and pull the models it named again."
        )
