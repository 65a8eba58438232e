"""Cities and countries: "new york", "the uk"; also such that no time zone is known of."""

import re
from datetime import datetime

from assistant.understand.cities import zone

_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,3}")
_NO_PLACE = re.compile(
    r"\b(?:a|an|my|your|our|this|that|half|hours?|minutes?|seconds?|days?|weeks?|months?|years?"
    r"|morning|evening|afternoon|general|total|and|is|it)\b|^(?:the|here)\b"
)


def place(words: str, now: datetime) -> str | None:
    """A place, in lower case. One that is not known is a place too if it may be a name: that its
    time is unknown is a better answer than a guess; "the oven" is none."""
    if zone(words):
        return words
    return words if _NAME.fullmatch(words) and not _NO_PLACE.search(words) else None


def city(words: str, now: datetime) -> str | None:
    """A place whose time zone is known."""
    return words if zone(words) else None
