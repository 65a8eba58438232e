"""Near misses: what a request was, had one or two words been heard right. Bounded: a few short
phrases that recognisers mix up, two words that were one, and words that no template knows, by ones
a letter or two away. What comes of it may look or make something new; whoever uses this must not
change or remove anything because of it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from assistant.understand.slots.unit_names import UNITS

MOST = 2
"""Words that are replaced in one request."""
SHORTEST = 4
"""Letters: shorter words are near too many others."""
LONG = 7
"""Letters from which on a word may be two letters off instead of one."""

_VERB = "set|add|put|start|stop|remind|wake|what|how|when|convert|give|tell|show|flip|roll"
_MISHEARD = tuple(
    (re.compile(rf"(?<!\S){heard}(?!\S)"), said)
    for heard, said in (
        # A verb at the beginning, where little context tells what it was.
        (r"^(?:at|ad|had|and|are|as)(?= .*\b(?:list|minutes?|groceries)\b)", "add"),
        (r"^ad", "add"),
        (r"^(?:bye|by)", "buy"),
        (r"^(?:but|puts|foot)(?= .* on )", "put"),
        (r"(?:said|sat|sent|send|so|sit|it)(?= (?:a|an|in|the|another) )", "set"),
        (r"^reminds me", "remind me"),
        (r"^remind (?:meet|need|mead)", "remind me to"),
        (rf"^(?:i am|at|so|in|but|it|the|as|a)(?= (?:{_VERB}) )", ""),
        (r"how on(?= (?:on|do|does|is|until|till|left|should|for|to) )", "how long"),
        (r"^once(?= the )", "when is"),
        (r"how hard(?= is )", "how hot"),
        # Small words.
        (r"at(?= \d+ (?:second|minute|hour) )", "a"),
        (
            r"(?:and|on|end)(?= (?:cup|(?:table|tea) ?spoon|ounce|gram|pound|quart|celsius)s?$)",
            "in",
        ),
        (r"(?<=\d )by(?= \d)", "times"),
        (r"(?<=set )in(?: the)?|(?<=said )in|(?<=sent )in", "an"),
        (r"(?<=hours )in|(?<=hour )in|(?<=minutes )in|(?<=minute )in", "and"),
        (r"(?:that|it|the|add)(?= \d)", "at"),
        (r"the(?= random )", "a"),
        (r"a couple of(?! (?:second|minute|hour|day|week|month|year)s)", "a cup of"),
        # Things.
        (r"(?:time (?:or|are|of|her|a)|timor|tie mer|dimer|climber|tamer)", "timer"),
        (r"(?<=set )(?:a|the|at) time(?= for )", "a timer"),
        (r"(?:a larm|arm|lamb|along|alarmed)", "alarm"),
        (r"shopping(?:less| less| lest| this|s list)|shop in list", "shopping list"),
        (r"(?:late|elite|leave|lead|leaf|lee) year", "leap year"),
        (r"half our", "half hour"),
        (r"(?:accord|a court|a cord|record)(?= )", "a quart"),
        (r"(?<=\w )way", "weigh"),
        (r"(?:pastor|passed a|posta|hosta|host a)(?= timer)", "pasta"),
        (r"(?:grants?|grands|grahams|graham)", "grams"),
        (r"(?:solstice|celsi us|sell shes|cells)", "celsius"),
        (r"(?<=a )point|going(?= toss)", "coin"),
        (r"(\d+)(?:th|nd|st)(?= (?:second|minute|hour))", r"\1"),
        (r"(\d+) ?(?:[tb]m|p|pian|pium|pin)", r"\1 pm"),
    )
)
"""What is heard -> what was said, each in any place of a request (normal form)."""
_UNIT_WORDS = frozenset(word for form in UNITS for word in form.split())


def corrected(request: str, vocabulary: frozenset[str]) -> Iterator[str]:
    """Other readings of a request (normal form), the likelier first. `vocabulary`: all words that
    requests are made of, apart from names and the like."""
    readings = list(_heard_right(request))
    yield from readings
    known = vocabulary | _UNIT_WORDS
    for reading in (request, *readings[-1:]):
        if (spelled := _spelled(reading, known)) is not None:
            yield spelled
    yield from _joined(request, known)


def _heard_right(request: str) -> Iterator[str]:
    """With one of the phrases that are mixed up put right, then with all of them."""
    everything, changes = request, 0
    for heard, said in _MISHEARD:
        reading = _tidy(heard.sub(said, request, count=1))
        if reading != request:
            changes += 1
            everything = _tidy(heard.sub(said, everything, count=1))
            yield reading
    if changes > 1:
        yield everything


def _spelled(request: str, known: frozenset[str]) -> str | None:
    """With every unknown word replaced; None if there is none such, or too many."""
    words, changed = request.split(), 0
    for at, word in enumerate(words):
        if len(word) >= SHORTEST and word.isalpha() and word not in known:
            near = _nearest(word, known, 1 if len(word) < LONG else 2)
            if near is not None:
                words[at] = near
                changed += 1
    return " ".join(words) if 0 < changed <= MOST else None


def _joined(request: str, known: frozenset[str]) -> Iterator[str]:
    """With two words that were a longer one: "over eating" -> "overheating"."""
    words = request.split()
    for at, (one, other) in enumerate(pairwise(words)):
        joined = one + other
        if len(joined) >= LONG and joined.isalpha() and not {one, other} <= known:
            near = joined if joined in known else _nearest(joined, known, 1)
            if near is not None:
                yield " ".join([*words[:at], near, *words[at + 2 :]])


@lru_cache(maxsize=256)
def _nearest(word: str, known: frozenset[str], reach: int) -> str | None:
    """The one word so many letters off, or fewer; None if there is none, or more than one."""
    near: dict[int, list[str]] = {}
    for each in known:
        if len(each) < SHORTEST or abs(len(each) - len(word)) > reach:
            continue
        distance = DamerauLevenshtein.distance(word, each, score_cutoff=reach)
        if distance <= reach:
            near.setdefault(distance, []).append(each)
    if not near:
        return None
    nearest = near[min(near)]
    return nearest[0] if len(nearest) == 1 else None


def _tidy(text: str) -> str:
    return " ".join(text.split())
