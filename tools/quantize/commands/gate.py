"""`quantize gate`: may this model take the place of that one?"""

import json
from typing import Annotated

import typer

from assistant.options import JsonOption
from models.store import Store
from tools.quantize.commands.comparing import (
    BoardOption,
    PolicyOption,
    as_json,
    show,
    watched,
    way,
)
from tools.quantize.commands.evaluate import (
    Data,
    KindOption,
    OptionOption,
    Reference,
    SetOption,
    TableOption,
)
from tools.quantize.comparison import compare

REFUSED = 1
"""Exit code, where 2 is a mistake on the command line."""

New = Annotated[str, typer.Argument(metavar="NEW", help="A model file, or a name of the catalog.")]
Against = Annotated[
    str,
    typer.Option(metavar="CURRENT", help="The model whose place it would take: a file or a name."),
]


def gate(
    new: New,
    against: Against,
    policy: PolicyOption = None,
    board: BoardOption = None,
    data: Data = None,
    reference: Reference = None,
    settings: SetOption = None,
    options: OptionOption = None,
    kind: KindOption = None,
    table: TableOption = None,
    json_: JsonOption = False,
) -> None:
    """Compare a new model with the current one: pass, or refuse and say why.

    Both are measured here, on the same data with the same settings; what was
    measured before is taken from the table. Delays measured here are this
    machine's, so a gate for another board belongs on that board.

    Exits with 0 if it passes, 1 if it is refused, 2 if something is wrong.

    quantize gate my-tiny-q5_0.bin --against whisper-tiny.en-q8_0 --data recordings.jsonl
    """
    how = way(policy, board, table, data, reference, settings, options, kind)
    with watched("quantize gate") as measure:
        found = compare(new, against, how, measure, Store())
    if json_:
        typer.echo(json.dumps(as_json(found), ensure_ascii=False))
    else:
        show(found)
    if not found.verdict.passed:
        raise typer.Exit(REFUSED)
