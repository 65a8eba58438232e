"""From the edges of one button to presses and holds. Pure; times are seconds of one clock."""

from typing import Literal

DEBOUNCE_S = 0.03
"""A contact bounces for some milliseconds; nobody presses a button more briefly than this."""
HOLD_S = 1.0


class Presses:
    """A press is told when it ends, a hold while it lasts."""

    def __init__(
        self, hold_s: float = HOLD_S, debounce_s: float = DEBOUNCE_S, down: bool = False
    ) -> None:
        """`down`: it is held at the beginning, perhaps because it is stuck: that is no press."""
        self._hold_s = hold_s
        self._debounce_s = debounce_s
        self._level = down
        """What the last edge said."""
        self._since_s = 0.0
        """When it said so."""
        self._down = down
        """What is believed: a level that has stayed."""
        self._pressed_s = 0.0
        self._told = down
        """Nothing is left to tell of this press."""

    @property
    def due_s(self) -> float | None:
        """When `at` is to be asked, if no edge comes before."""
        if self._level != self._down:
            return self._since_s + self._debounce_s
        return None if self._told or not self._down else self._pressed_s + self._hold_s

    def edge(self, down: bool, at_s: float) -> list[Literal["press", "hold"]]:
        """The button went down, or up. Returns what that makes known of the time before."""
        made = self.at(at_s)
        if down != self._level:
            self._level, self._since_s = down, at_s
        return made

    def at(self, now_s: float) -> list[Literal["press", "hold"]]:
        """What is known by now."""
        made: list[Literal["press", "hold"]] = []
        if self._level != self._down and now_s >= self._since_s + self._debounce_s:
            self._down = self._level
            if self._down:
                self._pressed_s, self._told = self._since_s, False
            elif not self._told:
                self._told = True
                made.append("press")
        held = self._down and self._level and not self._told
        if held and now_s >= self._pressed_s + self._hold_s:
            self._told = True
            made.append("hold")
        return made

    def forget(self) -> None:
        """Edges were lost: it is up, and what was begun is no press."""
        self._level = self._down = False
        self._told = True
