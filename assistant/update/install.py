"""To install a version, to go back to the former one: what is done, in which order."""

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UpdateError
from assistant.update import environment, wheelhouse
from assistant.update.environment import Told
from assistant.update.service import UNIT, Service
from assistant.update.versions import Versions

SEE = f"see `journalctl -u {UNIT}`"


@dataclass(frozen=True, slots=True)
class Outcome:
    """JSON-able by `dataclasses.asdict`."""

    current: str | None
    """The version that is used from now on."""
    previous: str | None
    """The one to go back to."""
    changed: bool
    well: bool
    """False: the new version did not get ready, and the former one is back."""
    text: str
    """One sentence."""
    removed: tuple[str, ...] = ()


def install(
    source: Path, versions: Versions, service: Service, told: Told, python: Path | None = None
) -> Outcome:
    """Make a version of the wheelhouse `source` and switch to it; back again if it does not get
    ready. UpdateError, with nothing changed, if it does not fit or does not work.

    `python`: None: the system's own.
    """
    told("the wheelhouse is checked")
    manifest = wheelhouse.read(source)
    name = manifest.name
    with versions.locked():
        if versions.current == name and name in versions.whole:
            return _same(versions, f"{name} is already installed.")
        if name not in versions.whole:
            interpreter = python or wheelhouse.interpreter(manifest.python)
            host = wheelhouse.here(manifest.python, versions.root)
            needed = wheelhouse.needed_bytes(source, manifest)
            if reason := wheelhouse.unfit(manifest, host, needed):
                raise UpdateError(reason)
            told(f"{name} is put together, {needed / 1e6:,.0f} MB")
            folder = versions.begin(name)
            environment.make(folder, source, manifest, interpreter)
        environment.examine(versions.folder(name), told)
        if name not in versions.whole:
            versions.complete(name, manifest)
        versions.switch(name)
        return _proved(versions, service, told)


def rollback(versions: Versions, service: Service, told: Told) -> Outcome:
    """Exchange the current version and the former one."""
    with versions.locked():
        before = versions.previous
        if before is None or before == versions.current or before not in versions.whole:
            raise UpdateError("There is no former version to go back to: see `--list`.")
        versions.switch(before)
        return _proved(versions, service, told)


def end_trial(versions: Versions, service: Service) -> Outcome:
    """For systemd, when the service has failed for good: the former version comes back, if the
    current one was never ready."""
    with versions.locked(wait=True):
        before = versions.on_trial
        if before is None or before == versions.current:
            versions.back_to(*versions.tried_instead_of)
            return _same(versions, "No version is on trial.")
        failed = versions.current
        versions.back_to(*versions.tried_instead_of)
        service.restart_later()
        text = f"{failed} was never ready: {before} is back."
        return Outcome(before, versions.previous, True, False, text, tuple(versions.prune()))


def _same(versions: Versions, text: str) -> Outcome:
    return Outcome(versions.current, versions.previous, False, True, text)


def _proved(versions: Versions, service: Service, told: Told) -> Outcome:
    """Start the current version; go back to what it is tried instead of, if it is not ready."""
    name = versions.current
    # Now: systemd ends the trial when it is ready, and it may fail after that, or just be too late.
    before, previous = versions.tried_instead_of
    if not environment.has_models() or not service.wanted:
        # The trial goes on: it is the next start's.
        text = f"{name} is installed; it is used from the next start of the service."
        return Outcome(name, before, True, True, text, tuple(versions.prune()))
    told(f"{name} is started")
    if service.restart():
        versions.end_trial()
        removed = tuple(versions.prune())
        return Outcome(name, versions.previous, True, True, f"{name} runs.", removed)
    if before is None:
        text = f"{name} did not get ready, and there is no former version: {SEE}."
        return Outcome(name, None, True, False, text)
    told(f"{name} is not ready, {before} comes back")
    versions.back_to(before, previous)
    again = "runs again" if service.restart() else "does not get ready either"
    text = f"{name} did not get ready within {service.patience_s:.0f} s: {before} {again}; {SEE}."
    removed = tuple(versions.prune())
    return Outcome(before, versions.previous, True, False, text, removed)
