"""What goes wrong with a peer, in one sentence: the others are measured all the same."""

from assistant.errors import AssistantError


class PeerError(AssistantError):
    """A peer cannot be installed, does not start, or ended in the middle."""
