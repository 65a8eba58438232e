"""Which characters may be shown and spoken at all, and how whitespace is tidied."""

from functools import lru_cache
from unicodedata import category

# Of the category "symbol, other" nearly everything is a pictograph; these can be spoken.
_SPOKEN_SYMBOLS = frozenset("°℃℉№")

# Mathematical by category but drawn as pictures: arrows, dingbats, geometric shapes.
_PICTURES = ((0x2190, 0x21FF), (0x25A0, 0x27BF), (0x2900, 0x297F), (0x2B00, 0x2BFF))

# Emoji in spite of their category: double punctuation, wavy dash; each with its plain spelling.
_PLAIN = {"‼": "!", "⁉": "?", "〰": "-", "→": ",", "⇒": ","}

# Joiners that spell words in Persian and Indic scripts, and glue emoji together elsewhere.
_JOINERS = frozenset("\u200c\u200d")
_JOINABLE = frozenset({"Lo", "Mn", "Mc"})

_DROPPED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "So"})


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if character == "\n" or character in _SPOKEN_SYMBOLS:
        return character
    if character in "\u2028\u2029\x85":
        return "\n"
    if character.isspace():
        return " "
    code = ord(character)
    if category(character) in _DROPPED or any(low <= code <= high for low, high in _PICTURES):
        return ""
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x1F3FB <= code <= 0x1F3FF:
        return ""  # variation selectors and skin tones
    return character


class Visible:
    """Streaming filter: no emoji, pictographs, control, invisible or unassigned characters; every
    kind of blank becomes a space, every kind of line break a newline."""

    def __init__(self) -> None:
        self._last = ""

    def push(self, text: str) -> str:
        out = []
        for character in text:
            if character in _JOINERS:
                shown = character if self._last and category(self._last) in _JOINABLE else ""
            else:
                shown = _shown(character)
            self._last = shown or self._last
            out.append(shown)
        return "".join(out)

    def finish(self) -> None:
        self._last = ""


class Spaces:
    """Collapses runs of blanks and of newlines, and drops blanks at the edges of lines and before
    a comma."""

    def __init__(self) -> None:
        self._last = "\n"
        self._blank = False

    def push(self, text: str) -> str:
        out = []
        for character in text:
            if character == " ":
                self._blank = True
                continue
            if character == "\n" == self._last:
                self._blank = False
                continue
            if self._blank and self._last != "\n" and character not in ",\n":
                out.append(" ")
            self._blank, self._last = False, character
            out.append(character)
        return "".join(out)

    def finish(self) -> None:
        self._last, self._blank = "\n", False
