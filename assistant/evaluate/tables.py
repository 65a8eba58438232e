"""Tables of figures for people, and how their figures are written."""

from collections.abc import Sequence

from rich.table import Table


def table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for number, column in enumerate(columns):
        words = number == 0 or column in ("said", "heard", "file")
        table.add_column(column, justify="left" if words else "right", overflow="fold")
    return table


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def interval(ends: Sequence[float] | None) -> str:
    return "-" if ends is None else f"{100 * ends[0]:.1f}-{100 * ends[1]:.1f}"
