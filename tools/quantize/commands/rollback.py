"""`quantize rollback`: the model that served before comes back."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.config import load
from assistant.errors import InputError
from assistant.options import ConfigOption, JsonOption
from models.local import Local, LocalFile
from models.service import go_back
from models.store import default_root
from tools.quantize.commands.promote import RELOAD
from tools.quantize.roles import ROLES, known_role, require_unstated, shipped

Role = Annotated[
    str, typer.Argument(metavar="[ROLE]", help=f"One of: {', '.join(ROLES)}.", show_default=False)
]
To = Annotated[
    str, typer.Option(metavar="NAME", help="One that served earlier, or the one that ships.")
]
ListOption = Annotated[
    bool, typer.Option("--list", help="Only show what served when, and change nothing.")
]


def rollback(
    role: Role = "",
    to: To = "",
    list_: ListOption = False,
    config: ConfigOption = None,
    json_: JsonOption = False,
) -> None:
    """Go back to the model that was in service before. The current one stays installed:
    `quantize promote NAME` puts it into service again.

    quantize rollback stt
    """
    root = default_root()
    local = LocalFile(root).read()
    if list_:
        _list(local, role, json_)
        return
    if not role:
        raise InputError(f"Say which role: {', '.join(ROLES)}; --list shows what served.")
    wanted = known_role(role, local.roles)
    require_unstated(load(config), wanted, config)
    name = go_back(root, wanted, shipped(wanted), to or None)
    if json_:
        typer.echo(json.dumps({"role": wanted, "serves": name}))
        return
    serves = (
        f"{name} serves as {wanted} again." if name else f"Nothing serves as {wanted} any more."
    )
    typer.echo(f"{serves} To take it up: `{RELOAD}`.")


def _list(local: Local, role: str, as_json: bool) -> None:
    """The latest first."""
    rows = [
        {"role": each, "model": term.entry, "since": term.since, "serves": term is history[-1]}
        for each, history in sorted(local.roles.items())
        for term in reversed(history)
        if role in ("", each, each.partition(".")[0])
    ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    if not rows:
        typer.echo(
            "Nothing was promoted: the models that ship serve, or those of the configuration."
        )
        return
    table = Table("role", "model", "since", "serves", box=None, header_style="bold")
    for row in rows:
        texts = (str(row[key]) for key in ("role", "model", "since"))
        table.add_row(*texts, "yes" if row["serves"] else "")
    Console().print(table)
