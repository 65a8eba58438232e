"""Files that are either whole or not there: locks, private folders, digests, atomic placing."""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from assistant.errors import ModelError
from hw.disk import sync_folder

CHUNK_BYTES = 1 << 20
_LOCKS = ".locks"
_WORK = ".work"
_ALIVE = ".alive"


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses under `folder` into one ModelError sentence."""
    try:
        yield
    except OSError as error:
        raise ModelError(_explanation(folder, error)) from error


def _explanation(folder: Path, error: OSError) -> str:
    elsewhere = "set ASSISTANT_DATA_DIR to another folder"
    where = error.filename or folder
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full while writing to {folder}: free some space or {elsewhere}."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where} is closed to this user: run as the user who owns it or {elsewhere}."
    return f"{where} cannot be used ({error.strerror or error}): repair it or {elsewhere}."


@contextmanager
def locked(root: Path, name: str, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the store's lock `name`; the kernel frees it if we are killed.

    Other processes and threads wait, and are told so through `on_wait`.
    """
    folder = root / _LOCKS
    _make_folder(folder)
    path = folder / f"{name}.lock"
    with path.open("w") as file:
        _hand_over(path, folder)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def workspace(root: Path) -> Iterator[Path]:
    """A private folder on the store's own file system, removed at the end.

    Folders left by a process that was killed are removed first: each folder holds a file that its
    owner keeps locked, and the kernel drops that lock with the process.
    """
    work = root / _WORK
    with locked(root, "work"):
        _make_folder(work)
        _remove_abandoned(work)
        folder = Path(tempfile.mkdtemp(dir=work))
        alive = (folder / _ALIVE).open("w")
        fcntl.flock(alive, fcntl.LOCK_EX)
    with alive:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(work: Path) -> None:
    for folder in work.iterdir():
        if not _is_owned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_owned(folder: Path) -> bool:
    try:
        with (folder / _ALIVE).open("r+") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:  # killed between making the folder and its lock
        return False
    return False


def place(fresh: Path, final: Path) -> None:
    """Move the finished file `fresh` to `final` so that a power cut leaves the old or the new."""
    _make_folder(final.parent)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.chmod(0o644)  # temporary files are private, models are for the service's user too
    _hand_over(fresh, final.parent)
    fresh.replace(final)
    sync_folder(final.parent)
    sync_folder(final.parent.parent)


def _make_folder(folder: Path) -> None:
    """With those above it, if need be."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _hand_over(folder, folder.parent)


def _hand_over(path: Path, folder: Path) -> None:
    """What root makes in somebody's folder is theirs: a service could not use it otherwise."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace the file `path`, durably. Raises OSError; nothing is left then."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        place(Path(name), path)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def digests(
    path: Path, algorithms: Iterable[str], advance: Callable[[int], None] | None = None
) -> dict[str, str]:
    """Hexadecimal digests of a file in one reading; `advance` is told the bytes read so far."""
    hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            for each in hashes.values():
                each.update(chunk)
            done += len(chunk)
            if advance is not None:
                advance(done)
    return {name: each.hexdigest() for name, each in hashes.items()}


def sha256(path: Path) -> str:
    """SHA-256 of a file, remembered within this process for as long as the file is not touched.

    "Touched" is what the kernel records: size, inode, and the times of the last write (mtime) and
    of the last change of any kind (ctime, which no program can set back). A medium that changes
    its bits by itself is therefore noticed when the process starts, not while it runs.
    """
    status = path.stat()
    return _sha256(path, status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, inode: int, mtime_ns: int, ctime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
