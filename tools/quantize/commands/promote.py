"""`quantize promote`: a model comes into service."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from assistant.options import ConfigOption, JsonOption
from models.store import Store
from tools.quantize.commands.comparing import (
    BoardOption,
    PolicyOption,
    said,
    show,
    watched,
    way,
)
from tools.quantize.commands.evaluate import Data, OptionOption, Reference, SetOption, TableOption
from tools.quantize.commands.gate import REFUSED
from tools.quantize.comparison import Way, compare
from tools.quantize.entry import About
from tools.quantize.job import Kind
from tools.quantize.promotion import Promotion, plan

RELOAD = "sudo systemctl reload assistant"
UNJUDGED = "Not compared with anything."

Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model file, or an installed model's name.")
]
As = Annotated[
    str, typer.Option("--as", metavar="NAME", help="What the file is called in the catalog here.")
]
Licence = Annotated[
    str, typer.Option(metavar="SPDX", help="The file's licence: MIT, Apache-2.0, CC-BY-4.0, ...")
]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="ISO 639-1 code. May be repeated.")
]
Description = Annotated[str, typer.Option(help="One sentence for `assistant models list --json`.")]
Phrase = Annotated[
    str, typer.Option(help="What a wake word listens for: hey_jarvis, or a new phrase.")
]
RoleOption = Annotated[
    Kind | None, typer.Option("--role", help="What it is for.", show_default="from its file")
]
Against = Annotated[
    str,
    typer.Option(
        "--gate-against",
        metavar="CURRENT",
        help="What it must be as good as: a model file, or an installed model's name.",
        show_default="the model in service",
    ),
]
Without = Annotated[
    bool, typer.Option("--without-gate", help="Compare with nothing; the entry will say so.")
]


def promote(
    model: Model,
    name: As = "",
    role: RoleOption = None,
    phrase: Phrase = "",
    licence: Licence = "",
    languages: Languages = None,
    description: Description = "",
    against: Against = "",
    without_gate: Without = False,
    policy: PolicyOption = None,
    board: BoardOption = None,
    data: Data = None,
    reference: Reference = None,
    settings: SetOption = None,
    options: OptionOption = None,
    table: TableOption = None,
    config: ConfigOption = None,
    json_: JsonOption = False,
) -> None:
    """Put a model into service if the gate lets it pass; `quantize rollback` goes back.

    Nothing that serves is touched before the last step, which is done whole or not at
    all. The running assistant goes on with the old model until it is reloaded.

    quantize promote my-tiny-q5_0.bin --as my-tiny --licence MIT --data recordings.jsonl
    """
    about = About(licence, tuple(languages or ["en"]), description, (board,) if board else ())
    planned = plan(model, name, role, phrase, about, config, Store())
    judged = UNJUDGED
    if not without_gate:
        how = way(policy, board, table, data, reference, settings, options, planned.kind)
        judged = _gated(planned, against, how, json_)
    planned.carry_out(judged, datetime.now(UTC).isoformat(timespec="seconds"))
    _tell(planned, judged, json_)


def _gated(planned: Promotion, against: str, way: Way, as_json: bool) -> str:
    """The verdict in words; where it is a refusal, the end."""
    with watched("quantize promote") as measure:
        found = compare(
            planned.model, against or planned.current, planned.way(way), measure, planned.store
        )
    if not found.verdict.passed and as_json:
        typer.echo(json.dumps({"promoted": None, "reasons": found.verdict.reasons}))
    if not as_json:
        show(found)
    if not found.verdict.passed:
        raise typer.Exit(REFUSED)
    return said(found)


def _tell(planned: Promotion, judged: str, as_json: bool) -> None:
    told = {"promoted": planned.name, "role": planned.role, "before": planned.current}
    if as_json:
        typer.echo(json.dumps(told | {"gate": judged}, ensure_ascii=False))
        return
    before = f", instead of {planned.current}" if planned.current else ""
    typer.echo(f"{planned.name} is promoted to {planned.role}{before}.")
    typer.echo(f"To take it up: `{RELOAD}`. To go back: `quantize rollback {planned.role}`.")
