"""What this machine adds to the catalog, and which models were promoted to serve on it.

`<models root>/local.json`, written whole or not at all. Both in one file: a model is known and
serves from the same moment on, and neither can be damaged without the other. JSON, because only
programs write it and the standard library can.
"""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from assistant.errors import ModelError
from models import storage
from models.catalog import Catalog, Entry, Name, Sha256, Table, default_catalog
from models.roles import WAKE, History, Role, kind_of, without

log = logging.getLogger(__name__)

FILE = "local.json"
VERSION: Final = 1
"""Of the file's format; a later one that an earlier assistant could misread has another."""
_LOCK = "local"


class SourceFile(Table):
    """What a model was made from."""

    name: str
    sha256: Sha256
    bytes: int = Field(ge=0)


class Provenance(Table):
    """How a model was made, as far as anybody has written it down."""

    sources: tuple[SourceFile, ...] = ()
    made_by: dict[str, str] = Field(default_factory=dict)
    """Package to version."""
    command: str = ""
    settings: dict[str, str | int | float | bool] = Field(default_factory=dict)
    date: str = ""
    """ISO 8601, UTC."""
    gate: str
    """What was compared with what before it came into service, or that nothing was."""


class LocalEntry(Entry):
    """A model that was brought to this machine."""

    phrase: Name | None = None
    """What a wake word listens for."""
    provenance: Provenance

    @model_validator(mode="after")
    def _files_are_known(self) -> Self:
        if not all(file.sha256 and file.source.type == "local" for file in self.files):
            raise ValueError("each file has a SHA-256 and the source local")
        if (self.kind == "wake") != (self.phrase is not None):
            raise ValueError("a wake word, and nothing else, has a phrase")
        return self


class Local(Table):
    """The content of the file."""

    version: Literal[1] = VERSION
    entries: dict[Name, LocalEntry] = Field(default_factory=dict)
    roles: dict[Role, History] = Field(default_factory=dict)
    """By role, the current model last."""

    @model_validator(mode="after")
    def _entries_have_their_names(self) -> Self:
        for name, entry in self.entries.items():
            if entry.name != name:
                raise ValueError(f"{name} is called {entry.name} inside")
        return self

    def history(self, role: str) -> History:
        """Empty where nothing was promoted."""
        return self.roles.get(role, ())

    def with_entry(self, entry: LocalEntry) -> "Local":
        return self.model_copy(update={"entries": {**self.entries, entry.name: entry}})

    def without(self, name: str) -> "Local":
        """As if the entry `name` had never been there."""
        entries = {each: entry for each, entry in self.entries.items() if each != name}
        left = {role: without(history, name) for role, history in self.roles.items()}
        roles = {role: history for role, history in left.items() if history}
        return self.model_copy(update={"entries": entries, "roles": roles})

    def with_history(self, role: str, history: History) -> "Local":
        roles = {**self.roles, role: history}
        return self.model_copy(
            update={"roles": {name: roles[name] for name in roles if roles[name]}}
        )


class LocalFile:
    """`local.json` of one models folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / FILE

    def read(self) -> Local:
        """Raises ModelError if it is damaged, closed to this user, or of a newer version."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Local()
        except OSError as error:
            raise ModelError(
                f"{self.path} cannot be read ({error.strerror}), so only models that ship serve:"
                " run as the user who owns it, or repair it."
            ) from error
        try:
            return Local.model_validate_json(content)
        except ValidationError as error:
            raise ModelError(f"{self.path} {_refused(content, error)}") from error

    def change(self, change: Callable[[Local], Local]) -> Local:
        """Replace the content by what `change` makes of it, durably, and alone: another process
        that changes it waits. Raises ModelError; the file is then as it was."""
        with storage.explained(self.root), storage.locked(self.root, _LOCK):
            local = change(self.read())
            text = local.model_dump_json(indent=2) + "\n"
            storage.write_atomically(self.path, text.encode())
        return local


def _refused(content: bytes, error: ValidationError) -> str:
    """Why it cannot be used, and what to do: the predicate of a sentence."""
    if _is_newer(content):
        return (
            "was written by a newer version of the assistant, so only models that ship serve until"
            " this one is updated: update it, and keep the file."
        )
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))  # empty where it is no JSON at all
    reason = f"{place}: {first['msg']}" if place else first["msg"]
    return (
        f"is damaged ({reason}), so only models that ship serve: delete it, and promote your models"
        " again."
    )


def _is_newer(content: bytes) -> bool:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False  # damaged, whoever wrote it
    version = found.get("version") if isinstance(found, dict) else None
    return type(version) is int and version > VERSION


def usable(root: Path) -> Local:
    """The content; nothing, with a warning, where it cannot be used: a device in a kitchen starts
    all the same, with the models that ship."""
    try:
        return LocalFile(root).read()
    except ModelError as error:
        log.warning("%s", error)
        return Local()


def with_local(shipped: Catalog, root: Path) -> Catalog:
    """`shipped`, and over it this machine's own entries: where a later version ships one of the
    same name, what lies in its folder is still what was brought."""
    entries = usable(root).entries
    return shipped.model_copy(update={"entries": {**shipped.entries, **entries}})


def _is_there(root: Path, entry: Entry) -> bool:
    """Reads nothing but sizes; of files without a digest the catalog knows only about."""
    for file in entry.files:
        try:
            size = (root / entry.name / file.path).stat().st_size
        except OSError:
            return False
        if file.pinned and size != file.bytes:
            return False
    return True


def serving(
    root: Path,
    shipped: Callable[[], Catalog] = default_catalog,
    is_there: Callable[[Path, Entry], bool] = _is_there,
) -> dict[str, str]:
    """The entry that was promoted to each role. One that is not `is_there` any more, by default
    as far as its files' sizes tell, is passed over, with a warning, for the one before it."""
    local = usable(root)
    if not local.roles:
        return {}
    known: Mapping[str, Entry] = {**shipped().entries, **local.entries}
    found: dict[str, str] = {}
    for role, history in local.roles.items():
        for term in reversed(history):
            entry = known.get(term.entry)
            if entry is not None and entry.kind == kind_of(role) and is_there(root, entry):
                found[role] = term.entry
                break
            log.warning(
                "%s is promoted to %s, but missing or damaged: the one before it", term.entry, role
            )
    return found


def phrases(serving: Mapping[str, str]) -> dict[str, str]:
    """Of what serves, the wake words by their phrases."""
    return {
        role.removeprefix(WAKE): name for role, name in serving.items() if role.startswith(WAKE)
    }
