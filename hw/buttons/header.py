"""A button on a line of the header."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hw.buttons.button import Button, Press
from hw.buttons.press import Presses
from hw.buttons.waiting import Waiting
from hw.gpio import Line, chip, request

if TYPE_CHECKING:
    import gpiod


class HeaderButton:
    """A `Button`."""

    def __init__(
        self,
        line: "gpiod.LineRequest",
        waiting: Waiting,
        hold_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`line`: one that is active while the button is down, both edges wanted. `clock`: that of
        the kernel's time stamps."""
        self._line = line
        self._waiting = waiting
        self._hold_s = hold_s
        self._clock = clock

    def presses(self) -> Iterator[Press]:
        (level,) = self._line.get_values()
        made = Presses(self._hold_s, down=bool(level.value))
        while not self._waiting.over:
            due_s = made.due_s
            left_s = None if due_s is None else due_s - self._clock()
            if self._waiting.wait([self._line.fd], left_s):
                for event in self._line.read_edge_events():
                    down = event.event_type is event.Type.RISING_EDGE
                    yield from made.edge(down, event.timestamp_ns / 1e9)
            yield from made.at(self._clock())


@contextmanager
def header_button(
    line: Line, label: str, active_low: bool, hold_s: float, waiting: Waiting
) -> Iterator[Button]:
    """`label`: of its chip; empty: that of the header. OSError if there is none, or it is in
    use."""
    import gpiod

    settings = gpiod.LineSettings(
        direction=gpiod.line.Direction.INPUT,
        edge_detection=gpiod.line.Edge.BOTH,
        bias=gpiod.line.Bias.PULL_UP if active_low else gpiod.line.Bias.PULL_DOWN,
        active_low=active_low,
    )
    with chip(label) as opened, request(opened, line, settings) as made:
        yield HeaderButton(made, waiting, hold_s)
