"""Everything that can be said inside the assistant: facts (events) and orders (commands).

A fact is a past participle or a noun (`Transcribed`), an order is a verb (`Transcribe`). Facts go
to the conversation, orders come from it. Each message is frozen, so any thread may look at it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.actions import Action
from assistant.alerts import Alert
from assistant.audio.rate import RATE

if TYPE_CHECKING:  # numpy takes half a second of a start, and what is due rings before that
    from assistant.audio.types import AudioChunk


@dataclass(frozen=True, slots=True, order=True)
class Attempt:
    """Whose work this is. Results of any attempt but the current one are dropped."""

    turn: int
    """Counts requests."""
    revision: int = 0
    """Counts retries of the same request, after a pause that turned out not to be its end."""


ALWAYS = Attempt(2**61)
"""Of an order that nothing cancels."""


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
class Topic:
    """What a request may refer to: "make that twelve minutes", "yes"."""

    intent: object | None
    """The request before, as a skill understood it."""
    awaits: str = ""
    """What the assistant asked for: a slot of the intent, or one of the two below."""


CONFIRMATION = "confirmation"
"""Yes or no."""
UNSURE = "more"
"""Nothing: it is only that more may have been meant than was said so far."""
ALERT = "alert"
"""Something rings: only what a skill understands is answered, because nobody called."""


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
class AlertRang:
    """It is time. It rings until `AlertOver`."""

    alert: Alert
    late_s: float = 0.0
    """How long ago it was due: the device was off."""


@dataclass(frozen=True, slots=True)
class AlertOver:
    """What rang was dismissed, or rang long enough."""

    id: int


@dataclass(frozen=True, slots=True)
class AlertMissed:
    """It was due so long ago that ringing makes no sense, or nobody heard it ring."""

    alert: Alert
    late_s: float


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    name: Literal["talk", "stop"]
    at: int | None = None
    """Sample index at the press, from which a request may begin; None: from the next voice on."""


Device = Literal["microphone", "loudspeaker"]


MUTED = "muted"
"""The reason of a loss that somebody wants."""


@dataclass(frozen=True, slots=True)
class DeviceLost:
    device: Device
    reason: str
    """For the log and for lights: "unplugged", "no frames for 0.2 s", MUTED…"""


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
    """A skill parsed the whole request: evidence that it is complete, if nothing is asked back."""

    attempt: Attempt
    topic: Topic | None = None
    """What the next request may refer to."""


@dataclass(frozen=True, slots=True)
class SentenceReady:
    attempt: Attempt
    text: str
    """A sentence or first clause, as it would be displayed: "It's 10:45 AM."."""


@dataclass(frozen=True, slots=True)
class ActionProposed:
    attempt: Attempt
    actions: tuple[Action, ...]
    """To be done together or not at all."""


@dataclass(frozen=True, slots=True)
class Performed:
    """What was ordered is done, and stored: what is said about it is true."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class ReplyComplete:
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class SpeechReady:
    attempt: Attempt
    text: str
    """The sentence this audio belongs to."""
    audio: "AudioChunk"
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
    """stt, turn, llm, tts, skill or player."""
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
    topic: Topic | None = None
    said: str = ""
    """The last reply that was heard."""


@dataclass(frozen=True, slots=True)
class Synthesize:
    attempt: Attempt
    text: str


@dataclass(frozen=True, slots=True)
class Play:
    """An effect: held until the turn is committed."""

    attempt: Attempt
    text: str
    audio: "AudioChunk"
    last: bool


@dataclass(frozen=True, slots=True)
class Perform:
    """An effect: held until the turn is committed. What is said after it waits for `Performed`."""

    attempt: Attempt
    actions: tuple[Action, ...]


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
class Armed:
    """The wake word is listened for: from now on somebody who calls is heard."""


Rung = Literal["full", "fewer_threads", "smaller_model", "skills_only"]
"""Of the ladder down which a board that is hot, starved or short of memory goes. On every one of
them timers ring and the wake word is listened for."""
Strain = Literal["heat", "power", "memory"]
"""What weighs on it: too hot, too weak a supply, too little memory."""


@dataclass(frozen=True, slots=True)
class Shed:
    """So much is done from now on, and no more."""

    rung: Rung
    why: str
    """A sentence: "The processor has 81 °C." """
    strain: Strain = "heat"
    """Of what it is a matter."""


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
    | Performed
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
    | AlertRang
    | AlertOver
    | AlertMissed
    | ButtonPressed
    | DeviceLost
    | DeviceFound
    | Chimed
    | DeadlinePassed
)
Computation = Transcribe | JudgeTurn | Respond | Synthesize
Effect = Play | Perform
Command = Computation | Effect | Cancel | Chime | Duck
Notice = Entered | Armed | Shed | Glimpsed
Message = Event | Command | Notice
