"""Times of day: "10:30" -> "ten thirty", "7 p.m." -> "seven PM", "15:05" -> "fifteen oh five"."""

import re

from assistant.spoken.words import cardinal

_HALF = r"([AaPp])\.?[Mm]\b(\.?)"
_TIME = re.compile(rf"(?<![\d:.,])(\d{{1,2}}):(\d\d)(?::(\d\d))?(?![\d:])(?: ?{_HALF})?")
_HOUR = re.compile(rf"(?<![\d:.,$])(\d{{1,2}}) ?{_HALF}")
_SPAN = re.compile(
    r"(?<![\d:.,$])(\d{1,2}(?::\d\d)?)( ?[AaPp]\.?[Mm]\.?)? ?- ?"
    r"(?=\d{1,2}:\d\d(?!\d)|\d{1,2} ?[AaPp]\.?[Mm]\b)"
)


def spoken(text: str) -> str:
    """Times of day, with or without AM and PM; what cannot be one (25:00) is left as it is."""
    text = _SPAN.sub(r"\1\2 to ", text)
    return _HOUR.sub(_hour, _TIME.sub(_time, text))


def _time(match: re.Match[str]) -> str:
    hour, minute, second = int(match[1]), int(match[2]), match[3]
    if hour > 24 or minute > 59:
        return match[0]
    half = _half(match, 4)
    words = cardinal(hour)
    if minute:
        words += " " + ("oh " if minute < 10 else "") + cardinal(minute)
    elif not half:
        words += " o'clock" if 1 <= hour <= 12 else " hundred"
    if second and int(second):
        words += f" and {cardinal(int(second))} second" + ("" if int(second) == 1 else "s")
    return words + half


def _hour(match: re.Match[str]) -> str:
    return cardinal(int(match[1])) + _half(match, 2)


def _half(match: re.Match[str], group: int) -> str:
    """ " AM", with the full stop that ended the sentence as well as the abbreviation."""
    if not match[group]:
        return ""
    ends = bool(match[group + 1]) and match.end() == len(match.string)
    return f" {match[group].upper()}M" + ("." if ends else "")
