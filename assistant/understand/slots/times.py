"""Times of day: "7", "half past 6 in the evening", "noon"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    hour: int
    """0 to 23; while not `sure`, 1 to 12."""
    minute: int = 0
    sure: bool = True
    """False: 7 may be in the morning or in the evening."""

    def __str__(self) -> str:
        """ "07:30" or "19:30" if sure, on a clock of 24 hours; else "7:30". From 10 to 12 the two
        look alike, so this is for showing and storing, not for reading back."""
        hour = f"{self.hour:02d}" if self.sure else str(self.hour)
        return f"{hour}:{self.minute:02d}"

    def next_after(self, now: datetime, day: date | None = None) -> datetime:
        """The next moment after `now` (which has a time zone) at which the clock shows it.

        Not sure: whichever half of the day comes next. On a given `day` there is no next one, so
        that may lie in the past; today it is the next half of the day, as long as there is one, and
        on other days 5 to 11 are in the morning, 12 to 4 in the afternoon: nobody plans the night.
        """
        if day is None:
            tomorrow = now.date() + timedelta(days=1)
            moments = self._on(now.date(), now) + self._on(tomorrow, now)
        elif self.sure or day == now.date():
            moments = self._on(day, now)
        else:
            morning, afternoon = self._on(day, now)
            return afternoon if self.hour < 5 or self.hour == 12 else morning
        return next((each for each in moments if _instant(each) > _instant(now)), moments[-1])

    def _on(self, day: date, now: datetime) -> list[datetime]:
        """The moments of a day at which the clock may show it, in order: one if sure, else two."""
        hours = (self.hour,) if self.sure else (self.hour % 12, self.hour % 12 + 12)
        return [_at(day, hour, self.minute, now) for hour in hours]


def _instant(moment: datetime) -> datetime:
    """Comparable: two moments of one time zone are compared by their clocks alone."""
    return moment.astimezone(UTC)


def _at(day: date, hour: int, minute: int, now: datetime) -> datetime:
    """Local time in the zone of `now`. A time that the change of clocks leaves out is as much later
    as the clocks were put forward; of one that comes twice it is the first."""
    local = datetime.combine(day, clock(hour, minute), now.tzinfo)
    return local.astimezone(UTC).astimezone(now.tzinfo)


_MORNING = r"am|(?:in the|this) morning|morning"
_NIGHT = r"(?:at|this) night|tonight|night"
_LATER = r"pm|(?:in the|this) (?:afternoon|evening)|afternoon|evening"
_HALF = rf"(?P<am>{_MORNING})|(?P<pm>{_LATER})|(?P<night>{_NIGHT})"
_BEFORE = re.compile(rf"(?:{_HALF})(?: at| by| around)? (?=\w)")
_AFTER = re.compile(rf"(?<=\w) (?:{_HALF})$")
_TO = r"(?:to|of|til|till|until|before)"
_PAST = r"(?:past|after)"
_MINUTES = r"(?P<offset>\d{1,2}|(?:a )?quarter|half)(?: minutes?)?"
_HOUR = r"(?:(?:oh|o|0) )?(?P<hour>\d{1,2})"
_O_CLOCK = r"(?: o ?clock)?"
_CLOCKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_HOUR}{_O_CLOCK}",
        rf"{_HOUR}[:. ](?P<minute>[0-5]\d){_O_CLOCK}",
        rf"{_HOUR} (?:oh|o|0) (?P<minute>[1-9])",
        rf"{_HOUR}(?P<minute>[0-5]\d)(?: hours)?",
        rf"{_MINUTES} (?P<past>{_PAST}) {_HOUR}{_O_CLOCK}",
        rf"{_MINUTES} {_TO} {_HOUR}{_O_CLOCK}",
        r"(?P<offset>half) (?P<past>)(?P<hour>\d{1,2})",  # British: 7:30
    )
)
_NAMED = {"noon": 12, "midday": 12, "mid day": 12, "midnight": 0, "mid night": 0}
_AROUND = re.compile(r"^(?:(?:at|by|around|about|exactly) )+|(?: sharp| exactly| on the dot)$")


def time(words: str, now: datetime) -> TimeOfDay | None:
    """A time of day, sure only if its half of the day was said, or cannot be doubted (19:30)."""
    words, halves = _without_halves(words)
    if {"am", "pm"} <= halves:
        return None
    half = "am" if "am" in halves else "pm" if "pm" in halves else "".join(halves)
    named = _NAMED.get(words.removeprefix("12 "))
    if named is not None:
        return TimeOfDay(named)
    match = next((found for each in _CLOCKS if (found := each.fullmatch(words))), None)
    shown = _shown(match.groupdict()) if match else None
    return _sure(shown, half, leading_zero=words.startswith(("0", "o"))) if shown else None


def _without_halves(words: str) -> tuple[str, set[str]]:
    """The time alone, and the halves of the day that were said: "7 am in the morning" says two."""
    halves: set[str] = set()
    words = _AROUND.sub("", words)
    for _ in range(2):
        match = _BEFORE.match(words) or _AFTER.search(words)
        if match is None:
            break
        halves.add(str(match.lastgroup))
        words = _AROUND.sub("", (words[: match.start()] + words[match.end() :]).strip())
    return words, halves


def _shown(said: dict[str, str | None]) -> tuple[int, int] | None:
    """Hour and minute on the clock."""
    hour, minute = int(said["hour"] or 0), int(said.get("minute") or 0)
    offset = (said.get("offset") or "").removeprefix("a ")
    if offset:
        minutes = {"quarter": 15, "half": 30}.get(offset) or int(offset)
        if not 0 < minutes < 60 or not 0 < hour <= 12:
            return None
        if said.get("past") is None:
            if offset == "half":
                return None
            hour, minutes = (hour - 2) % 12 + 1, 60 - minutes
        minute = minutes
    return (hour, minute) if hour <= 23 else None


def _sure(shown: tuple[int, int], half: str, leading_zero: bool) -> TimeOfDay | None:
    hour, minute = shown
    if hour > 12 or hour == 0 or (leading_zero and not half):
        return TimeOfDay(hour, minute) if half != "am" or hour == 0 else None
    if not half:
        return TimeOfDay(hour, minute, sure=False)
    small = hour % 12
    # 12 at night is midnight, 3 at night is before dawn; 12 in the afternoon is noon.
    late = half == "pm" or (half == "night" and small > 5)
    return TimeOfDay(small + 12 * late, minute)


_PARTS_OF_DAY = {"morning": 9, "afternoon": 15, "evening": 18, "night": 20, "tonight": 20}
_PART = re.compile(
    r"(?:in the |this |at )?(?P<part>morning|afternoon|evening|night)|(?P<tonight>tonight)"
)


def part(words: str, now: datetime) -> TimeOfDay | None:
    """A part of the day where no time was said: "in the morning" is 9:00, "tonight" is 20:00."""
    match = _PART.fullmatch(words)
    return TimeOfDay(_PARTS_OF_DAY[match["part"] or "tonight"]) if match else None
