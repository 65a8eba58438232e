"""Words of which a blank holds at least one, where its parser asks for something of the kind: a
filter, so that most templates need not be tried. It must let pass all that the parsers take."""

_NUMBER = r"\S*\d\S*|an?|half|quarters?|third|thirds|couple|dozen|one"
_CLOCK = (
    r"\S*\d\S*|noon|midday|midnight|half|quarter|mornings?|afternoons?|evenings?|nights?|tonight"
    r"|lunch\w*|dinner\w*|breakfast\w*|bed\w*"
)
_DAY = (
    r"\S*day\S*|\S*week\S*|\S*month\S*|\S*year\S*|tonight|tomorrow\S*|\S*\d(?:st|nd|rd|th)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)\w*|\d+/\d+|christmas|eve|easter"
    r"|halloween|thanksgiving|this|first|second|third|\w+th"
)
_LENGTH = r"\S*(?:h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)|\S*\d:\d\S*"
MARKS: dict[str, str] = {
    "amount": _NUMBER,
    "day": _DAY,
    "days": r"\S*day\S*|\S*week\S*|daily|every|each|nightly|mornings?|evenings?|nights?|all",
    "duration": _LENGTH,
    "minutes": r"\d+",
    "number": _NUMBER,
    "percent": r"\S*\d\S*|half|full|max\w*|min\w*|quarter|an?",
    "span": _LENGTH,
    "time": _CLOCK,
}
"""Name of a parser -> regular expression for such words; others take any."""
