"""What serves where a promoted model turns out to be damaged: the one before it, or what ships.

Sizes are looked at whenever the configuration is read (`models.local.serving`), contents only when
an engine is loaded. So this is asked only after one could not be, and a normal start pays nothing.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from assistant.config import MODELS, Settings
from assistant.errors import ModelError
from models.catalog import Entry
from models.local import serving, usable
from models.roles import WAKE, kind_of
from models.store import Store

LoadedT = TypeVar("LoadedT")

log = logging.getLogger(__name__)


def loaded(
    kind: str, settings: Settings, store: Store, load: Callable[[Settings], LoadedT]
) -> LoadedT:
    """What `load` makes of the settings or, where a promoted model of this kind ("stt", "llm",
    "tts", "wake") is damaged, of those with the model before it. Raises whatever `load` does."""
    try:
        return load(settings)
    except ModelError as error:
        others = standing_in(kind, settings, store)
        if others == settings:
            raise
        log.warning("%s", error)
        return load(others)


def standing_in(kind: str, settings: Settings, store: Store) -> Settings:
    """The settings without those promoted models of this kind that are damaged. Reads files that
    this process has not read yet."""

    def is_whole(name: str) -> bool:
        try:
            store.path(name)
        except ModelError:
            return False
        return True

    def is_there(root: Path, entry: Entry) -> bool:
        return entry.kind != kind or is_whole(entry.name)  # of other kinds, nobody asks

    histories = {
        role: [term.entry for term in history]
        for role, history in usable(store.root).roles.items()
        if kind_of(role) == kind
    }
    lost: list[str] = []
    for role, history in histories.items():
        name = _current(settings, role)
        if name in history and not is_whole(name):
            lost.append(role)
    if not lost:
        return settings
    found = serving(store.root, lambda: store.catalog, is_there)
    for role in lost:
        settings = _with(settings, role, found.get(role))
    return settings


def _current(settings: Settings, role: str) -> str | None:
    """The model in a role; None: a phrase that nobody listens for."""
    if not role.startswith(WAKE):
        section, key = MODELS[role]
        return str(getattr(getattr(settings, section), key))
    phrase = role.removeprefix(WAKE)
    return settings.wake.model_of(phrase) if phrase in settings.wake.phrases else None


def _with(settings: Settings, role: str, name: str | None) -> Settings:
    """With another model in a role; None: what ships, or nobody listens for this phrase."""
    if role.startswith(WAKE):
        return _with_wake(settings, role.removeprefix(WAKE), name)
    section, key = MODELS[role]
    name = name or _current(Settings(), role)
    changed = getattr(settings, section).model_copy(update={key: name})
    return settings.model_copy(update={section: changed})


def _with_wake(settings: Settings, phrase: str, name: str | None) -> Settings:
    wake = settings.wake
    models = {other: model for other, model in wake.models.items() if other != phrase}
    if name is not None:
        models[phrase] = name
    phrases, thresholds = wake.phrases, wake.thresholds
    if name is None and phrase not in Settings().wake.phrases:
        phrases = tuple(other for other in phrases if other != phrase)
        thresholds = {other: each for other, each in thresholds.items() if other != phrase}
    if not phrases:  # a device that listens for nothing would only seem to serve
        return settings
    update = {"phrases": phrases, "models": models, "thresholds": thresholds}
    return settings.model_copy(update={"wake": wake.model_copy(update=update)})
