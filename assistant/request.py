"""The user's side of a turn: who gave them the floor, what was heard so far. Pure."""

from dataclasses import dataclass, field
from enum import Enum

from assistant.events import Attempt, Span, Topic
from assistant.policy import Evidence


class Opening(Enum):
    """What gave the user the floor. Only who called is told that nothing was understood."""

    CALLED = "wake word, button, or a voice that stopped a reply"
    TYPED = "a written request; whoever wrote it may be out of earshot"
    FOLLOW_UP = "the end of a reply that asks something"
    ALERT = "something that rings: whoever speaks now may mean it, or not"
    OVERHEARD = 'a voice over the end of a reply: perhaps a request, perhaps "mm-hm"'


@dataclass(slots=True)
class Request:
    """Grows as facts about the voice come in."""

    opening: Opening
    floor: int | None
    """Sample from which audio belongs to this request; None until a voice starts."""
    earliest: int = 0
    """The floor is not before this sample: what came earlier may be the assistant's own voice."""
    until_s: float = 0.0
    """Clock time up to which a request that nobody called for is waited for."""
    voice_from: int | None = None
    """Where its voice began."""
    span: Span | None = None
    """What would be transcribed; set during a pause that may be the end."""
    asked: Attempt | None = None
    """The attempt for which transcription was ordered."""
    speech_end_s: float = 0.0
    """Clock time of the last voice before the present pause."""
    longest_pause_s: float = 0.0
    """Of the pauses after which the speaker went on."""
    evidence: Evidence = field(default_factory=Evidence)
    understood: bool = False
    """A skill answers, not the language model."""
    topic: Topic | None = None
    """What it was about, if a skill understood it."""
