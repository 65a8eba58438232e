"""An archive that is there whole or not at all, for its owner alone, and tells nothing of its
maker: no names of users, no times of files."""

import gzip
import io
import os
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from assistant.errors import InputError

FOLDER = "assistant-support"
"""In the archive."""


def packed(members: Mapping[str, bytes], now_s: float) -> bytes:
    """A .tar.gz. `now_s`: the time of all its files."""
    tape = io.BytesIO()
    # Without a name of its own: gzip would write down what the file is called here.
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=tape, mtime=int(now_s)) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content in members.items():
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size, member.mtime, member.mode = len(content), int(now_s), 0o600
            archive.addfile(member, io.BytesIO(content))
    return tape.getvalue()


def refuse(path: Path, force: bool) -> None:
    """Before all the work: InputError if it is there already and `force` is not given."""
    if path.exists() and not force:
        raise InputError(_there(path))


def write(path: Path, content: bytes, force: bool) -> None:
    """Raises InputError: it is there already and `force` is not given, or nothing can be written
    there."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _name(name, path, force)
        finally:
            with suppress(FileNotFoundError):  # it has got its name
                os.unlink(name)
    except FileExistsError as error:
        raise InputError(_there(path)) from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error


def _there(path: Path) -> str:
    return f"{path} is there already; choose another name, or --force."


def _name(temporary: str, path: Path, force: bool) -> None:
    """FileExistsError rather than replacing anything, however soon it came."""
    if force:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a disk that has no links, such as a USB stick's
        if path.exists():
            raise FileExistsError(path) from None
        os.replace(temporary, path)
