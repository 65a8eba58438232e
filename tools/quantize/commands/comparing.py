"""What `gate` and `promote` share: how two models are compared, and how that is shown."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import TimeElapsedColumn
from rich.table import Table as Columns

from hw import board as boards
from models.catalog import Board
from tools.quantize.commands.bars import bars
from tools.quantize.commands.evaluate import default_table, pairs
from tools.quantize.comparison import Comparison, Way
from tools.quantize.figures import FIGURES
from tools.quantize.gate import Check
from tools.quantize.job import Job, Kind, Outcome, Roots
from tools.quantize.measure import measure
from tools.quantize.policy import DEFAULT, load_policy
from tools.quantize.table import Table
from tools.quantize.turn import cache_root, turn

PolicyOption = Annotated[
    Path | None,
    typer.Option(help="What is asked of a new model.", show_default="tools/quantize/policy.toml"),
]
BoardOption = Annotated[
    Board | None,
    typer.Option(help="Whose memory limits it, if that is not this machine."),
]


def way(
    policy: Path | None,
    board: Board | None,
    table: Path | None,
    data: Path | None,
    reference: str | None,
    settings: list[str] | None,
    options: list[str] | None,
    kind: Kind | None = None,
) -> Way:
    """From the options of the command line. Raises InputError for one that is wrong."""
    rules = load_policy(policy or DEFAULT)
    here = boards.here().facts.memory_mib
    return Way(
        policy=rules,
        memory_mib=here if board is None else rules.boards.get(board),
        table=Table(table or default_table()),
        data=data,
        reference=reference,
        settings=pairs("--set", settings),
        options=pairs("--option", options),
        kind=kind,
    )


@contextmanager
def watched(command: str) -> Iterator[Callable[[Job, Roots], Outcome]]:
    """Measures, with a bar on stderr for each model, and from the first one on alone on this
    machine: InputError if something else does. `command`: ours, for others."""
    with ExitStack() as held, bars(TimeElapsedColumn()) as bar:
        alone = False

        def measured(job: Job, roots: Roots) -> Outcome:
            nonlocal alone
            if not alone:  # what is in the table already needs no turn
                held.enter_context(turn(cache_root(), command))
                alone = True
            task = bar.add_task(f"measuring {job.name} {job.quantisation}", total=1.0)
            return measure(job, roots, observe=lambda share: bar.update(task, completed=share))

        yield measured


def show(found: Comparison) -> None:
    """A row a limit, then the verdict in words."""
    console = Console()
    columns = Columns(box=None, header_style="bold")
    columns.add_column("figure")
    for name in ("new", "current", "limit"):
        columns.add_column(name, justify="right")
    columns.add_column("verdict")
    for check in found.verdict.checks:
        columns.add_row(*_row(check))
    console.print(columns)
    for reason in found.verdict.reasons:
        console.print(f"- {reason}", highlight=False, markup=False)
    console.print(said(found), style="bold", highlight=False, markup=False)


def said(found: Comparison) -> str:
    """The verdict as a sentence."""
    new, current = (
        one and f"{one.job.name} {one.job.quantisation}" for one in (found.new, found.current)
    )
    against = f"against {current}" if current else "with nothing to compare it with"
    return f"{'Passed' if found.verdict.passed else 'Refused'}: {new}, {against}."


def as_json(found: Comparison) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "passed": found.verdict.passed,
        "reasons": found.verdict.reasons,
        "checks": [asdict(check) for check in found.verdict.checks],
        "new": found.new.model_dump(mode="json"),
        "current": found.current and found.current.model_dump(mode="json"),
    }


def _row(check: Check) -> tuple[str, ...]:
    figure = FIGURES[check.figure]
    shown = (figure.shown(value) for value in (check.new, check.current, check.limit))
    chance = f" ({check.chance})" if check.chance else ""
    return figure.words, *shown, f"{check.state}{chance}"
