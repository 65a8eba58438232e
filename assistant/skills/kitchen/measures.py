"""Units of a kitchen and exact arithmetic in them. US customary: a cup is 8 US fluid ounces."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal["volume", "mass", "length"]

_TEASPOON_ML = Fraction("4.92892159375")  # 1/768 of the US gallon of 231 cubic inches
_POUND_G = Fraction("453.59237")
_INCH_MM = Fraction("25.4")

CELSIUS = "degree Celsius"
FAHRENHEIT = "degree Fahrenheit"
STICK = "stick"
"""Of butter: a quarter of a pound, sold as half a cup. The only unit of two kinds."""


@dataclass(frozen=True, slots=True)
class Unit:
    kind: Kind
    size: Fraction
    """In milliliters, grams or millimeters."""
    usual: str
    """Into which unit it is converted when none is named."""


UNITS: dict[str, Unit] = {
    "teaspoon": Unit("volume", _TEASPOON_ML, "milliliter"),
    "tablespoon": Unit("volume", 3 * _TEASPOON_ML, "milliliter"),
    "fluid ounce": Unit("volume", 6 * _TEASPOON_ML, "milliliter"),
    "cup": Unit("volume", 48 * _TEASPOON_ML, "milliliter"),
    "pint": Unit("volume", 96 * _TEASPOON_ML, "milliliter"),
    "quart": Unit("volume", 192 * _TEASPOON_ML, "liter"),
    "gallon": Unit("volume", 768 * _TEASPOON_ML, "liter"),
    "milliliter": Unit("volume", Fraction(1), "cup"),
    "centiliter": Unit("volume", Fraction(10), "cup"),
    "deciliter": Unit("volume", Fraction(100), "cup"),
    "liter": Unit("volume", Fraction(1000), "quart"),
    "milligram": Unit("mass", Fraction(1, 1000), "ounce"),
    "gram": Unit("mass", Fraction(1), "ounce"),
    "kilogram": Unit("mass", Fraction(1000), "pound"),
    "ounce": Unit("mass", _POUND_G / 16, "gram"),
    "pound": Unit("mass", _POUND_G, "gram"),
    STICK: Unit("mass", _POUND_G / 4, "gram"),
    "millimeter": Unit("length", Fraction(1), "inch"),
    "centimeter": Unit("length", Fraction(10), "inch"),
    "meter": Unit("length", Fraction(1000), "foot"),
    "inch": Unit("length", _INCH_MM, "centimeter"),
    "foot": Unit("length", 12 * _INCH_MM, "centimeter"),
    "yard": Unit("length", 36 * _INCH_MM, "meter"),
}
STICK_VOLUME = Unit("volume", 24 * _TEASPOON_ML, "tablespoon")

CUP_ML = UNITS["cup"].size


def converted(
    amount: Fraction, unit: Unit, to: Unit, cup_g: Fraction | None = None
) -> Fraction | None:
    """So much of `unit`, in `to`; `cup_g` is the weight of a cup of it in grams, which only
    volume against mass needs. None: there is no such conversion."""
    size = amount * unit.size
    if unit.kind == to.kind:
        return size / to.size
    if cup_g is None or "length" in (unit.kind, to.kind):
        return None
    density = cup_g / CUP_ML  # grams in a milliliter
    return (size * density if unit.kind == "volume" else size / density) / to.size


def temperature(degrees: Fraction, unit: str) -> Fraction:
    """Fahrenheit of Celsius, and Celsius of Fahrenheit."""
    if unit == CELSIUS:
        return degrees * 9 / 5 + 32
    return (degrees - 32) * 5 / 9


GAS_MARKS: dict[Fraction, tuple[int, int]] = {
    Fraction(mark): degrees
    for mark, degrees in {
        "1/4": (225, 110),
        "1/2": (250, 120),
        "1": (275, 140),
        "2": (300, 150),
        "3": (325, 160),
        "4": (350, 180),
        "5": (375, 190),
        "6": (400, 200),
        "7": (425, 220),
        "8": (450, 230),
        "9": (475, 240),
    }.items()
}
"""Mark of a British gas oven -> °F and °C, as cookbooks round them."""
