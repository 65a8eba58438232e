"""How replies word what skills speak of, as it is displayed; `spoken` words it for speech. What
these functions write, read aloud, the parsers of `understand/slots` understand again."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from math import ceil

_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_IRREGULAR = {"foot": "feet", "half": "halves", "loaf": "loaves"}
_LABEL = 60
"""Characters of a name or an item that are said: nobody listens to more."""


def plural(number: int, noun: str) -> str:
    """ "1 timer", "2 timers", "1,200 degrees Celsius"."""
    return f"{number:,} {noun if number == 1 else many(noun)}"


def many(noun: str) -> str:
    """The plural of a noun; of "degree Celsius" the first word is counted, else the last."""
    if noun.startswith("degree "):
        return noun.replace("degree", "degrees", 1)
    head, last = noun[: noun.rfind(" ") + 1], noun[noun.rfind(" ") + 1 :]
    if last in _IRREGULAR:
        return head + _IRREGULAR[last]
    if last.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def listing(words: Sequence[str]) -> str:
    """ "milk", "milk and eggs", "milk, eggs, and bread": all of them, however many."""
    if len(words) <= 2:
        return " and ".join(words)
    return ", ".join(words[:-1]) + f", and {words[-1]}"


def duration_text(seconds: float) -> str:
    """Exactly, to the second: "1 hour 30 minutes", "1 minute 30 seconds"."""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    parts = ((hours, "hour"), (minute, "minute"), (second, "second"))
    return " ".join(plural(n, unit) for n, unit in parts if n) or "0 seconds"


def about_text(seconds: float) -> str:
    """What is left of a time, as closely as it is of use: beyond 10 minutes to the minute, beyond
    2 hours to 5 minutes. The last second counts as a whole one, as on a kitchen timer."""
    if seconds > 2 * 3600:
        return duration_text(300 * round(seconds / 300))
    if seconds > 600:
        return duration_text(60 * round(seconds / 60))
    return duration_text(ceil(seconds))


def time_text(moment: datetime) -> str:
    """ "7:30 AM", "12:00 PM"."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def day_text(day: date, today: date) -> str:
    """ "today", "tomorrow", "Friday" within a week, "Friday, December 4", with the year if that day
    comes again before."""
    ahead = (day - today).days
    if near := {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(ahead):
        return near
    if 0 < ahead < 7:
        return _WEEKDAYS[day.weekday()]
    year = "" if 0 < ahead < 365 else f", {day.year}"
    return f"{day:%A, %B} {day.day}{year}"


def when_text(moment: datetime, now: datetime) -> str:
    """ "at 7:30 AM" today, "tomorrow at 7:30 AM", "on Friday at 7:30 AM"."""
    day = day_text(moment.date(), now.date())
    at = f"at {time_text(moment)}"
    if day == "today":
        return at
    return f"{day} {at}" if day in ("tomorrow", "yesterday") else f"on {day} {at}"


def days_text(days: Sequence[int]) -> str:
    """Monday is 0: "every day", "on weekdays", "on weekends", "every Monday and Thursday"; empty:
    "once"."""
    known = {(): "once", (0, 1, 2, 3, 4, 5, 6): "every day", (0, 1, 2, 3, 4): "on weekdays"}
    known[5, 6] = "on weekends"
    ordered = tuple(sorted(set(days)))
    return known.get(ordered) or "every " + listing([_WEEKDAYS[each] for each in ordered])


def amount_text(amount: Fraction) -> str:
    """As a cook measures: "1 1/2", "2/3" where that is within 2 percent, below 10; else 3 digits
    that count: "237", "0.05", "12.5"."""
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    if size < 10:
        close = min(_kitchen(size), key=lambda each: abs(each - size))
        if abs(close - size) * 50 <= size:
            return sign + _mixed(close)
    if size >= 100:
        return f"{sign}{round(size):,}"
    digits = f"{float(size):.3g}"
    return sign + (f"{float(size):.6f}".rstrip("0").rstrip(".") if "e" in digits else digits)


def measure_text(amount: Fraction, unit: str) -> str:
    """ "1/2 cup", "1 1/2 cups", "237 milliliters", "350 degrees Fahrenheit"."""
    text = amount_text(amount)
    one = text == "1" or ("/" in text and " " not in text)
    return f"{text} {unit if one else many(unit)}"


def label(text: str) -> str:
    """What a person or another device calls something, fit to be said and shown: letters, digits
    and what stands inside words, at most 60 characters. No markup, address or quote survives."""
    text = _ADDRESS.sub(" ", unicodedata.normalize("NFC", text[:1000])).replace("’", "'")
    kept = "".join(each if _harmless(each) else " " for each in text)
    words = " ".join(_LOOSE.sub(" ", kept).split())
    if len(words) <= _LABEL:
        return words
    return words[: _LABEL + 1].rsplit(" ", 1)[0][:_LABEL]


_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z+.-]{0,20}://\S*|\bwww\.\S*")
_LOOSE = re.compile(r"(?<![^\W_])['-]|['-](?![^\W_])|(?<!\d)[.,/]|[.,/](?!\d)")
"""Signs that are at home in "mom's", "low-fat", "1.5" and "1/2", where they stand elsewhere."""


def _harmless(char: str) -> bool:
    return char in "'-.,/%" or unicodedata.category(char)[0] in "LMN"


def _kitchen(size: Fraction) -> list[Fraction]:
    """The fractions that measuring cups and spoons have, nearest to an amount on either side."""
    return [Fraction(round(size * parts), parts) for parts in (1, 2, 3, 4, 8)]


def _mixed(amount: Fraction) -> str:
    whole, rest = divmod(amount.numerator, amount.denominator)
    part = f"{rest}/{amount.denominator}" if rest else ""
    return " ".join(filter(None, (str(whole) if whole or not part else "", part)))
