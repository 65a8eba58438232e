"""The report as one HTML file that needs nothing else: no script, no font, no picture from
anywhere. Pure."""

import re
from collections.abc import Iterable, Iterator
from html import escape

from tools.quantize.report.page import Block, Grid, Heading, Paragraph, Picture, Points

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --mark: #2e7d4f22; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; margin: 2em 0 .5em; }
h1 { margin-top: 0; }
figure { margin: 1rem 0; display: inline-block; max-width: 100%; background: #fff; padding: .5rem; }
figure svg { max-width: 100%; height: auto; }
figcaption { color: #444; font-size: .8rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: right; }
td { white-space: nowrap; }
th { vertical-align: bottom; font-weight: 600; }
th:first-child, td:first-child { text-align: left; }
tr.marked { background: var(--mark); }
tr.marked td:first-child { font-weight: 600; }
footer { color: #777; font-size: .8rem; margin-top: 3rem; }
"""


def html(blocks: Iterable[Block], note: str) -> str:
    """`note`: how it was made."""
    body = "\n".join(_block(block, number) for number, block in enumerate(blocks))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>What was measured</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{body}\n<footer>{escape(note)}</footer>\n</body>\n</html>\n"
    )


def _block(block: Block, number: int) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Points(items):
            return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
        case Picture(_, alt, svg):
            return (
                f'<figure role="img" aria-label="{escape(alt)}">{_own_ids(svg, number)}'
                f"<figcaption>{escape(alt)}</figcaption></figure>"
            )
        case Grid():
            return f'<div class="wide"><table>{"".join(_grid(block))}</table></div>'


def _own_ids(svg: str, number: int) -> str:
    """Ids are the page's, not the picture's: each picture's get its number."""
    return re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>p{number}-", svg)


def _inline(text: str) -> str:
    """Bold is the only markup that sentences have."""
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))


def _grid(grid: Grid) -> Iterator[str]:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in grid.head)
    yield f"<thead><tr>{head}</tr></thead><tbody>"
    for number, row in enumerate(grid.rows):
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
        yield f'<tr class="marked">{cells}</tr>' if number in grid.marked else f"<tr>{cells}</tr>"
    yield "</tbody>"
