"""Units of the kitchen: "tbsp", "tablespoons" -> "tablespoon"."""

from datetime import datetime

_FORMS = {
    "cup": "cups",
    "tablespoon": "tablespoons table_spoon table_spoons tbsp tbsps tbs",
    "teaspoon": "teaspoons tea_spoon tea_spoons tsp tsps",
    "fluid ounce": "fluid_ounces fl_oz floz fluid_oz liquid_ounce liquid_ounces",
    "ounce": "ounces oz",
    "pound": "pounds lb lbs",
    "gram": "grams gramme grammes g gr",
    "kilogram": "kilograms kilogramme kilogrammes kilo kilos kg kgs",
    "milligram": "milligrams mg",
    "milliliter": "milliliters millilitre millilitres ml mls",
    "centiliter": "centiliters centilitre centilitres cl",
    "deciliter": "deciliters decilitre decilitres dl",
    "liter": "liters litre litres l",
    "pint": "pints pt pts",
    "quart": "quarts qt qts",
    "gallon": "gallons gal gals",
    "stick": "sticks",
    "pinch": "pinches",
    "dash": "dashes",
    "degree Celsius": "celsius centigrade c degrees_celsius degree_celsius degrees_centigrade "
    "degree_centigrade degrees_c degree_c",
    "degree Fahrenheit": "fahrenheit f degrees_fahrenheit degree_fahrenheit degrees_f degree_f",
    "inch": "inches",
    "foot": "feet ft",
    "yard": "yards yd yds",
    "mile": "miles mi",
    "millimeter": "millimeters millimetre millimetres mm",
    "centimeter": "centimeters centimetre centimetres cm",
    "meter": "meters metre metres",
    "kilometer": "kilometers kilometre kilometres km",
    "calorie": "calories cal kcal kilocalorie kilocalories",
    "kilojoule": "kilojoules kj",
}
UNITS = {
    form.replace("_", " "): unit
    for unit, forms in _FORMS.items()
    for form in ([] if unit.startswith("degree") else [unit.replace(" ", "_")]) + forms.split()
}
"""As it is said or written, in the normal form -> name in the singular."""


def unit(words: str, now: datetime) -> str | None:
    return UNITS.get(words.removesuffix(" of"))
