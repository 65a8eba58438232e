"""Days as people name them: "christmas", "july 4th", "next friday", "2 weeks from tomorrow"."""

from datetime import datetime

from assistant.understand.calendar import has_date, next_day


def occasion(words: str, now: datetime) -> str | None:
    """The words themselves, because the reply repeats the name; None if they name no day."""
    return words if len(words) <= 60 and next_day(words, now.date()) else None


def relative(words: str, now: datetime) -> str | None:
    """Only days named by their distance from another: "tomorrow", "friday", "in 3 days"."""
    return None if has_date(words) else occasion(words, now)
