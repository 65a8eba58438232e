"""Files that a command writes: not over what is there, and under their names only when whole."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.progress import DownloadColumn, TimeRemainingColumn

from assistant.errors import InputError
from models.progress import CountingSink, Sink
from models.storage import place
from tools.quantize.commands.bars import bars


def refuse_existing(
    paths: Iterable[Path],
    force: bool,
    says: str = "is there already: choose another name, or add --force",
) -> None:
    """Raises InputError if one of `paths` is there and not to be replaced: the first of them, and
    what the sentence `says` of it."""
    there = next((path for path in paths if path.exists()), None)
    if there is not None and not force:
        raise InputError(f"{there} {says}.")


def refuse_target(path: Path, force: bool) -> None:
    """Raises InputError if `path` cannot be written, or only over what is there."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputError(f"{path} cannot be a file: name one in a folder that exists.")
    refuse_existing([path], force, "exists: name another file, or replace it with --force")


@contextmanager
def fresh_file(path: Path, total: int) -> Iterator[Sink]:
    """Write `path` through this; a bar on stderr counts up to `total` bytes, or about so many.

    Whatever was there is replaced at the end, and left alone if anything is raised. Raises
    InputError if the file system refuses.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        fresh = Path(name)
        try:
            columns = (DownloadColumn(), TimeRemainingColumn())
            with os.fdopen(descriptor, "wb") as file, bars(*columns) as bar:
                task = bar.add_task(path.name, total=total)
                yield CountingSink(file, lambda done: bar.update(task, completed=done))
            place(fresh, path)
        finally:
            with suppress(FileNotFoundError):  # it is in its place
                fresh.unlink()
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}): free some space or name another folder."
        ) from error
