"""What a language model remembers of the beginning that all its prompts share, kept on disk.

A restart then reads one token instead of all of them. Only the owner's own settings are in there
(`llm.system`), never what somebody said. A file that is damaged, or of another model, prompt or
build of llama.cpp, is as good as none.
"""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

log = logging.getLogger(__name__)

_DIGEST = hashlib.sha256().digest_size
KEPT = 4
"""Files that stay; the oldest goes when there is another."""


class PromptState:
    """One file, named after everything that it depends on."""

    def __init__(self, folder: Path, model: Path, build: str, tokens: Sequence[int]) -> None:
        """`build`: the library's version and what it was compiled for."""
        about = model.stat()
        parts = (model.name, about.st_size, about.st_mtime_ns, build, *tokens)
        name = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
        self._path = folder / f"{name[:32]}.state"

    def load(self) -> bytes | None:
        """The state, or None if there is none that is whole."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.info("a prompt's state cannot be read: %s", error)
            return None
        digest, state = content[:_DIGEST], content[_DIGEST:]
        return state if hashlib.sha256(state).digest() == digest else None

    def save(self, state: bytes) -> None:
        """Whole or not at all. Where nothing can be written, the next start is slower."""
        whole = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            whole.write_bytes(hashlib.sha256(state).digest() + state)
            whole.replace(self._path)
            self._forget_old()
        except OSError as error:
            log.info("a prompt's state cannot be kept: %s", error)

    def _forget_old(self) -> None:
        files = sorted(self._path.parent.glob("*.state"), key=lambda file: file.stat().st_mtime)
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)
