"""`assistant update`: another version of the installed assistant, or the one before."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands.obtained import wheelhouse_of
from assistant.consent import YesOption, require_consent
from assistant.errors import UpdateError
from assistant.options import JsonOption
from assistant.update import install as updates
from assistant.update import manifest as manifests
from assistant.update import wheelhouse
from assistant.update.install import Outcome
from assistant.update.service import Service
from assistant.update.versions import Versions

SourceOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="WHEELHOUSE",
        help="A folder that `make wheelhouse` made, or the https address of such a folder's "
        "archive: nothing is fetched from elsewhere.",
    ),
]
DigestOption = Annotated[
    str, typer.Option("--sha256", help="Of the archive: exactly this one is meant.")
]


def update(
    source: SourceOption = None,
    sha256: DigestOption = "",
    back: Annotated[
        bool, typer.Option("--rollback", help="Go back to the version before this one.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show which versions are here.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Install another version, or go back to the one before.

    The new version is put together beside the running one, answers a recorded request, and takes
    over only then. If it does not listen for the wake word within 60 s, the former one comes back.
    Configuration, timers, lists and models stay as they are.

    Exits with 1 if the former version came back, with 2 if nothing was changed.
    """
    if (source is not None) + back + listed != 1:
        raise UpdateError("Say one of --from WHEELHOUSE, --rollback and --list.")
    if sha256 and source is None:
        raise UpdateError("--sha256 belongs to --from and the address of an archive.")
    versions = Versions(installed_at(Path(sys.prefix)))
    if listed:
        _show(_described(versions), as_json)
        return
    if source is not None:
        with wheelhouse_of(source, sha256, _told) as folder:
            name = wheelhouse.read(folder).name
            require_consent(f"Install {name} in place of {versions.current}?", yes)
            outcome = updates.install(folder, versions, Service(), _told)
    else:
        require_consent(f"Go back to {versions.previous}?", yes)
        outcome = updates.rollback(versions, Service(), _told)
    _report(outcome, as_json)


def installed_at(prefix: Path) -> Path:
    """The folder of versions that this program runs from. `prefix`: that of its environment.
    Raises UpdateError if it is none."""
    folder = prefix.resolve()
    if folder.parent.name != "versions" or not (folder / manifests.NAME).exists():
        raise UpdateError(
            "This assistant is not an installed one: in its checkout, `git pull` and then "
            "`make setup`, or `sudo make install`."
        )
    return folder.parent.parent


def _told(line: str) -> None:
    typer.echo(f"  {line} …", err=True)


def _report(outcome: Outcome, as_json: bool) -> None:
    typer.echo(json.dumps(asdict(outcome)) if as_json else outcome.text)
    if not outcome.well:
        raise typer.Exit(1)


def _described(versions: Versions) -> list[dict[str, Any]]:
    """Newest last."""
    roles = {versions.current: "current", versions.previous: "previous"}
    found = []
    for name in versions.whole:
        stamp = (versions.folder(name) / manifests.NAME).stat().st_mtime
        when = datetime.fromtimestamp(stamp).isoformat(" ", "minutes")
        found.append({"name": name, "role": roles.get(name, ""), "installed": when})
    return found


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found))
        return
    for each in found:
        typer.echo(f"{each['name']}\t{each['installed']}\t{each['role']}".rstrip())
