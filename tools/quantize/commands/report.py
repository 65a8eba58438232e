"""`quantize report`: pictures and words of what was measured."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, get_args

import typer

from assistant.errors import InputError
from assistant.options import JsonOption
from hw.profile import profiles
from models.storage import write_atomically
from tools.quantize.bundle import digest_of
from tools.quantize.commands.evaluate import default_table
from tools.quantize.commands.fresh_file import refuse_existing
from tools.quantize.job import Kind, Outcome
from tools.quantize.report.html import html
from tools.quantize.report.markdown import markdown
from tools.quantize.report.page import Picture, page
from tools.quantize.table import Table

OutDir = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="Where report.md, report.html and pictures go.")
]
Tables = Annotated[
    list[Path] | None,
    typer.Option(
        "--table",
        help="Where results are kept; may be repeated.",
        show_default="the user's data folder",
    ),
]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="Only stt, llm, tts or wake; may be repeated.")
]
Names = Annotated[
    list[str] | None, typer.Option("--name", help="Only this model; may be repeated.")
]


def report(
    out: OutDir,
    tables: Tables = None,
    kinds: Kinds = None,
    names: Names = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Draw and describe what was measured, with a recommendation for each board.

    The same table gives the same report, to the byte. Tables of several
    devices may be read together:

      quantize report docs/quantized --table pi5.db --table orin.db
    """
    outcomes = _chosen(tables or [default_table()], kinds, names)
    blocks = list(page(outcomes, {name: one.title for name, one in profiles().items()}))
    digest = digest_of([outcome.model_dump(mode="json") for outcome in outcomes])
    note = f"Made by `quantize report` from {len(outcomes)} outcomes (SHA-256 {digest[:12]})."
    files = {"report.md": markdown(blocks, note), "report.html": html(blocks, note)}
    files |= {block.name: block.svg + "\n" for block in blocks if isinstance(block, Picture)}
    refuse_existing(
        [out / name for name in files],
        force,
        "is there already: choose another folder, or --force to replace it",
    )
    _write(out, files)
    if as_json:
        counts = Counter(outcome.job.kind for outcome in outcomes)
        written = [str(out / name) for name in files]
        typer.echo(json.dumps({"outcomes": counts, "digest": digest, "files": written}, indent=2))
        return
    for name in files:
        typer.echo(out / name)


def _chosen(tables: list[Path], kinds: list[str] | None, names: list[str] | None) -> list[Outcome]:
    for kind in kinds or []:
        if kind not in get_args(Kind):
            raise InputError(
                f"There is no kind {kind!r}: it is one of {', '.join(get_args(Kind))}."
            )
    for path in tables:
        if not path.is_file():
            raise InputError(f"{path} is not there: measure first, see `quantize sweep --help`.")
    found = [
        outcome
        for path in tables
        for outcome in Table(path).outcomes()
        if (not kinds or outcome.job.kind in kinds) and (not names or outcome.job.name in names)
    ]
    if not found:
        raise InputError("Nothing of this was measured: choose another table, --kind or --name.")
    return found


def _write(folder: Path, files: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_atomically(folder / name, text.encode())
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written ({error.strerror}): choose another folder."
        ) from error
