"""`quantize forget`: a model that was promoted, and that nobody needs any more, goes."""

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.config import load
from assistant.consent import YesOption, require_consent
from assistant.errors import InputError
from assistant.options import ConfigOption, JsonOption
from models import service
from models.store import default_root
from tools.quantize.roles import require_unnamed, shipped, used

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="What it was called when it was promoted (--as).")
]


def forget(
    name: Name, yes: YesOption = False, config: ConfigOption = None, json_: JsonOption = False
) -> None:
    """Remove a model that was promoted and that nobody needs any more.

    It goes from the catalog of this machine, from what `quantize rollback`
    knows, and from the disk; what was measured stays in the table. One that
    serves, that the configuration names, or to which `quantize rollback`
    would return, is refused, and so is one that comes with the assistant.

    quantize forget my-tiny
    """
    root, settings = default_root(), load(config)
    uses = used(settings)
    files = _files(service.folder_of(root, name, uses, shipped))
    require_unnamed(settings, name, config)
    size = sum(files.values())
    if not json_:
        for path, its_bytes in files.items():
            typer.echo(f"{path}: {its_bytes / 1e6:,.1f} MB", err=True)
    require_consent(f"Remove {name} ({size / 1e6:,.1f} MB)?", yes)
    service.forget(root, name, uses, shipped)
    if json_:
        told = {"forgotten": name, "files": list(map(str, files)), "bytes": size}
        typer.echo(json.dumps(told))
        return
    typer.echo(f"{name} is forgotten; {size / 1e6:,.1f} MB are free again.")


def _files(folder: Path) -> dict[Path, int]:
    """All that lies there, with what it takes in bytes."""
    try:
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path: path.stat().st_size for path in found}
    except OSError as error:
        raise InputError(
            f"{error.filename or folder} cannot be read ({error.strerror}): run as the user who"
            " owns it."
        ) from error
