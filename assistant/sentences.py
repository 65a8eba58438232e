"""Text deltas -> speakable sentences.

The first piece comes early, at the first clause, so that speech can begin while the rest is still
being written; after it whole sentences, which sound better. Every decision is taken when a word
begins, from the text before it and its first letter: language models send a word with the blank
before it, so waiting for that letter costs no time, and where the stream is cut cannot matter.
"""

import re

_ENDERS = ".!?…؟।॥"
_WIDE_ENDERS = "。！？"
_CLOSERS = "\"'”’»)]}」』）》】"

_END = re.compile(rf"([{re.escape(_ENDERS)}]+)([{re.escape(_CLOSERS)}]*)$")
_WIDE_END = re.compile(rf"[{_WIDE_ENDERS}][{re.escape(_ENDERS + _WIDE_ENDERS + _CLOSERS)}]*$")
_CLAUSE_END = re.compile(r"[,;:—–][\"'”’»)\]}]*$|[،؛、，；：]$")
_LIST_NUMBER = re.compile(r"\W*\d{1,3}[.)]")
_INITIAL = re.compile(r"(?:^|[^\w.])[A-HJ-Z]\.$")

# Abbreviations that stand before something, so that a sentence hardly ends with them...
_LEADING = frozenset(
    "a.k.a adm approx ave ca capt cf col dept dr e.g e.u esp gen gov hon i.e incl lt messrs mme mr "
    "mrs ms mt prof rev sen sgt st u.k u.s viz vs".split()
)
# ... those that do so only before a number, being words as well...
_BEFORE_NUMBER = frozenset("ch est fig no nos p pp vol".split())
# ... and those that may end a sentence: then the next word tells, by beginning with a capital.
_EITHER = frozenset(
    "a.m p.m am pm etc inc ltd co corp jr sr oz lb lbs tbsp tsp min mins max hr hrs sec secs in ft "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)

_CONJUNCTIONS = frozenset("and but because while which until unless although".split())
"""Words before which speech may pause. Not "or": it would make a question sound finished."""

FIRST_CLAUSE_WORDS = 4
"""Words that the first piece must have when it is cut at a clause."""

LONGEST = 240
"""Characters of the longest piece, about 15 s of speech."""


class Sentences:
    """Cuts a stream of plain text: `push` deltas, `finish` at the end.

    Laws: where the deltas are cut does not change the pieces; the pieces joined are the input but
    for whitespace, and for a rest without a letter or digit, which nobody could speak. No piece
    is longer than `LONGEST` or lacks a letter or digit.
    """

    def __init__(self) -> None:
        self._restart()

    def _restart(self) -> None:
        self._piece = ""
        """What has come since the last cut, whitespace collapsed, no blank at the end."""
        self._words = 0
        self._blank = False
        self._speakable = False
        self._first = True

    def push(self, delta: str) -> list[str]:
        """Take the next piece of the stream; return the sentences that are now complete."""
        pieces = []
        for character in delta:
            if character == "\n":
                pieces += self._cut(len(self._piece)) if self._speakable else []
                self._blank = True
            elif character.isspace():
                self._blank = True
            else:
                pieces += self._take(character)
        return pieces

    def finish(self) -> list[str]:
        """The stream is over: return the last sentence, if any. Then a new stream may begin."""
        pieces = self._cut(len(self._piece)) if self._speakable else []
        self._restart()
        return pieces

    def _take(self, character: str) -> list[str]:
        pieces = self._cut(len(self._piece)) if self._ends_before(character) else []
        if not pieces and self._blank and self._first:
            pieces = self._cut(self._clause_end(character))
        if not pieces and len(self._piece) + self._blank >= LONGEST:
            pieces = self._cut(self._emergency())
        if self._piece and self._blank:
            self._piece += " "
        if self._blank or not self._piece:
            self._words += 1
        self._blank = False
        self._piece += character
        self._speakable = self._speakable or character.isalnum()
        return pieces

    def _cut(self, at: int) -> list[str]:
        """Cut the piece at this index; nothing at 0."""
        if not at:
            return []
        head, self._piece = self._piece[:at].strip(), self._piece[at:].strip()
        self._words = len(self._piece.split())
        self._speakable = _speakable(self._piece)
        if not _speakable(head):
            return []
        self._first = False
        return [head]

    def _ends_before(self, character: str) -> bool:
        """Does a sentence end where this character begins a new word (or a new CJK sentence)?"""
        if not self._speakable:
            return False
        if _WIDE_END.search(self._piece[-8:]):
            return self._blank or character not in _ENDERS + _WIDE_ENDERS + _CLOSERS
        if not self._blank:
            return False
        end = _END.search(self._piece[-40:])
        if not end or (self._words == 1 and _LIST_NUMBER.fullmatch(self._piece)):
            return False
        marks, closers = end.groups()
        if marks[-1] in "!?؟" and not closers:
            return True
        if character.islower():
            return False
        return marks != "." or bool(closers) or not self._abbreviated(character)

    def _abbreviated(self, following: str) -> bool:
        """Is the full stop at the end of the piece that of an abbreviation?"""
        word = self._piece.rsplit(" ", 1)[-1].lstrip("\"'“‘(").rstrip(".").lower()
        if word in _LEADING or _INITIAL.search(self._piece[-3:]):
            return True
        if word in _BEFORE_NUMBER:
            return following.isdigit()
        return word in _EITHER and not (following.isupper() or following in "\"'“‘(")

    def _clause_end(self, character: str) -> int:
        """Where the first clause ends, now that a new word begins; 0 if it does not."""
        if not self._speakable:
            return 0
        if self._words >= FIRST_CLAUSE_WORDS and _CLAUSE_END.search(self._piece[-4:]):
            # "November 21, 2026" and "2, 3" belong together.
            return 0 if character.isdigit() and self._piece[-2:-1].isdigit() else len(self._piece)
        start = self._piece.rfind(" ") + 1
        if self._words > FIRST_CLAUSE_WORDS and self._piece[start:].lower() in _CONJUNCTIONS:
            return start
        return 0

    def _emergency(self) -> int:
        """Where to cut a piece that has grown too long: clause, else word, else right here."""
        for at in range(len(self._piece) - 1, LONGEST // 3, -1):
            if self._piece[at] == " " and _CLAUSE_END.search(self._piece[max(0, at - 4) : at]):
                return at
        words = len(self._piece) if self._blank else self._piece.rfind(" ")
        return words if words > LONGEST // 3 else len(self._piece)


def _speakable(text: str) -> bool:
    return any(character.isalnum() for character in text)
