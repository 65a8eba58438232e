"""Tags in a model's output: thoughts are dropped with their content, other tags by themselves."""

import re

_THOUGHT = r"think|thinking|thought|reasoning|reflection"
_OPENS_THOUGHT = re.compile(rf"<(?:{_THOUGHT})(?![a-z])", re.IGNORECASE)
_CLOSES_THOUGHT = re.compile(rf"</(?:{_THOUGHT})\s*>", re.IGNORECASE)
_LINK = re.compile(r"<((?:https?://|mailto:)?[^\s<>]+\.[^\s<>]+)>")
_BREAK = re.compile(r"</?(?:br|p|li|div|tr|h\d)\b", re.IGNORECASE)

_LONGEST_TAG = 200
"""Characters. What has not been closed by then, or on the same line, was no tag."""

_LONGEST_CLOSE = 24
"""Characters. Enough of the end of a thought to recognise its closing tag."""


class Tags:
    """Streaming filter for `<think>…</think>`, HTML tags and chat tokens such as `<|im_end|>`.

    A thought that is never closed lasts to the end of the stream. `<` survives only where it can
    be read as "less than", before a blank, a digit or "=": so no tag can ever be put together
    from the pieces that later stages leave.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def push(self, text: str) -> str:
        return "".join(self._take(character) for character in text)

    def finish(self) -> None:
        """Drop what is held: a tag that was begun and cut off is nothing to say."""
        self._held, self._thinking = "", False

    def _take(self, character: str) -> str:
        if self._thinking:
            self._held = (self._held + character)[-_LONGEST_CLOSE:]
            if character == ">" and _CLOSES_THOUGHT.search(self._held):
                self._held, self._thinking = "", False
            return ""
        if not self._held:
            if character == "<":
                self._held = character
                return ""
            return character
        return self._inside(character)

    def _inside(self, character: str) -> str:
        """The next character after an open "<"."""
        if self._held == "<" and (character in " =" or character.isdigit()):
            self._held = ""
            return "<" + character
        if character == "<":  # what came before was no tag; this may be one
            text, self._held = self._held[1:], character
            return text
        self._held += character
        if _OPENS_THOUGHT.match(self._held) and not character.isalpha():
            self._held, self._thinking = "", True
            return ""
        if character == ">":
            return self._closed()
        if len(self._held) > _LONGEST_TAG or character == "\n" or not self._may_be_tag():
            text, self._held = self._held[1:], ""
            return text
        return ""

    def _may_be_tag(self) -> bool:
        return self._held[1].isalpha() or self._held[1] in "/|!"

    def _closed(self) -> str:
        tag, self._held = self._held, ""
        if link := _LINK.fullmatch(tag):
            return link[1]
        return "\n" if _BREAK.match(tag) else ""
