"""The ring drawn on a terminal: to see the lights where there are none."""

import errno
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from hw.lights.ring import LightRing, Rgb

_DOT = "●"
_DARKEST: Rgb = (58, 58, 58)
"""A light that is off, so that the ring can be seen."""


class Terminal:
    """A `LightRing`."""

    def __init__(self, live: Live, pixels: int) -> None:
        self._live = live
        self._places = places(pixels)

    def show(self, colours: Sequence[Rgb]) -> None:
        self._live.update(drawn(colours, self._places), refresh=True)


@contextmanager
def terminal(pixels: int, console: Console | None = None) -> Iterator[LightRing]:
    """Drawn on stderr, below what is printed; it vanishes at the end. OSError if that is no
    terminal."""
    console = Console(stderr=True) if console is None else console
    if not console.is_terminal:
        raise OSError(errno.ENOTTY, "standard error is no terminal to draw lights on")
    both = console.stderr and Console().is_terminal  # else what is printed must not move there
    live = Live(
        console=console,
        auto_refresh=False,
        transient=True,
        redirect_stdout=both,
        redirect_stderr=False,
    )
    with live:
        made = Terminal(live, pixels)
        made.show([(0, 0, 0)] * pixels)
        yield made


def places(pixels: int) -> list[tuple[int, int]]:
    """(row, column) of every light: a circle, clockwise from the top; a character is twice as high
    as it is wide. Few lights stand in a row, as they do on small boards."""
    if pixels < 6:
        return [(0, 4 * index) for index in range(pixels)]
    radius = max(2, round(pixels / 4.5))
    angles = [2 * math.pi * index / pixels for index in range(pixels)]
    return [
        (radius - round(radius * math.cos(a)), 2 * radius + round(2 * radius * math.sin(a)))
        for a in angles
    ]


def drawn(colours: Sequence[Rgb], at: Sequence[tuple[int, int]]) -> Text:
    """The picture of one moment."""
    lights = dict(zip(at, colours, strict=True))
    text = Text()
    for row in range(max(row for row, _ in at) + 1):
        text.append("  ")
        for column in range(max(column for _, column in at) + 1):
            colour = lights.get((row, column))
            text.append(" " if colour is None else _DOT, "" if colour is None else _style(colour))
        text.append("\n")
    return text


def _style(colour: Rgb) -> str:
    red, green, blue = map(max, colour, _DARKEST)
    return f"rgb({red},{green},{blue})"
