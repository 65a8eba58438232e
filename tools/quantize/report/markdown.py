"""The report as Markdown. Pure."""

from collections.abc import Iterable, Iterator

from tools.quantize.report.page import Block, Grid, Heading, Paragraph, Picture, Points


def markdown(blocks: Iterable[Block], note: str) -> str:
    """`note`: how it was made. Pictures are files beside it, see `Picture.name`."""
    return "\n\n".join([*(_block(block) for block in blocks), f"<!-- {note} -->"]) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {text}"
        case Paragraph(text):
            return text
        case Points(items):
            return "\n".join(f"* {item}" for item in items)
        case Picture(name, alt, _):
            return f"![{alt}]({name})"
        case Grid():
            return "\n".join(_grid(block))


def _grid(grid: Grid) -> Iterator[str]:
    yield f"| {' | '.join(map(_cell, grid.head))} |"
    yield "|---|" + "---:|" * (len(grid.head) - 1)
    for number, row in enumerate(grid.rows):
        cells = [_cell(cell) for cell in row]
        if number in grid.marked:
            cells[0] = f"**{cells[0]}**"
        yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
