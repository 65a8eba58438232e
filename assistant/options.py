"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="TOML file instead of the one in the user's config folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for scripts.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write the spoken reply here (WAV).")]
ManifestArgument = Annotated[
    Path, typer.Argument(metavar="MANIFEST.jsonl", help="One recording a line, as JSON.")
]
PlotOption = Annotated[Path | None, typer.Option(help="Draw the figures as a PNG file.")]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Measure at most this many rows.")]
SetsOption = Annotated[
    list[str] | None, typer.Option("--set", help="Only rows of this set; may be repeated.")
]
