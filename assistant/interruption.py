"""A voice over a reply: does it want the floor, or was it a cough, a word of assent? Pure."""

import re
from dataclasses import dataclass

from assistant.events import Attempt, Span


@dataclass(slots=True)
class Interruption:
    """A voice over the reply of which nobody knows yet what it wants."""

    attempt: Attempt
    """Of a later turn than the reply: the work of neither is cancelled with the other's, and if
    the voice gets the floor, this is its request."""
    voice_from: int
    """Sample at which the voice began."""
    until_s: float | None
    """While the voice goes on: the clock time from which it is meant. After that: the time by
    which its words must be known; None when that has passed. Until then the reply is ducked."""
    span: Span | None = None
    """What is being transcribed; None while the voice goes on."""
    speech_end_s: float = 0.0
    """Clock time of its last voice."""


# What listeners say without wanting the floor (Yngve 1970 called them back channels), and "you",
# which Whisper makes of a breath.
_ASSENT = re.compile(
    r"(?:(?:yeah|yes|yep|yup|okay|ok|right|all right|alright|sure|fine|good|great|nice|cool|wow"
    r"|perfect|lovely|exactly|true|indeed|really|interesting|i see|got it|of course|thanks"
    r"|thank you|very|so|much|you|m+|m+h+m+|u+h+|u+m+|u+h+u+h+|huh|h+m+|a+h+|o+h+|aha|(?:ha)+)"
    r"(?: |$))*"
)


def backchannel(text: str) -> bool:
    """True if these words, said over somebody who speaks, mean "go on"; also for no words."""
    words = re.sub(r"[^\w\s]|_", " ", text.lower().replace("'", "")).split()
    return _ASSENT.fullmatch(" ".join(words)) is not None
