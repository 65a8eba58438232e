"""Put a model into service, go back, and forget one: all or nothing, whenever it is interrupted.

    copy the files -> try the engine on them -> one file replaced: the entry is known, and serves

Until that last step nothing in service knows of the new model. One that is forgotten leaves that
file first, and its own files, which nothing knows any more, go afterwards.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import ModelError
from models import storage
from models.adopt import adopt, discard, keep, leaving, left_over, remove, require_own_folder
from models.catalog import Entry, default_catalog
from models.local import Local, LocalEntry, LocalFile
from models.roles import kind_of, promoted, rolled_back
from models.store import Store

Default = Callable[[str], str | None]
"""The model that serves in a role where nothing was promoted; None: nothing does."""
Try = Callable[[Store], object]
"""Loads the engine as the product would; raises an AssistantError if it cannot. The store's catalog
has the new entry already."""

_LOCK = "service"


def require_bringable(root: Path, entry: LocalEntry, given: Mapping[str, Path], role: str) -> None:
    """For whoever has much to do before `bring`: raises ModelError for all that it refuses before
    it copies anything."""
    with _alone(root):
        store = Store(root)
        _clear(store)
        _check_free(store, entry, given)
        _check_role(entry, role)
        store.require_space(entry.bytes)


def require_servable(root: Path, name: str, role: str) -> None:
    """The same for `serve`, and all that it refuses before it tries the model."""
    with _alone(root):
        store = Store(root)
        store.path(name)
        _check_role(store.catalog.entry(name), role)
        LocalFile(root).read()


def bring(
    root: Path, entry: LocalEntry, given: Mapping[str, Path], role: str, attempt: Try, now: str
) -> None:
    """Take files from anywhere into the store, and into service. `given`: by their names in the
    entry; `now`: ISO 8601.

    Raises ModelError, and whatever `attempt` raises; what serves goes on, and the store is as it
    was. Only who is killed may leave copies behind, which the next attempt replaces.
    """
    with _alone(root):
        store = Store(root)
        _clear(store)
        _check_free(store, entry, given)
        with _undone(store, entry.name):
            adopt(store, entry, given)
            _serve(store, entry, role, attempt, now)


def serve(root: Path, name: str, role: str, attempt: Try, now: str) -> None:
    """Put an entry that is installed into service. Raises as `bring` does."""
    with _alone(root):
        store = Store(root)
        store.path(name)
        _serve(store, store.catalog.entry(name), role, attempt, now)


def go_back(root: Path, role: str, default: str | None, to: str | None = None) -> str | None:
    """To the model before the current one, or to one that served earlier; the name of it. Where
    nothing promoted is left that is `default`; None: nothing served in this role at first. The
    current one stays installed.

    Raises ModelError if there is none, or its files are not whole.
    """
    with _alone(root):
        history = LocalFile(root).read().history(role)
        served = any(term.entry == to for term in history[:-1])
        first = to is not None and to == default and not served
        back = () if history and first else rolled_back(history, to)
        name = back[-1].entry if back else default
        if name is not None:
            Store(root).path(name)
            keep(root, name)
        LocalFile(root).change(lambda local: local.with_history(role, back))
        return name


def folder_of(root: Path, name: str, uses: Mapping[str, str], default: Default) -> Path:
    """Where the files lie that `forget` would remove. `uses`: by role, the model that is chosen.

    Raises ModelError unless `name` was brought to this machine, and nobody needs it.
    """
    store, local = Store(root), LocalFile(root).read()
    if name not in local.entries:
        if name not in left_over(store):  # an earlier attempt has removed the entry already
            raise _not_brought(store, name)
        return root / name
    for role, chosen in uses.items():
        if chosen == name:
            raise _in_service(name, role)
    for role, history in local.roles.items():
        if history[-1].entry == name:
            raise _in_service(name, role)
        before = history[-2].entry if len(history) > 1 else default(role)
        if before == name:
            raise ModelError(
                f"`quantize rollback {role}` would return to {name}: promote one more model as"
                f" {role}, or roll back beyond it, and then forget it."
            )
    return root / name


def forget(root: Path, name: str, uses: Mapping[str, str], default: Default) -> None:
    """Remove a model that was brought to this machine: first from the catalog and from what served
    earlier, then its files. Raises ModelError as `folder_of` does; nothing is changed then.

    Who is killed leaves the model as it was, or files that nothing knows: the next attempt, or the
    next model that is brought, removes them.
    """
    with _alone(root):
        folder_of(root, name, uses, default)
        if name in LocalFile(root).read().entries:
            with leaving(root, name):
                LocalFile(root).change(lambda local: local.without(name))
            remove(Store(root), name)
        _clear(Store(root))


def _clear(store: Store) -> None:
    """What an interrupted `forget` has left. Raises ModelError, and removes nothing, if this
    machine's own entries cannot be read: nothing could be put into service then, either."""
    for name in left_over(store):
        remove(store, name)


def _in_service(name: str, role: str) -> ModelError:
    return ModelError(
        f"{name} serves as {role}: put another model there first, with `quantize promote` or"
        f" `quantize rollback {role}`, or in the configuration if that names it."
    )


def _not_brought(store: Store, name: str) -> ModelError:
    store.catalog.entry(name)  # raises if nobody knows it
    return ModelError(
        f"{name} comes with the assistant: only a model that was promoted from a file can be"
        " forgotten."
    )


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with storage.explained(root):
        root.mkdir(parents=True, exist_ok=True)
        with storage.locked(root, _LOCK):
            yield


def _check_free(store: Store, entry: LocalEntry, given: Mapping[str, Path]) -> None:
    if entry.name in default_catalog().entries:
        raise ModelError(f"The catalog that ships has a model {entry.name}: choose another name.")
    if entry.name in store.catalog.entries:
        raise ModelError(
            f"This machine has a model {entry.name} already: choose another name, or put that one"
            f" into service with `quantize promote {entry.name}`."
        )
    require_own_folder(store, entry, given.values())


@contextmanager
def _undone(store: Store, name: str) -> Iterator[None]:
    """What was copied is removed unless it came into service."""
    try:
        yield
    finally:
        discard(store, name)


def _check_role(entry: Entry, role: str) -> None:
    if entry.kind != kind_of(role):
        raise ModelError(
            f"{entry.name} is of the kind {entry.kind}, and cannot serve as {role}: name its role."
        )


def _serve(store: Store, entry: Entry, role: str, attempt: Try, now: str) -> None:
    _check_role(entry, role)
    catalog = store.catalog
    entries = {**catalog.entries, entry.name: entry}
    attempt(Store(store.root, catalog.model_copy(update={"entries": entries})))

    def switched(local: Local) -> Local:
        known = local.with_entry(entry) if isinstance(entry, LocalEntry) else local
        return known.with_history(role, promoted(local.history(role), entry.name, now))

    keep(store.root, entry.name)
    LocalFile(store.root).change(switched)
