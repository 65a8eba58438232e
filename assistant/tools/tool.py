"""A tool: an intent, as a language model may call it. All of it is read off the dataclass."""

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from itertools import pairwise

from assistant.skills.skill import Intent
from assistant.understand.slots import Parser

READ_AS = {
    "old": "time",
    "length": "duration",
    "area": "name",
    "to": "unit",
    "other": "city",
    "start": "occasion",
    "end": "occasion",
    "degrees": "number",
    "count": "number",
    "sides": "number",
    "low": "number",
    "high": "number",
}
"""Field of an intent -> the slot whose parser reads it, where that is not the one of its name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    """Of the intent's field."""
    slot: str
    """Which kind of words it holds, as "duration"."""
    parse: Parser
    description: str
    required: bool


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    """As "set_timer"."""
    intent: type[Intent]
    description: str
    parameters: tuple[Parameter, ...]
    """Those that are required come first."""


def catalogue(intents: Iterable[type[Intent]], slots: Mapping[str, Parser]) -> tuple[Tool, ...]:
    """The intents that models may call, in the order given: what is made of it is the same at
    every start. A field that no parser reads, as only fixed sentences fill it, is left out; raises
    KeyError if the intent cannot do without."""
    return tuple(_tool(intent, slots) for intent in intents if intent.tool)


def _tool(intent: type[Intent], slots: Mapping[str, Parser]) -> Tool:
    notes: dict[str, str] = {}
    for base in filter(is_dataclass, reversed(intent.__mro__)):  # fields may be inherited
        notes |= _notes(base.__module__).get(base.__name__, {})
    parameters = [
        _parameter(field, notes.get(field.name, ""), slots)
        for field in fields(intent)  # type: ignore[arg-type]  # every intent is a dataclass
        if _required(field) or _slot(field) in slots
    ]
    return Tool(
        re.sub(r"(?<!^)(?=[A-Z])", "_", intent.__name__).lower(),
        intent,
        " ".join((intent.__doc__ or "").split()),
        tuple(sorted(parameters, key=lambda parameter: not parameter.required)),
    )


def _slot(field: Field[object]) -> str:
    return READ_AS.get(field.name, field.name)


def _required(field: Field[object]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _parameter(field: Field[object], note: str, slots: Mapping[str, Parser]) -> Parameter:
    slot = _slot(field)
    return Parameter(field.name, slot, slots[slot], note, _required(field))


@cache
def _notes(module: str) -> dict[str, dict[str, str]]:
    """Class -> field -> the docstring under it, of every class of a module: Python itself forgets
    those. Empty where there is no source."""
    try:
        source = inspect.getsource(sys.modules[module])
    except OSError:
        return {}
    classes = (each for each in ast.parse(source).body if isinstance(each, ast.ClassDef))
    return {each.name: dict(_docstrings(each.body)) for each in classes}


def _docstrings(body: list[ast.stmt]) -> Iterable[tuple[str, str]]:
    for statement, after in pairwise(body):
        match statement, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, " ".join(text.split())
