"""A model's reply -> intents. Nothing in it is believed, grammar or not."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import category

from assistant.skills.skill import Intent
from assistant.tools.describe import LONGEST_WORDS
from assistant.tools.tool import Tool
from assistant.understand.normal import normal

MOST_CALLS = 3
"""In one turn."""
_LONGEST = 4_000
"""Characters of a list of calls; the longest that the grammar allows is shorter."""


_COMMA = re.compile(r",(?!\d)(?:\s*and\b)?")


@dataclass(frozen=True, slots=True)
class BadCalls:
    """Nothing of a list with anything wrong in it is carried out: half of what was asked for, done
    without a word, would be worse than nothing."""

    why: str
    """For the log. Holds nothing that the model wrote."""


class _NotACallError(Exception):
    pass


def is_calls(reply: str) -> bool:
    """Whether a reply, as far as it is known, is to be read with `parse_calls` instead of being
    said; text never begins like this (see `grammar.py`)."""
    return reply.lstrip().startswith("[")


def parse_calls(reply: str, tools: Sequence[Tool], now: datetime) -> tuple[Intent, ...] | BadCalls:
    """The intents that a reply calls for, in its order: one to three. They are only understood,
    not allowed: what asks first (`Risk.CONFIRM`) still has to be asked about. `now`: local time.
    """
    try:
        if len(reply) > _LONGEST:
            raise _NotACallError("too long")
        calls = json.loads(reply, object_pairs_hook=_object)
        if not isinstance(calls, list) or not 1 <= len(calls) <= MOST_CALLS:
            raise _NotACallError(f"not a list of 1 to {MOST_CALLS} calls")
        by_name = {tool.name: tool for tool in tools}
        return tuple(_intent(call, by_name, now) for call in calls)
    except json.JSONDecodeError:
        return BadCalls("not JSON")
    except RecursionError:
        return BadCalls("nested too deeply")
    except _NotACallError as error:
        return BadCalls(str(error))


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotACallError("a key stands twice")
    return found


def _intent(call: object, tools: dict[str, Tool], now: datetime) -> Intent:
    match call:
        case {"tool": str(name), "arguments": dict(arguments), **rest} if not rest:
            tool = tools.get(name)
        case _:
            raise _NotACallError("not a call")
    if tool is None:
        raise _NotACallError("an unknown tool")
    parameters = {parameter.name: parameter for parameter in tool.parameters}
    if not arguments.keys() <= parameters.keys():
        raise _NotACallError(f"{tool.name}: an unknown argument")
    values = {}
    for key, words in arguments.items():
        slot = parameters[key].slot
        value = parameters[key].parse(_spoken(words, slot), now)
        if value is None:
            raise _NotACallError(f"{tool.name}: {key} is no {slot}")
        values[key] = value
    if any(parameter.required and key not in values for key, parameter in parameters.items()):
        raise _NotACallError(f"{tool.name}: an argument is missing")
    return tool.intent(**values)


def _spoken(words: object, slot: str) -> str:
    """An argument as it would be said, in the normal form that the parsers read."""
    if not isinstance(words, str) or len(words) > LONGEST_WORDS:
        raise _NotACallError("an argument is not a few words")
    if any(category(each) in ("Cc", "Cf", "Co", "Cs", "Cn") for each in words):
        raise _NotACallError("an argument holds what nobody can say")
    if slot == "items":  # "milk, eggs": no comma is heard, nor left in the normal form
        words = _COMMA.sub(" and ", words)
    if not (spoken := normal(words)):
        raise _NotACallError("an empty argument")
    return spoken
