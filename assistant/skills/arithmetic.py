"""Sums: "what's 15% of 80", "seven times eight", "how much is three quarters of 200"."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from assistant.skills.calculator import NotASumError, Value, value
from assistant.skills.powers import TOO_LARGE, NoValueError
from assistant.skills.request import normal
from assistant.skills.skill import Reply

_ASKED = re.compile(
    r"(?:(?:what|how much|how many) (?:is|are|does|do|would)|calculate|compute|work out|solve"
    r"|figure out|evaluate|what|how much) (.+)"
)
_TAIL = re.compile(r" (?:equals?|makes?|is|be|gives?|comes? to)(?: what| how much)?$")
_CURRENCY = re.compile(r" (dollar|euro|pound|cent|buck)s?$")

_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth".split()
_REWORDED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:the )?sum of (.+) and (.+)"), r"(\1) plus (\2)"),
    (re.compile(r"(?:the )?product of (.+) and (.+)"), r"(\1) times (\2)"),
    (re.compile(r"(?:the )?difference (?:between|of) (.+) and (.+)"), r"(\1) minus (\2)"),
    (re.compile(r"add (.+) (?:and|to|plus) (.+)"), r"(\1) plus (\2)"),
    (re.compile(r"subtract (.+) from (.+)"), r"(\2) minus (\1)"),
    (re.compile(r"multiply (.+) (?:by|and|with|times) (.+)"), r"(\1) times (\2)"),
    (re.compile(r"divide (.+) by (.+)"), r"(\1) divided by (\2)"),
    (re.compile(r"(.+) added to (.+)"), r"(\1) plus (\2)"),
    (re.compile(r"(.+) (?:subtracted|taken) from (.+)"), r"(\2) minus (\1)"),
    (re.compile(r"(?:the )?square of (.+)"), r"(\1) squared"),
    (re.compile(r"(.+) to the (\d+)(?:st|nd|rd|th)(?: power)?"), r"\1 to the power of \2"),
    *(
        (re.compile(rf"(.+) to the {ordinal}(?: power)?"), rf"\1 to the power of {power}")
        for power, ordinal in enumerate(_ORDINALS, start=2)
    ),
)
_NUMBER = r"(\d+(?:\.\d+)?)"
_PERCENTAGES = (
    re.compile(rf"(?:what|which) percent(?:age)? of (?P<whole>{_NUMBER}) is (?P<part>{_NUMBER})"),
    re.compile(rf"(?:what|which) percent(?:age)? is (?P<part>{_NUMBER}) of (?P<whole>{_NUMBER})"),
    re.compile(rf"(?P<part>{_NUMBER}) is what percent(?:age)? of (?P<whole>{_NUMBER})"),
)

_LONGEST_ECHO = 60
"""Characters of a sum that is repeated in the answer, so that a misheard number is noticed."""

_MOST_DIGITS = 15
"""Of the whole part of an answer."""


class Arithmetic:
    """Answers sums of whole numbers, decimals, fractions and percentages."""

    def answer(self, text: str, now: datetime) -> Reply | None:
        request = normal(text)
        try:
            return Reply(_percentage(request) or _sum(request))
        except NotASumError:
            return None
        except NoValueError as reason:
            return Reply(str(reason))


def _percentage(request: str) -> str | None:
    """ "what percent of 80 is 20" -> "20 is 25 percent of 80."."""
    for pattern in _PERCENTAGES:
        if match := pattern.fullmatch(request):
            part, whole = match["part"], match["whole"]
            share = value(f"{part} divided by {whole} times 100")
            return f"{part} is {written(share)} percent of {whole}."
    return None


def _sum(request: str) -> str:
    asked = _ASKED.fullmatch(request)
    words = _TAIL.sub("", asked[1] if asked else request)
    currency = _CURRENCY.search(words)
    bare = expression = words[: currency.start()] if currency else words
    for pattern, infix in _REWORDED:
        if match := pattern.fullmatch(expression):
            expression = match.expand(infix)
            break
    result = value(expression)
    answer = written(result)
    if currency:
        answer += f" {currency[1]}" + ("" if result.number == 1 else "s")
    if bare != expression or "(" in words or len(words) > _LONGEST_ECHO:
        return f"That's {answer}."
    return f"{words[0].upper()}{words[1:]} is {answer}."


def written(result: Value) -> str:
    """ "1,250", "2.5", "3/8", "about 3.333". Raises NoValueError if it is too large."""
    number = result.number
    if abs(number) >= 10**_MOST_DIGITS:
        raise NoValueError(TOO_LARGE)
    if result.exact and number.denominator == 1:
        return f"{number.numerator:,}"
    if result.exact and result.parts and number.denominator <= 16:
        return _in_parts(number)
    places = 3 if abs(number) >= 1 else 4
    while places < 9 and 0 < abs(number) < Fraction(1, 10 ** (places - 2)):
        places += 1
    rounded = _rounded(number, places)
    about = "" if result.exact and Fraction(rounded) == number else "about "
    return f"{about}{rounded.normalize():,f}"


def _in_parts(number: Fraction) -> str:
    sign = "-" if number < 0 else ""
    whole, part = divmod(abs(number), 1)
    return sign + (f"{whole} {part}" if whole else f"{part}")


def _rounded(number: Fraction, places: int) -> Decimal:
    scaled = number * 10**places
    whole = (abs(scaled) + Fraction(1, 2)).__floor__() * (1 if scaled > 0 else -1)
    return Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
