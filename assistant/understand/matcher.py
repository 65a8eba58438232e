"""Which intents a request may be, the likeliest first.

The templates are hassil's (https://github.com/OHF-Voice/hassil), our own files, one for each skill
and language: `sentences/<language>/<skill>.yaml`. They stand for whole requests in their normal
form. A blank holds any words at first; its parser then says whether they are what it asks for, so
templates can be generous and nothing is understood by halves.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from itertools import chain, combinations, product
from typing import Any

from hassil import recognize_all
from hassil.recognize import RecognizeResult

from assistant.errors import ConfigError
from assistant.skills.skill import Intent
from assistant.understand.slots import SLOTS
from assistant.understand.templates import AND, Template, load, rule_words


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a request."""

    intent: Intent
    free: str
    """The words in its blanks that can be anything: names, items; not what to be reminded of."""
    order: tuple[int, int, int]
    """Smaller is likelier: last resorts last, most literal words, then least free text."""


class Matcher:
    """The templates of some skills in one language."""

    def __init__(self, skills: Sequence[tuple[str, Sequence[type[Intent]]]], language: str) -> None:
        """`skills`: name of each one's file and its intents. ConfigError if a file is missing or
        does not fit the intents."""
        self._types = {kind.__name__: kind for _, kinds in skills for kind in kinds}
        self._templates = [each for name, _ in skills for each in load(language, name)]
        self._place = {template: number for number, template in enumerate(self._templates)}
        _check(self._types, self._templates, language)
        self._by_fragment: dict[str, list[Template]] = {}
        """Fragment of a request -> templates that may fit because of it."""
        common = Counter(f for each in self._templates for clause in each.clauses for f in clause)
        for template in self._templates:
            # Each stands under its rarest words; one without any is looked at every time.
            clauses = template.clauses or (frozenset({""}),)
            for fragment in min(clauses, key=lambda clause: sum(common[f] for f in clause)):
                self._by_fragment.setdefault(fragment, []).append(template)

    def candidates(self, request: str, now: datetime) -> list[Candidate]:
        """All ways to read a request (normal form), the likeliest first."""
        values = _Values(now)
        found = (
            candidate
            for template in self._fitting(request)
            for result in recognize_all(request, template.intents)
            for candidate in self._read(template, result, request, values)
        )
        return sorted(found, key=lambda each: each.order)

    def warm(self) -> None:
        """Compile what would be compiled when it is first needed: a second or two, once."""
        for template in self._templates:
            _ = template.pattern, template.intents

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that stands in a template."""
        return frozenset(rule_words(self._templates).union(*(t.words for t in self._templates)))

    def _fitting(self, request: str) -> list[Template]:
        """Templates that hassil may match; the quick half of the work."""
        if not request:
            return []
        near = (
            template
            for fragment, templates in self._by_fragment.items()
            if fragment in request
            for template in templates
        )
        fitting = (each for each in dict.fromkeys(near) if each.pattern.fullmatch(request))
        return sorted(fitting, key=self._place.__getitem__)

    def _read(
        self, template: Template, result: RecognizeResult, request: str, values: "_Values"
    ) -> Iterator[Candidate]:
        """One for each way to divide the words among blanks that stand side by side."""
        kind = self._types[template.intent]
        entities = result.entities.items()
        blank = sum(len(entity.text) for entity in result.entities_list if entity.is_wildcard)
        wild = {part for slot, each in entities if each.is_wildcard for part in slot.split(AND)}
        for parts in product(*(_divided(slot, str(each.value)) for slot, each in entities)):
            reading = list(chain.from_iterable(parts))
            slots = values.of(template, reading)
            if slots is not None:
                free = {slot: words for slot, words in reading if slot in wild}
                free = {slot: words for slot, words in free.items() if _is_free(slots[slot])}
                anything = sum(map(len, free.values()))
                order = (int(kind.last_resort), anything - (len(request) - blank), anything)
                # "Remind me not to forget": a text may say what it likes.
                open_to_doubt = " ".join(words for slot, words in free.items() if slot != "text")
                yield Candidate(kind(**slots), open_to_doubt, order)


class _Values:
    """What the parsers make of the words of one request; each pair of them is looked at once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._known: dict[tuple[str, str], object] = {}

    def of(self, template: Template, reading: list[tuple[str, str]]) -> dict[str, Any] | None:
        """Slot -> value; None if the words of one are not what its blank asks for."""
        values: dict[str, Any] = {}
        for slot, words in reading:
            value = self._value(template.parsers.get(slot, slot), words)
            if value is None:
                return None
            values[slot] = value
        return values

    def _value(self, name: str, words: str) -> object:
        if (name, words) not in self._known:
            parser = SLOTS.get(name)
            self._known[name, words] = parser(words, self._now) if parser else words
        return self._known[name, words]


def _is_free(value: object) -> bool:
    """Words that can be anything; not, as days of the week, only a few."""
    return isinstance(value, str) or (
        isinstance(value, tuple) and all(isinstance(each, str) for each in value)
    )


def _divided(slot: str, words: str) -> list[list[tuple[str, str]]]:
    """All ways to share the words out among the slots of a run of blanks, in their order."""
    slots, parts = slot.split(AND), words.split()
    cuts = combinations(range(1, len(parts)), len(slots) - 1)
    edges = ((0, *cut, len(parts)) for cut in cuts)
    return [
        [
            (each, " ".join(parts[start:end]))
            for each, start, end in zip(slots, edge, edge[1:], strict=False)
        ]
        for edge in edges
    ]


def _check(types: dict[str, type[Intent]], templates: list[Template], language: str) -> None:
    known = {template.intent for template in templates}
    if missing := sorted(types.keys() - known):
        raise ConfigError(f"No {language!r} sentences for: {', '.join(missing)}.")
    if unknown := sorted(known - types.keys()):
        raise ConfigError(f"Sentences for intents that do not exist: {', '.join(unknown)}.")
    slots = {name: {each.name for each in fields(kind)} for name, kind in types.items()}  # type: ignore[arg-type]  # all are dataclasses
    for template in templates:
        if strange := sorted(template.fills - slots[template.intent]):
            raise ConfigError(
                f"{template.intent} has no slot {strange[0]!r}, but its sentence "
                f"{template.text!r} fills it."
            )
    used = {parser for template in templates for parser in template.parsers.values()}
    if no_parser := sorted(used - SLOTS.keys()):
        raise ConfigError(f"No slots are called: {', '.join(no_parser)}.")
