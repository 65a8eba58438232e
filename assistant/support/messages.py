"""The messages that stand in this program's own source, and what of a line is one of them.

A log line is shown as the template that it was made from: what was filled in is shown only if it
is a number, a word of ours or an error of the system. So nothing that was said, or written down,
can be in it, even if a message should hold it by mistake.
"""

import ast
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from assistant.support.redact import REMOVED

ROOT = Path(__file__).parents[2]
"""The folder with `assistant`, `models` and `hw`."""

_CALLS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
_PLACE = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[sdrfgx]")
_LONGEST = 600
"""Characters. No message is longer, and a pattern with several places takes long over one."""
_WORD = re.compile(r"[a-z][a-z0-9_]{0,30}")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_QUANTILE = re.compile(r"p\d{1,2}|min|max|mean|median")
_ERRNO = re.compile(r"\[Errno (\d{1,3})\]")
WORDS = frozenset(
    "ok degraded microphone loudspeaker stt turn llm tts vad wake player skill home echo captions "
    "timer alarm reminder full readonly busy disk conflict invalid load timeout failed "
    "idle listening thinking speaking talk stop true false at code device kind phrase phrases pid "
    "reason score stage version default none pulse front_end_ms frame_ms".split()
)
"""Stages, codes, states and names of fields: what is filled in and may be shown."""


def sources() -> list[Path]:
    return [path for top in ("assistant", "models", "hw") for path in (ROOT / top).rglob("*.py")]


def templates(source: str) -> Iterator[str]:
    """First arguments of the calls of a logger. Those that are little more than a place to fill in
    would fit anything."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if ast.unparse(node.func.value) not in ("log", "_log") or node.func.attr not in _CALLS:
            continue
        for argument in node.args[:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                if re.search(r"\w", _PLACE.sub("", argument.value)):
                    yield argument.value
                break


def keys(source: str) -> Iterator[str]:
    """What a source writes as keys of tables: those of the summaries of its health."""
    for node in ast.walk(ast.parse(source)):
        for key in node.keys if isinstance(node, ast.Dict) else ():
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value


def sentences(source: str) -> Iterator[str]:
    """What a source says beside its log, as templates: reasons why a device was lost, what was
    found out about the processor. Not what it explains to its readers."""
    tree = ast.parse(source)
    parts = {
        id(part)
        for each in ast.walk(tree)
        if isinstance(each, ast.JoinedStr)
        for part in each.values
    }
    prose = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in parts | prose:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(map(_template, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.replace("%", "%%")
        else:
            continue
        if len(re.findall(r"[A-Za-z]{2,}", text)) >= 3 and "\n" not in text:
            yield text


def _template(part: ast.expr) -> str:
    """Of a piece of a formatted string."""
    if isinstance(part, ast.Constant):
        return str(part.value).replace("%", "%%")
    return "%s"


@dataclass(frozen=True)
class Messages:
    """All templates, the longest first."""

    templates: tuple[str, ...]
    words: frozenset[str]
    sentences: tuple[str, ...] = ()
    """What may have been filled in."""

    @classmethod
    @cache
    def of_this_program(cls, public: frozenset[str]) -> "Messages":
        """`public`: names of models, which are wake words too."""
        found: set[str] = set()
        said: set[str] = set()
        words = WORDS | public
        for path in sources():
            text = path.read_text("utf-8")
            if "log." in text:
                found.update(templates(text))
            if path.parent in (ROOT / "assistant", ROOT / "assistant/audio"):
                words |= {key for key in keys(text) if _WORD.fullmatch(key)}
            if path.parent in (ROOT / "assistant/audio", ROOT / "hw"):
                said.update(sentences(text))
        return cls(_longest_first(found), frozenset(words), _longest_first(said))

    @cached_property
    def _patterns(self) -> "list[_Pattern]":
        return [(_matcher(parts), parts) for parts in map(_PLACE.split, self.templates)]

    @cached_property
    def _reasons(self) -> "list[_Pattern]":
        return [(_matcher(parts), parts) for parts in map(_PLACE.split, self.sentences)]

    def shown(self, message: str) -> str | None:
        """A message as its template; None if it is none of ours."""
        head, health, summary = message.partition("health: ")
        if health and not head:
            return f"{health}{json.dumps(self.summary(summary))}"
        if len(message) > _LONGEST:
            return None
        for pattern, parts in self._patterns:
            if (found := pattern.fullmatch(message)) is not None:
                return _joined(parts, [self.filled(each) for each in found.groups()])
        return self._reason(message)

    def filled(self, text: str) -> str:
        """What was filled in, as far as it may be shown."""
        if (plain := self._word(text)) is not None:
            return plain
        if found := _ERRNO.match(text):
            return f"{found[0]} {os.strerror(int(found[1]))}"
        return self._reason(text) or REMOVED

    def listed(self, text: str) -> str:
        """The same for what `assistant run` prints: words with commas, each perhaps with more."""
        made = []
        for each in text.split(", "):
            first, space, rest = each.partition(" ")
            if space and self._word(first) is not None:
                made.append(f"{first} {self.filled(rest)}")
            else:
                made.append(":".join(map(self.filled, each.split(":"))))
        return ", ".join(made)

    def _word(self, text: str) -> str | None:
        known = text in self.words or _NUMBER.fullmatch(text) or _QUANTILE.fullmatch(text)
        return text if known else None

    def _reason(self, text: str) -> str | None:
        for pattern, parts in self._reasons:
            if (found := pattern.fullmatch(text)) is not None:
                return _joined(parts, [self._word(each) or REMOVED for each in found.groups()])
        return None

    def summary(self, text: str) -> Any:
        """A JSON-able value with numbers and known words alone."""
        try:
            return self._public(json.loads(text))
        except (ValueError, RecursionError):
            return REMOVED

    def _public(self, value: Any) -> Any:
        match value:
            case dict():
                return {self.filled(key): self._public(each) for key, each in value.items()}
            case list():
                return [self._public(each) for each in value]
            case str():
                return ":".join(self.filled(part) for part in value.split(":"))
        return value


_Pattern = tuple[re.Pattern[str], list[str]]


def _longest_first(texts: set[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))


def _joined(parts: list[str], filled: list[str]) -> str:
    pairs = zip(parts, [*filled, ""], strict=True)
    return "".join(part.replace("%%", "%") + each for part, each in pairs)


def _matcher(parts: list[str]) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part.replace("%%", "%")) for part in parts))
