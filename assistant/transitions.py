"""The table of the state machine: which method answers which event in which state.

The table is filled by `@on` in conversation.py and read by three: the machine itself, the tests,
and the tool that writes the table and the diagram into docs/design.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from assistant.events import Command, Event


class State(Enum):
    IDLE = "nobody has the floor; waiting for the wake word"
    LISTENING = "the user has the floor"
    THINKING = "the turn is committed, nothing is heard yet"
    SPEAKING = "the assistant has the floor"


Commands = list[Command]
Arm = Callable[[Any, Any, float], Commands]
"""A method of Conversation: (self, event, now) -> orders."""
ArmT = TypeVar("ArmT", bound=Arm)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    arm: Arm
    to: tuple[State, ...]
    """States that the arm may enter; staying is always allowed."""


TABLE: dict[tuple[State, type[Event]], Row] = {}
ANY = tuple(State)


def on(
    states: tuple[State, ...], *events: type[Event], to: tuple[State, ...] = ()
) -> Callable[[ArmT], ArmT]:
    """Enter the decorated method into the table for each pair; a pair has one arm."""

    def enter(arm: ArmT) -> ArmT:
        for state in states:
            for event in events:
                assert (state, event) not in TABLE, f"two arms for {state.name}, {event.__name__}"
                TABLE[state, event] = Row(arm, to)
        return arm

    return enter
