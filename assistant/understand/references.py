"""Requests that refer to the one before: answers to a question, corrections, "cancel it"."""

from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from assistant.skills.skill import Intent
from assistant.understand.slots.times import TimeOfDay


@dataclass(frozen=True, slots=True)
class Yes(Intent):
    """Yes, do it."""


@dataclass(frozen=True, slots=True)
class No(Intent):
    """No, do not."""


@dataclass(frozen=True, slots=True)
class CancelIt(Intent):
    """Take back what was just done."""


@dataclass(frozen=True, slots=True)
class ForgetIt(Intent):
    """Undo it, or never mind: whatever was meant, nothing that was there before goes."""


@dataclass(frozen=True, slots=True)
class Again(Intent):
    """The same once more: "a little more", "once more"."""


@dataclass(frozen=True, slots=True)
class OntoIt(Intent):
    """These too, on the list that was spoken of."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OffIt(Intent):
    """Not these, on the list that was spoken of."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details(Intent):
    """Only what fills slots: "ten minutes", "tomorrow at seven", "flour"."""

    duration: float | None = None
    time: TimeOfDay | None = None
    day: date | None = None
    days: tuple[int, ...] | None = None
    amount: Fraction | None = None
    unit: str | None = None
    to: str | None = None
    ingredient: str | None = None
    place: str | None = None
    occasion: str | None = None
    year: int | None = None
    percent: int | None = None
    items: tuple[str, ...] | None = None
    name: str | None = None
    text: str | None = None
    food: str | None = None

    def told(self) -> dict[str, Any]:
        """Slot -> value, of what was said."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in values if value is not None}


class Instead(Details):
    """The request before once more, with another slot: "make that twelve minutes"."""


class Also(Details):
    """More of the same: "and eggs", "and thirty minutes"."""


class Perhaps(Details):
    """A correction, or something else altogether: "how about five", "in Tokyo"."""


REFERENCES: tuple[type[Intent], ...] = (
    Yes,
    No,
    CancelIt,
    ForgetIt,
    Again,
    OntoIt,
    OffIt,
    Instead,
    Also,
    Perhaps,
    Details,
)
