"""How far a command is: bars on stderr where a person looks on, gone when all is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)


@contextmanager
def bars(*columns: ProgressColumn) -> Iterator[Progress]:
    """A line for each task that is added: its description, its bar, then `columns`."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield progress


@contextmanager
def steps(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives what is to be told how many steps of how many are done."""
    with bars(MofNCompleteColumn(), TimeRemainingColumn()) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
