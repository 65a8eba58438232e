"""What `quantize promote` is about to do, checked before anything is measured or copied."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.config import Settings, load
from assistant.errors import InputError
from assistant.loading import load_engine
from models.catalog import default_catalog
from models.local import LocalEntry
from models.service import bring, require_bringable, require_servable, serve
from models.store import Store
from tools.quantize.candidates import candidate
from tools.quantize.comparison import Way, phrase_of
from tools.quantize.entry import About, entry_of, files_of
from tools.quantize.identity import Identity
from tools.quantize.job import Kind
from tools.quantize.measures.sections import configured_settings
from tools.quantize.roles import chosen, current, require_unstated, role_of

_BOTH_ONNX = {"tts", "wake"}
"""Which of them a file is can only be guessed."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What is to be copied into the catalog of this machine."""

    entry: LocalEntry
    """Its gate has not been asked yet."""
    files: Mapping[str, Path]
    """By their names in the entry."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """One model, one role, and nothing that could be known beforehand stands in the way."""

    model: str
    """A file, or a name of the catalog."""
    name: str
    """In the catalog."""
    kind: Kind
    role: str
    phrase: str | None
    brought: Brought | None
    """None: it is in the catalog already."""
    settings: Settings
    store: Store

    @property
    def current(self) -> str | None:
        """The model that serves; None: nobody listens for this wake phrase yet."""
        if self.phrase and self.phrase not in self.settings.wake.phrases:
            return None  # whatever model has its name
        name = current(self.settings, self.role)
        return name if name in self.store.catalog.entries else None

    def way(self, way: Way) -> Way:
        """How it is compared: as this device is configured, and a wake word by its phrase."""
        configured = configured_settings(self.kind, getattr(self.settings, self.kind))
        way = replace(way, settings={**configured, **(way.settings or {})})
        if self.phrase is None:
            return way
        return replace(way, options={"phrase": self.phrase, **(way.options or {})})

    def carry_out(self, gate: str, now: str) -> None:
        """Copy, try, switch. `gate`: what became of the comparison, for the entry; `now`: ISO 8601.

        Raises AssistantErrors; what serves goes on then.
        """
        root = self.store.root
        if self.brought is None:
            serve(root, self.name, self.role, self._attempt, now)
            return
        entry = self.brought.entry
        judged = entry.provenance.model_copy(update={"gate": gate})
        entry = entry.model_copy(update={"provenance": judged})
        bring(root, entry, self.brought.files, self.role, self._attempt, now)

    def _attempt(self, store: Store) -> None:
        load_engine(self.kind, chosen(self.settings, self.role, self.name), store)


def plan(
    model: str,
    name: str,
    kind: Kind | None,
    phrase: str,
    about: About,
    config: Path | None,
    store: Store,
) -> Promotion:
    """All that can be known before anything is measured or copied. Raises InputError, ConfigError
    or ModelError for what cannot be promoted."""
    is_file = Path(model).is_file() and model not in store.catalog.entries
    identity = _identity(model, kind, is_file, store)
    if is_file:
        _require_said(name, about, store)
    elif name not in ("", model):
        raise InputError(f"{model} has its name already: leave --as out.")
    listens = phrase or (None if is_file else phrase_of(model, store))
    role = role_of(identity.kind, listens)
    settings = load(config)
    require_unstated(settings, role, config)
    listens = listens if identity.kind == "wake" else None
    brought = None
    if is_file:
        files = files_of(Path(model), identity)
        brought = Brought(entry_of(name, identity, files, about, listens), files)
        require_bringable(store.root, brought.entry, files, role)
    else:
        require_servable(store.root, model, role)
    return Promotion(model, name or model, identity.kind, role, listens, brought, settings, store)


def _identity(model: str, kind: Kind | None, is_file: bool, store: Store) -> Identity:
    """The file's header is read here, before native code may see it."""
    found = candidate(model, None, store).identity
    if kind in (None, found.kind):
        return found
    if not is_file or {kind, found.kind} != _BOTH_ONNX:
        raise InputError(f"{model} is for {found.kind}, not for {kind}: leave --role out.")
    return candidate(model, kind, store).identity


def _require_said(name: str, about: About, store: Store) -> None:
    if not name:
        raise InputError("Say what the model is called in the catalog here: --as my-model.")
    if name in default_catalog().entries or name in store.catalog.entries:
        raise InputError(f"The catalog has a model {name}: choose another name for --as.")
    if not about.licence:
        raise InputError("Say under which licence the file is: --licence MIT, for one.")
