"""Slots: what a blank in a sentence template may hold, one kind a file.

A parser takes the words that stand in the blank (normal form, see `normal.py`) and the local time;
None: these words are no such thing, so the template does not fit.
"""

from collections.abc import Callable
from datetime import datetime

from assistant.understand.slots.amounts import amount
from assistant.understand.slots.days import day, no_day
from assistant.understand.slots.durations import duration, long, minutes, span
from assistant.understand.slots.expressions import expression, figure
from assistant.understand.slots.items import items, list_name
from assistant.understand.slots.names import dish, ingredient, name, noun, purpose
from assistant.understand.slots.numbers import degrees, number, percent, step
from assistant.understand.slots.occasions import occasion, relative
from assistant.understand.slots.places import city, place
from assistant.understand.slots.texts import text
from assistant.understand.slots.things import device, thing
from assistant.understand.slots.times import part, time
from assistant.understand.slots.unit_names import unit
from assistant.understand.slots.weekdays import days, rhythm
from assistant.understand.slots.years import year

Parser = Callable[[str, datetime], object | None]

SLOTS: dict[str, Parser] = {
    "amount": amount,
    "city": city,
    "day": day,
    "days": days,
    "degrees": degrees,
    "device": device,
    "dish": dish,
    "duration": duration,
    "expression": expression,
    "figure": figure,
    "food": noun,
    "ingredient": ingredient,
    "items": items,
    "list": list_name,
    "long": long,
    "minutes": minutes,
    "name": name,
    "no_day": no_day,
    "number": number,
    "occasion": occasion,
    "part": part,
    "percent": percent,
    "place": place,
    "purpose": purpose,
    "relative": relative,
    "rhythm": rhythm,
    "span": span,
    "step": step,
    "text": text,
    "thing": thing,
    "time": time,
    "unit": unit,
    "year": year,
}
"""Name of the blank in templates, which is also the field of the intent -> its parser."""
