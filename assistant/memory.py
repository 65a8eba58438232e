"""What the conversation remembers of itself. Pure."""

from assistant.events import Exchange


class Memory:
    """The last exchanges, at most `size`."""

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
