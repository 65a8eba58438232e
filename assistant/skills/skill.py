"""The seam: a skill receives a recognised request, answers it or leaves it to others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.events import Action


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    """One or two sentences, as they are displayed ("It's 10:45 AM."); `spoken` words them. Empty:
    the turn ends without a sound."""
    actions: tuple[Action, ...] = ()
    """What is to be done in the world once the turn is committed."""


class Skill(Protocol):
    def answer(self, text: str, now: datetime) -> Reply | None:
        """Answer a request if all of it is understood, else None. `text` is as recognised, with
        or without punctuation; `now` is the local time, with its time zone. Does nothing itself,
        so it may be asked about a request that is not yet complete. Never raises."""
        ...
