"""Sentence templates as they are written in YAML, made ready to be matched one by one.

hassil tries every template on every request, which takes tens of milliseconds for a thousand of
them. So each is an `Intents` of its own here, and is asked only about requests that hold words it
cannot do without, and that fit its pattern. Neither filter drops anything that hassil would match.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import yaml
from hassil import Intents, parse_sentence
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.intents import Intent, IntentData, SlotList, WildcardSlotList

from assistant.errors import ConfigError
from assistant.understand.slots.marks import MARKS

AND = "__"
"""Between the names of blanks that stand side by side."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLANK = re.compile(r"\{(\w+)(?::(\w+))?\}")
_SIDE_BY_SIDE = re.compile(r"\{[^}]*\}(?: \{[^}]*\})+")
_LITERAL = re.compile(r"\{[^}]*\}|<[^>]*>|[^a-z0-9' ]")
_WORDS = r"\S+(?: \S+)*"
_MARKED = r"(?:\S+ )*(?:{mark})(?: \S+)*"


@dataclass(frozen=True, eq=False)
class Template:
    """One sentence, with all its variants."""

    intent: str
    text: str
    slots: Mapping[str, str]
    """Fixed ones, as words."""
    rules: Mapping[str, Sentence]
    parsers: Mapping[str, str]
    """Slot -> name of its parser."""
    language: str

    @cached_property
    def clauses(self) -> tuple[frozenset[str], ...]:
        """Of each of these sets a request holds at least one fragment."""
        return tuple(self.sentence.get_required_clauses(dict(self.rules)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self._pattern(self.sentence.expression))

    @cached_property
    def sentence(self) -> Sentence:
        return parse_sentence(self.text, keep_text=True)

    @cached_property
    def intents(self) -> Intents:
        """What hassil is given."""
        names = self.sentence.list_names(dict(self.rules))
        lists: dict[str, SlotList] = {name: WildcardSlotList(name) for name in names}
        data = IntentData([self.text], slots=dict(self.slots), expansion_rules=dict(self.rules))
        vars(data)["sentences"] = [self.sentence]  # as it would cache them: parsed once is enough
        return Intents(self.language, {self.intent: Intent(self.intent, [data])}, lists)

    def _pattern(self, part: Expression) -> str:
        """A regular expression for all that hassil may match, and for a little more."""
        match part:
            case TextChunk():
                return re.escape(part.text).replace(r"\ ", " *")
            case ListReference():
                blanks = map(self._blank, part.slot_name.split(AND))
                return f" *{' +'.join(blanks)} *"
            case RuleReference(rule_name=name):
                return self._pattern(self.rules[name].expression)
            case Permutation():
                return f"(?:{'|'.join(map(self._pattern, part.items))}| )*"
            case Alternative():
                return f"(?:{'|'.join(map(self._pattern, part.items))})"
            case Group():
                return "".join(map(self._pattern, part.items))
        raise TypeError(f"no pattern for {type(part).__name__}")

    def _blank(self, slot: str) -> str:
        mark = MARKS.get(self.parsers.get(slot, slot))
        return _WORDS if mark is None else _MARKED.format(mark=mark)

    @cached_property
    def fills(self) -> set[str]:
        """The slots it may fill."""
        return set(self.slots).union(self._blanks(self.sentence.expression))

    def _blanks(self, part: Expression) -> Iterator[str]:
        match part:
            case ListReference():
                yield from part.slot_name.split(AND)
            case RuleReference(rule_name=name):
                yield from self._blanks(self.rules[name].expression)
            case Group():  # alternatives and permutations are groups, too
                for item in part.items:
                    yield from self._blanks(item)

    @cached_property
    def words(self) -> set[str]:
        """That stand in it."""
        return set(_LITERAL.sub(" ", self.text).split())


def languages() -> set[str]:
    """In which there are sentences."""
    folder = files("assistant.understand") / "sentences"
    return {each.name for each in folder.iterdir() if each.is_dir()}


@cache
def load(language: str, skill: str) -> tuple[Template, ...]:
    """The templates of a skill, in the order of its file. ConfigError if there is none. Whoever
    reads a file again shares what was made of it: to parse and compile it takes a second."""
    file = files("assistant.understand") / "sentences" / language / f"{skill}.yaml"
    if not file.is_file():
        raise ConfigError(
            f"There are no sentences in language {language!r} for the skill {skill!r}."
        )
    source = yaml.load(file.read_text("utf-8"), _Loader)  # a safe loader
    return tuple(_templates(source, skill, language))


def rule_words(templates: list[Template]) -> set[str]:
    """Words that stand in the expansion rules."""
    rules = {id(rule): rule for each in templates for rule in each.rules.values()}
    return {word for rule in rules.values() for word in _LITERAL.sub(" ", rule.text or "").split()}


def _templates(source: dict[str, Any], skill: str, language: str) -> Iterator[Template]:
    raw: dict[str, str] = source.get("expansion_rules", {})
    rules = {name: parse_sentence(_joined(text), keep_text=True) for name, text in raw.items()}
    every = [*raw.values(), *_sentences(source)]
    usual = {slot or parser: parser for parser, slot in reversed(_BLANK.findall(" ".join(every)))}
    for intent, block in source["intents"].items():
        for data in block["data"]:
            for text in data["sentences"]:
                parsers = usual | _parsers(skill, text)
                yield Template(
                    intent, _joined(text), data.get("slots", {}), rules, parsers, language
                )


def _sentences(source: dict[str, Any]) -> Iterator[str]:
    for block in source["intents"].values():
        for data in block["data"]:
            yield from data["sentences"]


def _parsers(skill: str, text: str) -> dict[str, str]:
    """Of the blanks in one sentence. What is not in it (fixed slots, blanks of rules) has the
    parser that comes first in the file."""
    parsers: dict[str, str] = {}
    for parser, slot in _BLANK.findall(text):
        if parsers.setdefault(slot or parser, parser) != parser:
            raise ConfigError(f"{skill}.yaml: {slot or parser!r} has two parsers in one sentence.")
    return parsers


def _joined(text: str) -> str:
    """hassil cannot tell where one wildcard ends and the next begins, so blanks side by side are
    one wildcard to it: "{duration} {name} timer" -> "{duration__name} timer"."""
    return _SIDE_BY_SIDE.sub(_run, text)


def _run(blanks: re.Match[str]) -> str:
    names = AND.join(slot or parser for parser, slot in _BLANK.findall(blanks[0]))
    return f"{{{names}}}"
