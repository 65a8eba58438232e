"""Files by content on a machine that measures for others: each comes once.

blobs/<sha256>          a file, whole and verified
blobs/.<sha256>.part    what has come of one so far
trees/<digest>/...      a bundle under its own names, by hard links
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from assistant.errors import ModelError
from models.storage import digests, place, sha256
from tools.quantize.bundle import Bundle, FileRef
from tools.quantize.turn import Told, turn

SPARE_BYTES = 256 << 20
"""Left free beside what comes."""


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Cache:
    """The files below `root`. One process at a time (`alone`) asks for files and builds trees."""

    def __init__(self, root: Path, free_bytes: Callable[[Path], int] = _free_bytes) -> None:
        self.root = root
        self._blobs = root / "blobs"
        self._trees = root / "trees"
        self._free_bytes = free_bytes

    def alone(
        self, command: str = "quantize sweep", on_wait: Told = lambda _: None
    ) -> AbstractContextManager[None]:
        """Nobody else measures on this machine meanwhile (`turn`); whoever does is waited for."""
        return turn(self.root, command, on_wait)

    def lacking(self, files: Iterable[FileRef]) -> dict[FileRef, int]:
        """Those that are not here, or damaged, each with the bytes of it that have come."""
        return {file: self._size_of_part(file) for file in files if not self._is_whole(file)}

    def append(self, file: FileRef, offset: int, data: bytes) -> int:
        """The next piece of a file; how much of it is here now, which the next is to start with.

        A piece that does not fit to what is here is left out. ModelError: what has come is not
        what was asked for.
        """
        self._blobs.mkdir(parents=True, exist_ok=True)
        part = self._part(file)
        with part.open("ab") as growing:
            fcntl.flock(growing, fcntl.LOCK_EX)
            here = os.fstat(growing.fileno()).st_size
            if self._blob(file).exists():
                part.unlink(missing_ok=True)
                return file.bytes
            if offset != here or offset + len(data) > file.bytes:
                return here
            growing.write(data)
            growing.flush()
            if offset + len(data) < file.bytes:
                return offset + len(data)
            self._accept(file, part)
            return file.bytes

    def tree(self, bundle: Bundle) -> Path:
        """A folder with all files of a bundle, which are here, under their names."""
        final = self._trees / bundle.digest
        if not self._is_built(bundle, final):
            shutil.rmtree(final, ignore_errors=True)
            self._trees.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._trees, prefix=".") as work:
                fresh = Path(work) / "tree"
                for file in bundle.files:
                    path = fresh / file.name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.hardlink_to(self._blob(file))
                fresh.rename(final)
        return final

    def make_room(self, bundles: Iterable[Bundle]) -> None:
        """Space for what is lacking of `bundles`: if there is too little, what they do not need
        goes, the oldest first. ModelError if that does not suffice."""
        kept = list(bundles)
        files = {file.sha256: file for bundle in kept for file in bundle.files}.values()
        lacking = self.lacking(files)
        needed = sum(file.bytes - here for file, here in lacking.items()) + SPARE_BYTES
        if not lacking or self._free_bytes(self.root) >= needed:
            return
        self._drop_trees({bundle.digest for bundle in kept})
        for blob in self._others({file.sha256 for file in files}):
            if self._free_bytes(self.root) >= needed:
                return
            blob.unlink()
        if self._free_bytes(self.root) < needed:
            raise ModelError(
                f"The disk is too full for this job: {self.root} needs"
                f" {needed / 1e6:,.0f} MB; free some space there."
            )

    def _accept(self, file: FileRef, part: Path) -> None:
        if digests(part, ["sha256"])["sha256"] != file.sha256:
            part.unlink()
            raise ModelError(
                f"{file.name} did not arrive as it was when the sweep began (its SHA-256 differs):"
                " leave the files alone while they are measured, and start the sweep again."
            )
        place(part, self._blob(file))

    def _is_whole(self, file: FileRef) -> bool:
        """A damaged blob is removed, so that it comes again."""
        blob = self._blob(file)
        if not blob.is_file():
            return False
        if blob.stat().st_size == file.bytes and sha256(blob) == file.sha256:
            return True
        blob.unlink()
        return False

    def _is_built(self, bundle: Bundle, tree: Path) -> bool:
        try:
            return all((tree / file.name).samefile(self._blob(file)) for file in bundle.files)
        except FileNotFoundError:
            return False

    def _drop_trees(self, kept: set[str]) -> None:
        for tree in self._trees.iterdir() if self._trees.is_dir() else ():
            if tree.name not in kept:
                shutil.rmtree(tree)

    def _others(self, kept: set[str]) -> list[Path]:
        there = self._blobs.iterdir() if self._blobs.is_dir() else ()
        blobs = [path for path in there if path.name.strip(".")[:64] not in kept]
        return sorted(blobs, key=lambda path: path.stat().st_mtime)

    def _blob(self, file: FileRef) -> Path:
        return self._blobs / file.sha256

    def _part(self, file: FileRef) -> Path:
        return self._blobs / f".{file.sha256}.part"

    def _size_of_part(self, file: FileRef) -> int:
        part = self._part(file)
        return min(part.stat().st_size, file.bytes) if part.exists() else 0
