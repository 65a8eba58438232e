"""What the conversation remembers of itself. Pure."""

from assistant.events import Exchange


class Memory:
    """The last exchanges with the language model, at most `size`. What skills said is not among
    them: a small model would imitate "I turned on the light", and what others have written on
    lists and labels never reaches it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.exchanges: tuple[Exchange, ...] = ()
        """Oldest first."""

    def add(self, exchange: Exchange) -> None:
        """At the end. When it is full, half is forgotten at once: each time the oldest goes, the
        language model reads its prompt anew."""
        self.exchanges = (*self.exchanges, exchange)
        if len(self.exchanges) > self._size:
            self.exchanges = self.exchanges[len(self.exchanges) - self._size // 2 :]
