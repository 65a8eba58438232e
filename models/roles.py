"""Which models have served in a role, the current one last. Pure.

A role is that of an engine, or of one wake phrase: "stt", "llm", "tts", "wake.alexa". An empty
history is the model that the configuration or the program itself names.
"""

from typing import Annotated

from pydantic import StringConstraints

from assistant.errors import ModelError
from models.catalog import Kind, Name, Table

Role = Annotated[
    str, StringConstraints(pattern=r"^(stt|llm|tts|wake\.[A-Za-z0-9][A-Za-z0-9._-]*)$")
]
WAKE = "wake."
LONGEST = 50
"""So many terms are remembered; the oldest go first."""


class Term(Table):
    """A model came into service."""

    entry: Name
    since: str
    """ISO 8601, UTC."""


History = tuple[Term, ...]


def wake_role(phrase: str) -> str:
    """The role of a wake phrase."""
    return WAKE + phrase


def kind_of(role: str) -> Kind:
    """The kind of model that serves in a role."""
    kinds: dict[str, Kind] = {"stt": "stt", "llm": "llm", "tts": "tts"}
    return "wake" if role.startswith(WAKE) else kinds[role]


def promoted(history: History, entry: str, now: str) -> History:
    """With `entry` in service. What serves already goes on as it is."""
    if history and history[-1].entry == entry:
        return history
    return (*history, Term(entry=entry, since=now))[-LONGEST:]


def without(history: History, entry: str) -> History:
    """As if `entry` had never served: whoever served before and after it went on."""
    left: History = ()
    for term in history:
        if term.entry != entry and (not left or left[-1].entry != term.entry):
            left = (*left, term)
    return left


def rolled_back(history: History, to: str | None = None) -> History:
    """As it was before the current model or, with `to`, when that one last served.

    Raises ModelError if there is nothing to go back to, or `to` did not serve.
    """
    if not history:
        raise ModelError(
            "Nothing was promoted in this role, so there is nothing to go back to: see"
            " `quantize rollback --list`."
        )
    if to is None:
        return history[:-1]
    for count in range(len(history) - 1, 0, -1):
        if history[count - 1].entry == to:
            return history[:count]
    raise ModelError(
        f"{to} has not served in this role before {history[-1].entry}: see"
        " `quantize rollback --list`."
    )
