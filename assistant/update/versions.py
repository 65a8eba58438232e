"""The folder of versions. Every change of it is one rename, so that whenever the power fails there
is a `current` that works."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import UpdateError
from assistant.update import manifest as manifests
from assistant.update.manifest import Manifest
from hw.disk import sync_folder

KEPT = 2
"""Versions: the current one and the one to go back to."""


class Versions:
    def __init__(self, root: Path) -> None:
        """`root`: /opt/kitchen-assistant; it need not be there yet."""
        self.root = root
        self._all = root / "versions"
        self._trial = root / "trial"

    @contextmanager
    def locked(self, wait: bool = False) -> Iterator[None]:
        """One at a time. UpdateError if another is at work, unless it is to be waited for."""
        try:
            self._all.mkdir(mode=0o755, parents=True, exist_ok=True)
            handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UpdateError(
                f"{self.root} cannot be changed ({error.strerror}): run it with `sudo`."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise UpdateError("Another update is at work: wait until it has ended.") from error
        finally:
            os.close(handle)

    def folder(self, name: str) -> Path:
        return self._all / name

    def python(self, name: str) -> Path:
        return self.folder(name) / "bin/python"

    @property
    def whole(self) -> list[str]:
        """Versions that are complete, in the order in which they were installed."""
        done = [path.parent for path in self._all.glob(f"*/{manifests.NAME}")]
        return [path.name for path in sorted(done, key=lambda path: path.stat().st_mtime_ns)]

    @property
    def current(self) -> str | None:
        return self._target("current")

    @property
    def previous(self) -> str | None:
        return self._target("previous")

    @property
    def on_trial(self) -> str | None:
        """The version to go back to, if the current one has not been ready yet."""
        return self.tried_instead_of[0]

    def manifest(self, name: str) -> Manifest:
        return manifests.read((self.folder(name) / manifests.NAME).read_text("utf-8"))

    def begin(self, name: str) -> Path:
        """An empty place for it; what an attempt that was interrupted left there is gone."""
        folder = self.folder(name)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o755)
        return folder

    def complete(self, name: str, manifest: Manifest) -> None:
        """Everything is in place: from now on it is a version."""
        os.sync()  # what is in it is on the disk before anything says that it is whole
        self._write(self.folder(name) / manifests.NAME, manifest.text())

    def switch(self, name: str) -> None:
        """Make it the current one, on trial; the one before becomes the one to go back to, unless
        that is on trial itself: then it is the last that was ever ready."""
        before, former = self.current, self.previous
        if before == name:
            return
        if before is not None:
            proven, earlier = self.tried_instead_of
            if proven is not None and proven != name:
                before, former = proven, earlier
            self._write(self._trial, f"{before}\n{former or ''}\n")
            self._point("previous", before)
        self._point("current", name)

    def back_to(self, before: str | None, previous: str | None) -> None:
        """Both links as they were; None: there was none."""
        if before is not None:
            self._point("current", before)
        if previous is not None:
            self._point("previous", previous)
        elif before is not None:
            (self.root / "previous").unlink(missing_ok=True)
        self.end_trial()

    def end_trial(self) -> None:
        """The current version has proved itself, or is gone."""
        self._trial.unlink(missing_ok=True)

    def prune(self) -> list[str]:
        """Remove all but the current version and the one to go back to, and what was never whole;
        the names of those removed."""
        kept = {self.current, self.previous}
        gone = [path for path in self._all.iterdir() if path.name not in kept]
        for path in gone:
            # First what makes it a version: a half-removed one must not be taken for whole.
            (path / manifests.NAME).unlink(missing_ok=True)
            shutil.rmtree(path)
        return sorted(path.name for path in gone)

    @property
    def tried_instead_of(self) -> tuple[str | None, str | None]:
        """What was current and previous before the switch to what is on trial."""
        try:
            lines = self._trial.read_text("utf-8").split("\n")
        except FileNotFoundError:
            return None, None
        here = self.whole
        before, previous = (name if name in here else None for name in [*lines, ""][:2])
        return before, previous

    def _target(self, link: str) -> str | None:
        try:
            name = Path(os.readlink(self.root / link)).name
        except FileNotFoundError:
            return None
        return name if (self._all / name).is_dir() else None

    def _point(self, link: str, name: str) -> None:
        new = self.root / f".{link}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(Path("versions") / name)
        os.replace(new, self.root / link)
        sync_folder(self.root)

    def _write(self, path: Path, text: str) -> None:
        new = path.with_name(f".{path.name}.new")
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        sync_folder(path.parent)
