"""Years: "2028", also as they are said: "20 28"."""

import re
from datetime import datetime

_NEAR = {"last year": -1, "this year": 0, "next year": 1}
_YEAR = re.compile(r"(?:the year )?([1-9]\d{3}|[12]\d \d\d)")


def year(words: str, now: datetime) -> int | None:
    """A year of four digits; "this year"."""
    if words in _NEAR:
        return now.year + _NEAR[words]
    match = _YEAR.fullmatch(words)
    return int(match[1].replace(" ", "")) if match else None
