"""`assistant support-bundle`: an archive for somebody who is to help."""

import io
import json
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands.doctor import leave
from assistant.commands.hw import hw
from assistant.config import Settings, load
from assistant.doctor.check import worst
from assistant.doctor.examine import Examination, Wish
from assistant.errors import ConfigError
from assistant.options import ConfigOption, JsonOption
from assistant.support import archive
from assistant.support.bundle import ABOUT, Told, members


def support_bundle(
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to; otherwise here, named after the time.")
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=90, help="How far back the journal goes.")
    ] = 7,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Pack what helps others to help you: an archive without anything that was said or stored.

    In it are what the doctor says, the board, versions, the configuration
    without what is personal, and the service's messages. Not in it:
    recordings, transcripts, names of timers and lists, items, tokens, names
    of users and hosts, addresses.

    Nothing is sent anywhere: read it, then send it to whom you like. The
    service's journal is only for administrators: with sudo it is in it, too.
    """
    path = out or Path(f"assistant-support-{datetime.now():%Y%m%d-%H%M%S}.tar.gz")
    archive.refuse(path, force)
    settings = _settings(config)
    examination = Examination(config, Wish())
    found = members(settings, _told(examination, config), days, config)
    content = archive.packed(found, time.time())
    archive.write(path, content, force)
    if as_json:
        files = {name: len(text) for name, text in found.items()}
        typer.echo(json.dumps({"path": str(path), "bytes": len(content), "files": files}))
    else:
        _print(path, len(content), found)
    leave(examination, 0)


def _print(path: Path, size: int, found: Mapping[str, bytes]) -> None:
    typer.echo(f"{path}, {size:,} bytes:")
    for name, text in found.items():
        typer.echo(f"  {name:<20}{len(text):>9,}  {ABOUT.get(name, 'what all this is')}")
    typer.echo(f"\nRead it before you send it: tar -xzf {path} && less {archive.FOLDER}/*")


def _settings(config: Path | None) -> Settings | None:
    try:
        return load(config)
    except ConfigError:  # which is what the doctor says, in the archive
        return None


def _told(examination: Examination, config: Path | None) -> Told:
    checks = list(examination)
    doctor = {"level": worst(checks), "checks": [asdict(check) for check in checks]}
    return Told(doctor, _board(config))


def _board(config: Path | None) -> Any:
    """What `assistant hw --json` prints, whatever that is; nothing if the configuration is wrong,
    as the doctor tells."""
    with redirect_stdout(io.StringIO()) as printed:
        try:
            hw(as_json=True, config=config)
        except ConfigError:
            return None
    return json.loads(printed.getvalue())
