"""Everything that can be said inside the assistant: facts (events) and orders (commands).

A fact is a past participle or a noun (`Transcribed`), an order is a verb (`Transcribe`). Facts go
to the conversation, orders come from it. Each message is frozen, so any thread may look at it.
"""

from dataclasses import dataclass
from typing import Literal

from assistant.audio.types import RATE, AudioChunk


@dataclass(frozen=True, slots=True, order=True)
class Attempt:
    """Whose work this is. Results of any attempt but the current one are dropped."""

    turn: int
    """Counts requests."""
    revision: int = 0
    """Counts retries of the same request, after a pause that turned out not to be its end."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of captured audio: sample indices at 16 kHz, end exclusive."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / RATE


@dataclass(frozen=True, slots=True)
class Exchange:
    """One remembered turn. Only what the loudspeaker played counts as said."""

    request: str
    reply_heard: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something a skill wants to do in the world, once the turn is committed."""

    name: str
    """For example "timer.set"."""
    arguments: tuple[tuple[str, str | int | float | bool], ...] = ()


# -- facts from the listener: `at` is a sample index --------------------------------------------


@dataclass(frozen=True, slots=True)
class WakeDetected:
    phrase: str
    score: float
    """0 to 1."""
    at: int
    """Sample index of the end of the wake word."""


@dataclass(frozen=True, slots=True)
class WakeMissed:
    """Something came close to a wake word; it is only counted."""

    phrase: str
    score: float
    """0 to 1, below the threshold."""
    at: int
    """Sample index at which the score was highest."""


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    at: int
    """Where the voice began, a little before it was recognised as voice."""


@dataclass(frozen=True, slots=True)
class VoicePaused:
    at: int
    speech_end: int
    """The last sample that was voice."""


@dataclass(frozen=True, slots=True)
class VoiceResumed:
    at: int


@dataclass(frozen=True, slots=True)
class VoiceStopped:
    at: int
    speech_end: int
    """The last sample that was voice."""


# -- facts from elsewhere --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextReceived:
    """A typed request: a committed turn whose transcript is given."""

    text: str


@dataclass(frozen=True, slots=True)
class TimerRang:
    name: str


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    name: Literal["talk", "stop"]
    at: int | None = None
    """Sample index at the press, from which a request may begin; None: from the next voice on."""


Device = Literal["microphone", "loudspeaker"]


@dataclass(frozen=True, slots=True)
class DeviceLost:
    device: Device
    reason: str
    """For the log and for lights: "unplugged", "no frames for 0.2 s", "muted"…"""


@dataclass(frozen=True, slots=True)
class DeviceFound:
    device: Device


@dataclass(frozen=True, slots=True)
class Chimed:
    """A short sound was heard to its end."""

    name: str


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The moment that `Conversation.deadline` named has come."""


# -- results of computations: each says whose ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transcribed:
    attempt: Attempt
    text: str
    """Empty when there was nothing but noise."""


@dataclass(frozen=True, slots=True)
class TurnJudged:
    attempt: Attempt
    probability: float
    """0 to 1: how sure the turn detector is that the speaker has finished."""


@dataclass(frozen=True, slots=True)
class WordingJudged:
    attempt: Attempt
    probability: float
    """0 to 1: how sure the language model is that a sentence may end with these words."""


@dataclass(frozen=True, slots=True)
class RequestUnderstood:
    """A skill parsed the whole request: evidence that it is complete."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class SentenceReady:
    attempt: Attempt
    text: str
    """A sentence or first clause, as it would be displayed: "It's 10:45 AM."."""


@dataclass(frozen=True, slots=True)
class ActionProposed:
    attempt: Attempt
    action: Action


@dataclass(frozen=True, slots=True)
class ReplyComplete:
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class SpeechReady:
    attempt: Attempt
    text: str
    """The sentence this audio belongs to."""
    audio: AudioChunk
    last: bool
    """True on the mark that ends the sentence; its audio may be empty."""


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """The first sample of the reply was handed to the loudspeaker."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Played:
    attempt: Attempt
    text: str
    """The sentence that has now been heard to its end."""


@dataclass(frozen=True, slots=True)
class StageFailed:
    attempt: Attempt
    stage: str
    """stt, turn, llm, tts or player."""
    code: str


# -- orders ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transcribe:
    attempt: Attempt
    span: Span


@dataclass(frozen=True, slots=True)
class JudgeTurn:
    attempt: Attempt
    span: Span


@dataclass(frozen=True, slots=True)
class Respond:
    attempt: Attempt
    history: tuple[Exchange, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Synthesize:
    attempt: Attempt
    text: str


@dataclass(frozen=True, slots=True)
class Play:
    """An effect: held until the turn is committed."""

    attempt: Attempt
    text: str
    audio: AudioChunk
    last: bool


@dataclass(frozen=True, slots=True)
class Perform:
    """An effect: held until the turn is committed."""

    attempt: Attempt
    action: Action


@dataclass(frozen=True, slots=True)
class Cancel:
    """Work of this attempt is no longer wanted. Only an optimisation: late results are dropped."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Chime:
    """Play a short sound at once: "wake", "gave_up", "error", "timer", "thinking"."""

    name: str


@dataclass(frozen=True, slots=True)
class Duck:
    """Play more quietly, because somebody seems to speak; or, if not `on`, as loud as before."""

    on: bool


# -- for observers only ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entered:
    """The conversation is now in this state; lights and dashboards follow it."""

    state: str


@dataclass(frozen=True, slots=True)
class Glimpsed:
    """What a voice that still runs seems to have said so far. Nothing is ever done about it."""

    text: str


Fact = WakeDetected | WakeMissed | VoiceStarted | VoicePaused | VoiceResumed | VoiceStopped
Result = (
    Transcribed
    | TurnJudged
    | WordingJudged
    | RequestUnderstood
    | SentenceReady
    | ActionProposed
    | ReplyComplete
    | SpeechReady
    | PlaybackStarted
    | Played
    | StageFailed
)
Event = (
    Fact
    | Result
    | TextReceived
    | TimerRang
    | ButtonPressed
    | DeviceLost
    | DeviceFound
    | Chimed
    | DeadlinePassed
)
Computation = Transcribe | JudgeTurn | Respond | Synthesize
Effect = Play | Perform
Command = Computation | Effect | Cancel | Chime | Duck
Notice = Entered | Glimpsed
Message = Event | Command | Notice
