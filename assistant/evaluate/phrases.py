"""Requests as people say them, and what is right to make of each: JSON Lines, three kinds of rows.

A request to be understood, a sentence on which nothing may be done, and a short dialogue:

    {"text": "Ten minute timer.", "intent": "SetTimer", "slots": {"duration": "600"}}
    {"text": "I set a timer yesterday.", "why": "a thing of the past"}
    {"about": "a length is asked for", "turns": [{"text": "Set a timer.", "asks": true}, ...]}
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from assistant.errors import InputError

MAX_BYTES = 50_000_000
"""A larger file holds no phrases."""


def _several(value: object) -> object:
    """One, or a list of those that are equally right."""
    return value if isinstance(value, list | tuple) else [value]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    home: bool = False
    """Said where there is something to be controlled in the house."""


class Request(_Row):
    """A request that is to be understood."""

    text: str
    intent: Annotated[tuple[str, ...], BeforeValidator(_several)] = Field(min_length=1)
    """Names of the intents that are right; the first counts as its own."""
    slots: Annotated[tuple[dict[str, str], ...], BeforeValidator(_several)] = ()
    """Slots that differ from their defaults, as `intents.slots` writes them; "~call" stands for
    whatever holds "call", "~" for anything or nothing. No slots at all: any are right."""
    reply_contains: str = ""


class Nothing(_Row):
    """What must change nothing: no order, though it sounds like one."""

    text: str
    why: str
    home: bool = True
    """The more there is, the more can go wrong."""


class Turn(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    does: tuple[str, ...] = ()
    """Names of the actions."""
    says: tuple[str, ...] = ()
    """Words that the reply must hold."""
    asks: bool = False
    """The reply is a question."""


class Story(_Row):
    """A short dialogue; it begins where there are no alerts and no lists."""

    about: str
    turns: tuple[Turn, ...] = Field(min_length=1)


Phrase = Request | Nothing | Story

_LINE: TypeAdapter[Phrase] = TypeAdapter(Phrase)


def load(path: Path) -> list[Phrase]:
    """InputError if the file cannot be read or a line is no phrase."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is too large to be a file of phrases.")
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error
    phrases: list[Phrase] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                phrases.append(_LINE.validate_json(line))
            except ValidationError as error:
                message = error.errors()[0]["msg"].lower()
                raise InputError(f"{path}, line {number}: no phrase: {message}.") from error
    return phrases


def kind(phrase: Phrase) -> str:
    """What a sample has as much of as of others: the intent, or "nothing", or "story"."""
    match phrase:
        case Request(intent=intents):
            return intents[0]
        case Nothing():
            return "nothing"
        case Story():
            return "story"


def sampled(phrases: Sequence[Phrase], limit: int | None, seed: int = 1) -> list[Phrase]:
    """At most `limit` of them, in their order: one of each kind, then a second one, and so on. The
    same seed draws the same ones."""
    if limit is None or limit >= len(phrases):
        return list(phrases)
    chance = random.Random(seed)
    kinds: dict[str, list[int]] = defaultdict(list)
    for index, phrase in enumerate(phrases):
        kinds[kind(phrase)].append(index)
    for members in kinds.values():
        chance.shuffle(members)
    ranked = sorted(_ranked(kinds.values(), chance))
    return [phrases[index] for index in sorted(index for *_, index in ranked[:limit])]


def _ranked(kinds: Iterable[list[int]], chance: random.Random) -> Iterable[tuple[int, float, int]]:
    for members in kinds:
        for rank, index in enumerate(members):
            yield rank, chance.random(), index
