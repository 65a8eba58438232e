"""Take files from anywhere into the store, as the files of one entry, and out of it again."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import ModelError
from hw.disk import sync_folder
from models import storage
from models.catalog import Entry
from models.local import FILE, LocalFile
from models.pins import PINS
from models.store import Store

_OWN = (FILE, PINS)
"""What else lies beside the models, and need not be there yet."""
_LEAVING = ".leaving"
"""In the folder of an entry that is about to leave the catalog: once it has, the folder is nobody's
and may be removed, however much later. One that stays must not keep it."""


def require_own_folder(store: Store, entry: Entry, given: Iterable[Path]) -> None:
    """Raises ModelError unless the folder of an entry that is in no catalog yet holds nothing but
    what an earlier attempt left: what is there is replaced, and removed if this one fails, too."""
    folder = store.root / entry.name
    kept = entry.name in _OWN or any(
        path.resolve().is_relative_to(folder.resolve()) for path in given
    )
    if kept or (folder.exists() and not _is_left_over(folder, entry)):
        raise ModelError(
            f"{folder} is not free for a new model: choose another name, or move what is there"
            " elsewhere first."
        )


def _is_left_over(folder: Path, entry: Entry) -> bool:
    names = tuple(file.path for file in entry.files)
    return folder.is_dir() and all(
        path.name.lstrip(".").startswith(names) for path in folder.iterdir()
    )


def adopt(store: Store, entry: Entry, given: Mapping[str, Path]) -> None:
    """Copy the files of `entry`, by their names in it, to their places, where each is whole or not
    there. The entry itself need not be in the catalog yet.

    Raises ModelError if a file is not what the entry says, or cannot be copied; nothing that
    serves is touched.
    """
    with storage.explained(store.root):
        store.root.mkdir(parents=True, exist_ok=True)
        store.require_space(entry.bytes)
        with storage.workspace(store.root) as work, storage.locked(store.root, entry.name):
            for file in entry.files:
                fresh = work / file.path
                shutil.copyfile(given[file.path], fresh)
                if storage.digests(fresh, ["sha256"])["sha256"] != file.sha256:
                    raise ModelError(
                        f"{given[file.path]} changed while it was read: try again when it is"
                        " finished."
                    )
                storage.place(fresh, store.root / entry.name / file.path)


def discard(store: Store, name: str) -> None:
    """Remove the files of an entry that did not come into any catalog."""
    if name not in _known(store):
        shutil.rmtree(store.root / name, ignore_errors=True)


@contextmanager
def leaving(root: Path, name: str) -> Iterator[None]:
    """While this takes an entry out of the catalog, it is written down, durably, that its files go
    then. If the entry stays, they do."""
    try:
        if (root / name).is_dir():
            storage.write_atomically(root / name / _LEAVING, b"")
        yield
    finally:
        if name in LocalFile(root).read().entries:
            keep(root, name)


def keep(root: Path, name: str) -> None:
    """The files of an entry stay, durably, whatever an interrupted `forget` has written down.
    Raises OSError."""
    mark = root / name / _LEAVING
    if mark.exists():
        mark.unlink()
        sync_folder(mark.parent)


def left_over(store: Store) -> list[str]:
    """The folders of entries that have left every catalog, and whose files have not gone yet.

    Raises ModelError if this machine's own entries cannot be read: any folder may be of one.
    """
    known = _known(store)
    marked = [mark.parent.name for mark in store.root.glob(f"*/{_LEAVING}")]
    return [name for name in marked if name not in known]


def _known(store: Store) -> set[str]:
    """Names in every catalog. Raises ModelError where `store.catalog` does without this machine's
    own entries."""
    return {*store.catalog.entries, *LocalFile(store.root).read().entries}


def remove(store: Store, name: str) -> None:
    """All files in an entry's folder, which is there whole or not at all. Raises OSError."""
    with storage.workspace(store.root) as work, storage.locked(store.root, name):
        if (store.root / name).exists():
            (store.root / name).rename(work / name)
