"""Web addresses, abbreviations and symbols that are neither numbers nor words."""

import re

_URL = re.compile(r"\bhttps?://(?:www\.)?([^\s/?#]{1,200})(?:[/?#]\S*)?", re.IGNORECASE)
_WWW = re.compile(r"\bwww\.((?:[\w-]{1,63}\.){1,4}\w{2,10})(?:[/?#]\S*)?", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,4}\w{2,10})")
_DOMAIN = re.compile(r"(?<![\w.-])((?:[\w-]{1,63}\.){1,4}(?:com|org|net|io|gov|edu|uk))\b")

_ABBREVIATIONS = {
    "Dr": "Doctor",
    "Mr": "Mister",
    "Mrs": "Missus",
    "Prof": "Professor",
    "St": "Saint",
    "Mt": "Mount",
    "Jr": "Junior",
    "Sr": "Senior",
    "approx": "approximately",
    "appr": "approximately",
    "ca": "about",
    "etc": "et cetera",
    "vs": "versus",
    "incl": "including",
    "excl": "excluding",
    "max": "maximum",
    "temp": "temperature",
    "est": "estimated",
}
_SHORTENED = re.compile(
    rf"\b({'|'.join(_ABBREVIATIONS)}|{'|'.join(k.title() for k in _ABBREVIATIONS if k.islower())})"
    r"\.(?=(.?)(.?))"
)
_DOTTED = (
    (re.compile(r"\b[Ee]\.\s?g\.,?"), "for example,"),
    (re.compile(r"\b[Ii]\.\s?e\.,?"), "that is,"),
    (re.compile(r"\ba\.k\.a\.", re.IGNORECASE), "also known as"),
    (re.compile(r"\bNos?\. ?(?=\d)"), "number "),
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\bw/(?=\s|\w)"), "with "),
    (re.compile(r"\bvs\b"), "versus"),
)

_OPERATORS = (
    (re.compile(r"(?<=\d) [-] (?=[\d.])"), " minus "),
    (re.compile(r"(?<![\w)\]])-(?=\.?\d)"), " minus "),
    (re.compile(r"(?<=\d) ?[/÷] ?(?=\d)"), " divided by "),
    (re.compile(r"(?<=\d)[xX]\b"), " times"),
    (re.compile(r"(?<=\d) ?\* ?(?=\d)"), " times "),
    (re.compile(r"#(?=\d)"), " number "),
    (re.compile(r"(?<=\b[A-G])#"), " sharp"),
    (re.compile(r"~(?=[$£€]?\.?\d)"), " about "),
    (re.compile(r"(?<=\w) ?/ ?or\b"), " or"),
    (re.compile(r"(?<=[^\W\d])/(?=[^\W\d])"), " or "),
    (re.compile(r"\band or\b"), "and or"),
)
_SYMBOLS = str.maketrans(
    {
        "&": " and ",
        "+": " plus ",
        "=": " equals ",
        "×": " times ",
        "÷": " divided by ",
        "±": " plus or minus ",
        "<": " less than ",
        ">": " greater than ",
        "≤": " at most ",
        "≥": " at least ",
        "≠": " is not ",
        "≈": " about ",
        "√": " the square root of ",
        "^": " to the power of ",
        "π": " pi ",
        "∞": " infinity ",
        "%": " percent ",
        "°": " degrees ",
        "@": " at ",
        "$": " dollars ",
        "£": " pounds ",
        "€": " euros ",
        "—": ", ",
        "|": ", ",
        **dict.fromkeys("#*_`~\\[]{}•/", " "),
    }
)
_BEFORE_MARK = re.compile(r" +(?=[,.;:!?](?:\s|$))")


def addresses(text: str) -> str:
    """Addresses without scheme and path: "https://www.example.com/a?b" -> "example dot com"."""
    text = _EMAIL.sub(lambda m: f"{_dots(m[1])} at {_dots(m[2])}", text)
    text = _URL.sub(lambda m: _address(m, m[1]), text)
    text = _WWW.sub(lambda m: _address(m, m[1]), text)
    return _DOMAIN.sub(lambda m: _dots(m[1]), text)


def abbreviations(text: str) -> str:
    """ "Dr. Oetker" -> "Doctor Oetker", "e.g." -> "for example,"; acronyms are left alone."""
    for pattern, words in _DOTTED:
        text = pattern.sub(words, text)
    return _SHORTENED.sub(_shortened, text)


def operators(text: str) -> str:
    """Signs between or before numbers, and every other symbol that has a name."""
    for pattern, words in _OPERATORS:
        text = pattern.sub(words, text)
    return text


def remaining(text: str) -> str:
    """What symbols are left once the numbers are words: named, or dropped."""
    return _BEFORE_MARK.sub("", " ".join(text.translate(_SYMBOLS).split()))


def _dots(address: str) -> str:
    return address.replace(".", " dot ")


def _address(match: re.Match[str], host: str) -> str:
    """The host, and the mark that ended the sentence if it ran on into the path."""
    whole = match[0]
    mark = whole[-1] if whole[-1] in ".,!?;:)" else ""
    return _dots(host.rstrip(".,!?;:)")) + mark


def _shortened(match: re.Match[str]) -> str:
    """A title stands before a name; the others keep the full stop if they end the sentence."""
    short, blank, following = match.groups()
    words = _ABBREVIATIONS.get(short) or _ABBREVIATIONS[short.lower()].capitalize()
    title = short in ("Dr", "Mr", "Mrs", "Prof", "St", "Mt")
    if title:
        return words if blank == " " and following.isupper() else match[0]
    ends = not blank or (blank == " " and following.isupper())
    return words + ("." if ends else "")
