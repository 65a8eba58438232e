"""What was computed from a model and can be again, kept in the cache folder to start sooner.

Only what the owner set and what the program itself brings is in there, never what somebody said or
was told. A file that is damaged, or of something else, is as good as none.
"""

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path

log = logging.getLogger(__name__)

_DIGEST = hashlib.sha256().digest_size
KEPT = 4
"""Files of a kind that stay; the oldest goes when there is another."""


class Kept:
    """One file, named after everything that it depends on."""

    def __init__(self, folder: Path, kind: str, about: Iterable[object]) -> None:
        """`kind`: the file's suffix. `about`: what it depends on, each as its text."""
        name = hashlib.sha256("\n".join(map(str, about)).encode()).hexdigest()
        self._path = folder / f"{name[:32]}.{kind}"

    def load(self) -> bytes | None:
        """The content, or None if there is none that is whole."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.info("%s cannot be read: %s", self._path.name, error)
            return None
        digest, kept = content[:_DIGEST], content[_DIGEST:]
        return kept if hashlib.sha256(kept).digest() == digest else None

    def save(self, content: bytes) -> None:
        """Whole or not at all. Where nothing can be written, the next start is slower."""
        try:
            replace(self._path, hashlib.sha256(content).digest() + content)
            self._forget_old()
        except OSError as error:
            log.info("%s cannot be kept: %s", self._path.name, error)

    def _forget_old(self) -> None:
        files = self._path.parent.glob(f"*{self._path.suffix}")
        for file in sorted(files, key=lambda file: file.stat().st_mtime)[:-KEPT]:
            file.unlink(missing_ok=True)


def replace(path: Path, content: bytes) -> None:
    """Write the file `path`, and its folder if need be: whole or not at all, but without waiting
    for the disk, so a power cut may damage it. Raises OSError."""
    whole = path.with_suffix(f".{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole.write_bytes(content)
    whole.replace(path)
