"""What a command says of the files that it made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from tools.quantize import provenance
from tools.quantize.bundle import Bundle, FileRef
from tools.quantize.provenance import Provenance

ForceOption = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]


def references(paths: Iterable[Path]) -> list[FileRef]:
    """Each file by its own name. Raises InputError if one cannot be read."""
    return [Bundle.of(path.parent, [path.name]).main for path in paths]


def tell(files: Sequence[tuple[Path, Provenance]], more: Mapping[str, Any], as_json: bool) -> None:
    """Print what was written: a line a file, or all of it as JSON with `more`."""
    if as_json:
        rows = [
            {
                "file": str(path),
                "bytes": made.file.bytes,
                "sha256": made.file.sha256,
                "provenance": str(provenance.place_of(path)),
            }
            for path, made in files
        ]
        typer.echo(json.dumps({**more, "written": rows}, indent=2))
        return
    for path, made in files:
        typer.echo(f"wrote {path}: {made.file.bytes / 1e6:,.1f} MB, SHA-256 {made.file.sha256}")
