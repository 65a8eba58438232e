"""Free text: of what to remind."""

import re
from collections.abc import Sequence
from datetime import datetime

from assistant.understand.slots.durations import duration
from assistant.understand.slots.names import dated_at_edge
from assistant.understand.slots.weekdays import days, rhythm_in

LONGEST = 120
"""Characters; a reminder is read aloud."""

_LEADS = re.compile(
    r"^(?:(?:to|that|about|of) )*(?:(?:i|we) (?:should|must|need to|have to|had to|ought to"
    r"|wanted to|want to|am supposed to|still have to|still need to) )?(?:(?:to|that|about|of) )*"
)
_ASKED = re.compile(r"^(?:who|whom|whose|what|when|where|why|how|which|whether|if)\b")
"""A text that begins like this is a question to be answered now."""
_WHEN = re.compile(
    r" (?:at|in|by|every|each)$|(?<! is)(?<! are)(?<! was)(?<! turn)(?<! put) on$"
    r"|(?: at| by)(?: half past| (?:\d\d? |a )?(?:quarter )?(?:past|to))? \d{1,2}(?:[: ]\d\d)?"
    r"(?: o clock)?(?: [ap]m)?$"
)
"""A text that ends like this has swallowed some of when to remind of it."""


def text(words: str, now: datetime) -> str | None:
    """Of what to remind: "to call mom" -> "call mom"."""
    bare = _LEADS.sub("", words)
    if bare in _EMPTY or len(bare) > LONGEST or _WHEN.search(bare) or _ASKED.match(bare):
        return None
    if dated_at_edge(bare) or rhythm_in(bare) or _TAKEN_BACK.search(bare):
        return None
    parts = bare.split()
    ends = (" ".join(parts[-size:]) for size in (1, 2, 3, 4, 5))
    if any(days(end, now) for end in ends) or _ends_in_duration(parts, now):
        return None
    return bare


def _ends_in_duration(parts: Sequence[str], now: datetime) -> bool:
    """ "the oven is on in 10 minutes" """
    starts = (at + 1 for at, word in enumerate(parts) if word in ("in", "after"))
    return any(duration(" ".join(parts[start:]), now) is not None for start in starts)


_TAKEN_BACK = re.compile(r"\b(?:never mind|forget (?:it|that)|(?:cancel|scratch) that|no wait)\b")
_EMPTY = frozenset(("", "to", "that", "about", "of", "it", "this", "me", "something", "a", "the"))
