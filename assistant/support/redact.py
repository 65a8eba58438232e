"""Take personal things out of a text. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from typing import Any

REMOVED = "(removed)"

_LETTER = r"[^\W_]"
_SHORTEST = 3
"""Characters of a word that is looked for: a shorter one is in every text."""
_ANYWHERE = 6
"""From so many on, also as a part of a longer word."""

_URL = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]*)://[^\s`]*")
_MAIL = re.compile(r"[^\s@<>`]+@[^\s@<>`]+")
_MAC = re.compile(r"(?<![0-9A-Fa-f:-])(?:[0-9A-Fa-f]{2}[:-]){5,7}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:-])")
_ADDRESS = re.compile(r"(?<![\w.:])[0-9A-Fa-f:.]*[:.][0-9A-Fa-f:.]*[0-9A-Fa-f:](?:%\w+)?")
_LOCAL_HOST = re.compile(
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:local|lan|home|box|internal|localdomain|arpa)\b", re.IGNORECASE
)
_HOME = re.compile(r"(?<![\w.~])/(?:home|Users)/[^/\s'\"`:,]+|(?<![\w.~/])/root(?!\w)")
_MOUNTED = re.compile(r"(?<![\w.~])/(?:media|mnt|srv|run/media)/[^\s'\"`:,]+")
_QUOTED = re.compile(r"(?<!\w)'[^'\n]*'(?!\w)|\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»")
_TOKEN = re.compile(r"(?<![\w/.])(?=[^\s`]*\d)[A-Za-z0-9+=_-]{20,}(?![\w/])")


@dataclass(frozen=True)
class Redactor:
    """Knows what is personal here, beside what always is."""

    words: tuple[str, ...] = field(default=(), repr=False)
    """Names of people, hosts, lists and alerts, items, addresses, folders."""
    public: frozenset[str] = frozenset()
    """Long names with digits that are no secrets: models."""

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        """Any of the words, the longest first."""
        words = {word.strip() for word in self.words}
        found = sorted((w for w in words if len(w) >= _SHORTEST), key=len, reverse=True)
        return re.compile("|".join(map(_pattern, found)), re.IGNORECASE) if found else None

    def known(self, text: str) -> str:
        """Without the words. For what is a text of ours otherwise."""
        return text if self._known is None else self._known.sub(REMOVED, text)

    def text(self, text: str) -> str:
        """Without anything that could be personal, whoever wrote it."""
        text = self.known(text)
        text = _URL.sub(rf"\1://{REMOVED}", text)
        text = _MAIL.sub(REMOVED, text)
        text = _MAC.sub(REMOVED, text)
        text = _ADDRESS.sub(_without_address, text)
        text = _LOCAL_HOST.sub(REMOVED, text)
        text = _HOME.sub("~", text)
        text = _MOUNTED.sub(REMOVED, text)
        text = _QUOTED.sub(lambda found: f"{found[0][0]}{REMOVED}{found[0][-1]}", text)
        return _TOKEN.sub(lambda found: found[0] if found[0] in self.public else REMOVED, text)

    def value(self, value: Any) -> Any:
        """The same for all strings of a JSON-able value."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self.text(str(key)): self.value(each) for key, each in value.items()}
            case Iterable():
                return [self.value(each) for each in value]
        return value


def _pattern(word: str) -> str:
    """White space may have become any other."""
    inner = r"\s+".join(map(re.escape, word.split()))
    if len(word) >= _ANYWHERE:
        return inner
    return rf"(?<!{_LETTER}){inner}(?!{_LETTER})"


def _without_address(found: re.Match[str]) -> str:
    """Versions with four numbers go too; times and versions with three stay."""
    for candidate in (found[0], found[0].rstrip(".:"), found[0].partition("%")[0]):
        try:
            ip_address(candidate)
        except ValueError:
            continue
        return REMOVED
    host, _, port = found[0].rstrip(".").rpartition(":")
    try:
        ip_address(host)
    except ValueError:
        return found[0]
    return f"{REMOVED}:{port}"
