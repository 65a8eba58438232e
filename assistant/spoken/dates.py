"""Dates and years: "Nov 21" -> "November twenty-first", "in 1999" -> "in nineteen ninety-nine"."""

import re

from assistant.spoken.words import ordinal, year

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_MONTH = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?\b(?![:/.]\d|%)"
_YEAR = r"(?:,? (\d{4})\b(?![:.,]\d))?"

_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d\d)-(\d\d)(?![\d-])(?:T(?=\d))?")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?![\d/])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.]\d)")
_MONTH_DAY = re.compile(rf"\b{_MONTH} {_DAY}(?: ?- ?{_DAY})?{_YEAR}")
_DAY_MONTH = re.compile(rf"\b(?:[Tt]he )?(?<![:./-]){_DAY} (?:of )?{_MONTH}{_YEAR}")
_MONTH_YEAR = re.compile(rf"\b{_MONTH},? (\d{{4}})\b(?![:.,]\d)")

_DECADE = re.compile(r"(?<![\d$.,'])(1[1-9]\d0|20\d0)'?s\b")
_SHORT_DECADE = re.compile(
    r"(?:(?<=\bthe )|(?<=\bhis )|(?<=\bher )|(?<=\btheir )|(?='))'?([2-9]0)s\b"
)

_CENTURIES = r"(1[1-9]\d\d|20\d\d)(?![.,:/]?\d)"
_AFTER_YEAR = (
    r"(?=$|[.,;:!?)\"'-]| (?:a|after|an|and|as|at|because|before|but|by|for|he|i|I|in|is|it|or|she|"
    r"the|they|through|till|to|until|was|we|were|when|while|with|you)\b)"
)
_YEARS = (
    re.compile(rf"\b(?:[Yy]ear|[Ss]ince|[Cc]irca|[Dd]uring|A\.?D\.?) {_CENTURIES}\b"),
    re.compile(rf"\b(?:[Ii]n|[Bb]y|[Uu]ntil|[Tt]ill|[Ff]rom|[Bb]efore|[Aa]fter|[Oo]f) {_CENTURIES}"
               rf"{_AFTER_YEAR}"),
    re.compile(rf"(?<=\(){_CENTURIES}(?=\))"),
    re.compile(rf"(?<![\d$.,]){_CENTURIES}(?= (?:AD|BC|BCE|CE)\b)"),
)  # fmt: skip
_YEAR_SPAN = re.compile(rf"(?<![\d$.,]){_CENTURIES} ?(?:-|to) ?{_CENTURIES}")


def spoken(text: str) -> str:
    """Dates in any usual notation, and decades. All-digit dates with slashes are read month first
    unless that is impossible. What is no date (month 13, day 32) is left as it is."""
    text = _ISO.sub(lambda m: _date(m, m[1], m[2], m[3]), text)
    text = _SLASHED.sub(_slashed, text)
    text = _DOTTED.sub(lambda m: _date(m, m[3], m[2], m[1]), text)
    text = _DAY_MONTH.sub(_day_month, text)
    text = _MONTH_DAY.sub(_month_day, text)
    text = _MONTH_YEAR.sub(lambda m: f"{_month(m[1])} {year(int(m[2]))}", text)
    text = _DECADE.sub(lambda m: _plural(year(int(m[1]))), text)
    return _SHORT_DECADE.sub(lambda m: _plural(year(1900 + int(m[1])).split()[1]), text)


def years(text: str) -> str:
    """Four digits that are clearly a year, by the word before, brackets, an era, or a span."""
    text = _YEAR_SPAN.sub(lambda m: f"{year(int(m[1]))} to {year(int(m[2]))}", text)
    for pattern in _YEARS:
        text = pattern.sub(lambda m: m[0].replace(m[1], year(int(m[1]))), text)
    return text


def _month(name: str) -> str:
    return next(month for month in _MONTHS if month.startswith(name[:3]))


def _date(match: re.Match[str], y: str, month: str, day: str) -> str:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return match[0]
    return f"{_MONTHS[int(month) - 1]} {ordinal(int(day))}, {year(int(y))} ".rstrip() + (
        " " if match[0].endswith("T") else ""
    )


def _slashed(match: re.Match[str]) -> str:
    month, day = (match[1], match[2]) if int(match[1]) <= 12 else (match[2], match[1])
    return _date(match, match[3] if len(match[3]) == 4 else "20" + match[3], month, day)


def _day_month(match: re.Match[str]) -> str:
    day, month, y = match.groups()
    if not 1 <= int(day) <= 31:
        return match[0]
    return f"the {ordinal(int(day))} of {_month(month)}" + (f", {year(int(y))}" if y else "")


def _month_day(match: re.Match[str]) -> str:
    month, day, last, y = match.groups()
    if not (1 <= int(day) <= 31 and 1 <= int(last or 1) <= 31):
        return match[0]
    days = ordinal(int(day)) + (f" to {ordinal(int(last))}" if last else "")
    return f"{_month(month)} {days}" + (f", {year(int(y))}" if y else "")


def _plural(words: str) -> str:
    return words[:-1] + "ies" if words.endswith("y") else words + "s"
