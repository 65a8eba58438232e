"""A language model's raw text -> plain text that may be shown and spoken.

Models think aloud in tags, write Markdown, sprinkle emoji and act on stage; none of it may reach
the loudspeaker. The stages run in this order because each relies on the one before: without
invisible characters no tag can hide from the tag filter, without tags no Markdown is mistaken.
Every stage works a character at a time, so where the stream is cut cannot matter.
"""

from assistant.plain.characters import Spaces, Visible
from assistant.plain.markdown import Markdown
from assistant.plain.tags import Tags


class Plain:
    """Streaming filter: `push` deltas, `finish` at the end; joined, what returns is plain text.

    Removed: `<think>` blocks (also an unclosed one), other tags and chat tokens, Markdown, emoji
    and pictographs, control and invisible characters, stage directions in asterisks. Kept: the
    words, line breaks (they end sentences), the numbers of ordered lists, the text of links.
    """

    def __init__(self) -> None:
        self._visible = Visible()
        self._tags = Tags()
        self._markdown = Markdown()
        self._spaces = Spaces()

    def push(self, delta: str) -> str:
        """Take the next piece of the stream; return the plain text that is now certain."""
        tagless = self._tags.push(self._visible.push(delta))
        return self._spaces.push(self._markdown.push(tagless))

    def finish(self) -> str:
        """The stream is over: return what was still held back. Then a new stream may begin."""
        self._visible.finish()
        self._tags.finish()
        rest = self._spaces.push(self._markdown.finish())
        self._spaces.finish()
        return rest


def plain(text: str) -> str:
    """A whole text at once."""
    stage = Plain()
    return stage.push(text) + stage.finish()
