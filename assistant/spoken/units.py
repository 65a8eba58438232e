"""Units of measurement: their symbols and how they are called (US spelling)."""

# Case matters where both cases are in use. No "in" for inches: it is nearly always the word.
_SYMBOLS: dict[str, tuple[str, ...]] = {
    "percent": ("%",),
    "degree": ("°", "deg"),
    "degree Celsius": ("°C", "° C"),
    "degree Fahrenheit": ("°F", "° F"),
    "milligram": ("mg",),
    "gram": ("g", "gr"),
    "kilogram": ("kg", "Kg", "KG"),
    "milliliter": ("ml", "mL", "ML"),
    "centiliter": ("cl", "cL"),
    "deciliter": ("dl", "dL"),
    "liter": ("l", "L"),
    "fluid ounce": ("fl oz", "fl. oz"),
    "ounce": ("oz", "Oz"),
    "pound": ("lb", "lbs", "Lb", "Lbs"),
    "teaspoon": ("tsp", "tsps", "Tsp"),
    "tablespoon": ("tbsp", "tbsps", "Tbsp", "tbs"),
    "pint": ("pt", "pts"),
    "quart": ("qt", "qts"),
    "gallon": ("gal", "gals"),
    "piece": ("pc", "pcs"),
    "package": ("pkg", "pkgs"),
    "millimeter": ("mm",),
    "centimeter": ("cm",),
    "meter": ("m",),
    "kilometer": ("km",),
    "foot": ("ft",),
    "yard": ("yd", "yds"),
    "mile": ("mi",),
    "mile per hour": ("mph",),
    "kilometer per hour": ("kph", "kmh"),
    "millisecond": ("ms",),
    "second": ("s", "sec", "secs"),
    "minute": ("min", "mins"),
    "hour": ("h", "hr", "hrs"),
    "calorie": ("cal", "cals"),
    "kilocalorie": ("kcal", "kcals"),
    "kilojoule": ("kJ", "kj"),
    "watt": ("W",),
    "kilowatt": ("kW",),
    "kilowatt hour": ("kWh",),
    "volt": ("V",),
    "hertz": ("Hz",),
    "kilohertz": ("kHz",),
    "megahertz": ("MHz",),
    "gigahertz": ("GHz",),
    "kilobyte": ("kB", "KB"),
    "megabyte": ("MB",),
    "gigabyte": ("GB",),
    "terabyte": ("TB",),
    "decibel": ("dB",),
}

# Written out already, but "1/2 cup" must still become "half a cup".
_NOUNS = (
    "cup teaspoon tablespoon pound ounce pint quart gallon liter litre gram kilogram kilo "
    "milliliter millilitre inch foot yard mile meter metre centimeter centimetre hour minute "
    "second day week month year stick".split()
)

_IRREGULAR = {"foot": "feet", "inch": "inches"}


def plural(unit: str) -> str:
    """ "degree Celsius" -> "degrees Celsius"; the counted noun is the first word, but for the fluid
    ounce and the kilowatt hour."""
    if unit.endswith(("percent", "hertz")):
        return unit
    if unit in ("fluid ounce", "kilowatt hour"):
        return unit + "s"
    counted, *rest = unit.split(" ", 1)
    return " ".join([_IRREGULAR.get(counted, counted + "s"), *rest])


UNITS: dict[str, str] = {
    symbol: unit for unit, symbols in _SYMBOLS.items() for symbol in symbols
} | {form: noun for noun in _NOUNS for form in (noun, plural(noun))}
"""Symbol or spelled-out form -> name of the unit in the singular."""

SHORT: dict[str, str] = {
    symbol: unit
    for unit, symbols in _SYMBOLS.items()
    for symbol in symbols
    if len(symbol) > 1 and symbol.isalpha() and symbol not in ("deg", "min", "ms", "sec", "cal")
}
"""Symbols that cannot be mistaken for a word when they stand alone, as in "a tsp of salt"."""
