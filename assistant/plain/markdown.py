"""Markdown in a model's output: the marks go, the words stay."""

_LINE_MARKS = frozenset(" >#*+-_=|:~`•·–—")
"""At the start of a line these are bullets, headings, quotes, rules, tables and fences."""

_DIRECTIONS = frozenset(
    "beeps blushes bows chuckles claps clears coughs gasps giggles grins hums laughs leans looks "
    "nods pauses shrugs sighs smiles thinks waves whispers winks".split()
)
"""First words of stage directions, as in *clears throat*."""

_LONGEST_DIRECTION = 60
"""Characters held back after an asterisk to see whether it opens a stage direction."""

_LONGEST_TARGET = 2_000
"""Characters of a link's address that are skipped; after that it was no link."""

_LONGEST_MARK = 32
"""Characters of marks at the start of a line that are told apart; more are all the same."""


class Markdown:
    """Streaming filter, a character at a time; only what cannot yet be told apart is held back.

    No asterisk, backtick, pipe, bracket, underscore or backslash ever leaves. An asterisk between
    digits was a multiplication and leaves as "×" ("^" if doubled), a pipe between two cells leaves
    as a comma, and `#`, `~`, `-` and `+` stay where they belong to a number.
    """

    def __init__(self) -> None:
        self._restart()

    def _restart(self) -> None:
        self._state = self._line_start
        self._held = ""
        self._last = ""  # the last character that left, for "what came before the mark?"
        self._word = ""  # the last one that was not a blank
        self._cell = False  # a pipe has been seen since the last word of this line
        self._skipped = 0

    def push(self, text: str) -> str:
        return "".join(self._state(character) for character in text)

    def finish(self) -> str:
        rest, held, self._held = "", self._held, ""
        if self._state == self._direction:
            self._state = self._text
            rest = self.push(held) + self.finish()
        elif self._state == self._fence:
            self._state = self._text
            rest = self.push(held)
        elif self._state == self._bang:
            rest = self._emit("!")
        self._restart()
        return rest

    # -- states: each takes one character and returns what leaves -----------------------------

    def _text(self, character: str) -> str:
        if character == "\n":
            self._state, self._held, self._cell = self._line_start, "", False
            return self._emit("\n")
        if character in "*_~#":
            self._state, self._held = self._mark, character
            return ""
        if character == "]":
            self._state = self._after_bracket
            return ""
        if character == "!":
            self._state = self._bang
            return ""
        if character == "|":
            self._cell = True
            return ""
        if character in "`[\\":
            return ""
        return self._emit(character)

    def _line_start(self, character: str) -> str:
        if character == "\n":
            self._held = ""
            return self._emit("\n")
        if character in _LINE_MARKS:
            self._held = (self._held + character)[-_LONGEST_MARK:]
            return ""
        marks, self._held = self._held, ""
        mark = marks[-1:]
        self._state = self._text
        if mark in ("-", "+", "#", "~", "–") and character.isdigit() and marks[-2:-1] != mark:
            return self._emit(mark) + self._text(character)
        if marks.endswith("```"):
            self._state, self._held = self._fence, ""
            return self._fence(character)
        if mark == "*" and marks[-2:-1] != "*" and not character.isspace():
            self._word = ""
            return self._open_direction(character)
        return self._text(character)

    def _fence(self, character: str) -> str:
        """Behind ``` the name of a language, which nobody wants to hear, or already the code."""
        if (character.isalnum() or character in "+-#") and len(self._held) < _LONGEST_MARK:
            self._held += character
            return ""
        held, self._held, self._state = self._held, "", self._text
        return self.push(character if character == "\n" else held + character)

    def _mark(self, character: str) -> str:
        """Behind a run of one of * _ ~ #, perhaps with a blank after it."""
        run = self._held.rstrip(" ")
        if character == run[0] and run == self._held and len(run) < _LONGEST_MARK:
            self._held += character
            return ""
        if character == " " and run == "*" and self._word.isdigit() and run == self._held:
            self._held += character
            return ""
        blank = " " if self._held != run else ""
        self._state, self._held = self._text, ""
        before, digit = self._last, character.isdigit()
        if run == "*" and digit and self._word.isdigit():
            return self._emit("×" + blank) + self._text(character)
        if run == "**" and digit and before.isdigit():
            return self._emit("^") + self._text(character)
        if run == "*" and not blank and not character.isspace() and not before.isalnum():
            return self._open_direction(character)
        if run == "_" and before.isalnum() and character.isalnum():
            return self._emit(" ") + self._text(character)
        if (run in ("#", "~") and digit) or (run == "#" and before.isalpha()):
            return self._emit(run) + self._text(character)
        return (self._emit(blank) if blank else "") + self._text(character)

    def _open_direction(self, character: str) -> str:
        if character == "\n":
            return self._text(character)
        self._state, self._held = self._direction, character
        return ""

    def _direction(self, character: str) -> str:
        """Behind a single asterisk: emphasis, or something the model "does"?"""
        if character not in "*\n" and len(self._held) < _LONGEST_DIRECTION:
            self._held += character
            return ""
        acted = character == "*" and self._is_direction()
        held, self._held, self._state = self._held, "", self._text
        if acted:
            return ""
        return self.push(held if character == "*" else held + character)

    def _is_direction(self) -> bool:
        first = self._held.split(" ")[0].strip(".,!").lower()
        opens_sentence = self._word in ("", "\n", ".", "!", "?", "…")
        return first in _DIRECTIONS or (opens_sentence and self._held[:1].islower())

    def _bang(self, character: str) -> str:
        self._state = self._text
        return ("" if character == "[" else self._emit("!")) + self._text(character)

    def _after_bracket(self, character: str) -> str:
        if character == "(":
            self._state, self._skipped = self._target, 0
            return ""
        self._state = self._text
        return self._text(character)

    def _target(self, character: str) -> str:
        self._skipped += 1
        if character == "\n":
            return self._text(character)
        if character == ")" or self._skipped > _LONGEST_TARGET:
            self._state = self._text
        return ""

    def _emit(self, text: str) -> str:
        separator = ""
        if self._cell and not text.isspace():
            separator = ", " if self._last not in ("", "\n") else ""
            self._cell = False
        self._last = text[-1:]
        if not text.isspace() or text == "\n":
            self._word = text.strip(" ") or text
        return separator + text
