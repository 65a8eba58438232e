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
