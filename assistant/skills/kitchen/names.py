"""Names of things compared as people mean them: plural or not, in any order, a letter misheard."""

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TypeVar

Value = TypeVar("Value")
Key = frozenset[str]

_SHORTEST_MISHEARD = 6
"""Letters of a name that may have one wrong: shorter ones soon are another thing (pea, pear)."""
_NO_PLURAL = ("ss", "us", "is")
_EMPTY_WORDS = frozenset("a an the some any my our your of for".split())
_AMOUNT = re.compile(
    r"(?:(?:\d[\d./]*|a|an|the|some|half|dozen|couple|few|more|another|of) )*"
    r"(?:(?:bottle|bag|box|can|jar|pack|package|packet|carton|loaf|loaves|bunch|piece|stick|tub|tin"
    r"|cup|pint|quart|gallon|liter|pound|ounce|gram|kilo|kilogram|head|roll|tube|bar|case)e?s? of"
    r" )?"
)


def stem(word: str) -> str:
    """What the singular and the plural of a word share; not itself a word: "berries" -> "berry",
    "leaves" -> "leaf", "olive" -> "olif"."""
    if word.endswith("s") and not word.endswith(_NO_PLURAL) and len(word) > 3:
        word = word[:-1]
    if len(word) > 3:
        for ending, plain in (("ie", "y"), ("oe", "o"), ("ve", "f")):
            if word.endswith(ending):
                return word[:-2] + plain
        if word.endswith(("che", "she", "xe", "sse")):
            return word[:-1]
    return word


def is_many(name: str) -> bool:
    """Whether it takes "are": eggs do, milk and asparagus do not."""
    last = name.split()[-1:]
    return any(word.endswith("s") and stem(word) != word for word in last)


def stems(name: str) -> tuple[str, ...]:
    """Of the words that count, in their order."""
    words = re.findall(r"[\w']+", name.lower())
    return tuple(stem(word) for word in words if word not in _EMPTY_WORDS)


def key(name: str) -> Key:
    """The same for each order of the words: "hard boiled eggs", "eggs, hard boiled"."""
    return frozenset(stems(name))


def found(name: str, things: Iterable[str]) -> tuple[str, ...]:
    """Those of `things` that `name` clearly means, their amounts aside: "eggs" finds "6 eggs"; a
    misheard letter is forgiven where only one thing is so close."""
    things = tuple(things)
    if exact := tuple(thing for thing in things if stems(thing) == stems(name)):
        return exact
    bare = _bare(name)
    if same := tuple(thing for thing in things if _bare(thing) == bare):
        return same
    close = tuple(thing for thing in things if _misheard(" ".join(_bare(thing)), " ".join(bare)))
    return close if len(close) == 1 else ()


def kinds(name: str, things: Iterable[str]) -> tuple[str, ...]:
    """Those of `things` that are a kind of `name`: "oat milk" of "milk". Not what is only flavored
    with it: "milk chocolate" is no milk."""
    bare = _bare(name)
    return tuple(
        thing
        for thing in things
        if bare and len(_bare(thing)) > len(bare) and _bare(thing)[-len(bare) :] == bare
    )


def _bare(name: str) -> tuple[str, ...]:
    """Without its amount: "2 bottles of milk" -> milk."""
    name = name.lower().strip()
    match = _AMOUNT.match(name)
    return stems(name[match.end() :] if match else name) or stems(name)


def looked_up(
    name: str, table: Mapping[Key, Value], harmless: frozenset[str] = frozenset()
) -> Value | None:
    """The value of a name in a table by `key`. None rather than that of another thing: of the
    words of the name only `harmless` ones may be missing from the table."""
    said = key(name)
    extra = sorted(said & harmless)
    for dropped in (d for n in range(len(extra) + 1) for d in combinations(extra, n)):
        if (value := table.get(said - set(dropped))) is not None:
            return value
    close = [value for words, value in table.items() if _misheard_words(said, words)]
    return close[0] if len(close) == 1 else None


def _misheard_words(said: Key, known: Key) -> bool:
    """Whether all words but one are the same, and that one nearly."""
    ours, theirs = said - known, known - said
    return len(ours) == 1 == len(theirs) and _misheard(*ours, *theirs)


def _misheard(one: str, other: str) -> bool:
    """Whether two names are the same but for one letter added, left out or exchanged."""
    if one[:1] != other[:1] or min(len(one), len(other)) < _SHORTEST_MISHEARD:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) == len(long):
        return short[at + 1 :] == long[at + 1 :]
    return len(long) == len(short) + 1 and short[at:] == long[at + 1 :]
