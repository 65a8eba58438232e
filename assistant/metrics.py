"""Where the time of a turn goes: an observer that stamps what passes by."""

from dataclasses import dataclass, field

from assistant.audio.types import RATE, AudioChunk
from assistant.events import (
    Action,
    Attempt,
    Entered,
    JudgeTurn,
    Message,
    Perform,
    Play,
    PlaybackStarted,
    Respond,
    SentenceReady,
    SpeechReady,
    StageFailed,
    Synthesize,
    TextReceived,
    Transcribe,
    Transcribed,
    TurnJudged,
    VoicePaused,
    WakeDetected,
)


@dataclass(slots=True)
class TurnTrace:
    """One turn: what was said, what was done, and the clock time (seconds) of each step."""

    wake: WakeDetected | None = None
    transcript: str = ""
    sentences: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    speech: list[AudioChunk] = field(default_factory=list)
    """What the loudspeaker was given."""
    failed: str | None = None
    """The stage that failed."""
    speech_end: int | None = None
    """Sample index of the last voice of the request."""
    stamps: dict[str, float] = field(default_factory=dict)

    def stages_ms(self) -> dict[str, int]:
        """Milliseconds by stage. Stages overlap: they do not add up to the response."""
        spans = {
            "endpoint": ("speech_end", "committed"),
            "turn": ("JudgeTurn", "TurnJudged"),
            "stt": ("Transcribe", "Transcribed"),
            "reply": ("Respond", "SentenceReady"),
            "tts": ("Synthesize", "SpeechReady"),
            "response": ("speech_end", "PlaybackStarted"),
        }
        return {
            name: round(1000 * (self.stamps[end] - self.stamps[begin]))
            for name, (begin, end) in spans.items()
            if begin in self.stamps and end in self.stamps
        }


class TurnMeter:
    """Observer: keeps a trace of every turn, the last revision of each."""

    def __init__(self) -> None:
        self.traces: list[TurnTrace] = []
        self._attempt = Attempt(-1)
        self.wake: WakeDetected | None = None
        """The last wake word, whether or not a request followed."""
        self._pause: tuple[float, int] | None = None
        """Clock time and sample of the last voice before the present pause."""

    def __call__(self, now: float, message: Message) -> None:
        match message:
            case WakeDetected():
                self.wake = message
            case VoicePaused(at, speech_end):
                self._pause = (now - (at - speech_end) / RATE, speech_end)
            case TextReceived():
                self.wake = self._pause = None
            case Entered(state) if state in ("thinking", "speaking"):
                self._stamp("committed", now)
            case JudgeTurn() | Transcribe() | Respond():
                self._follow(message.attempt)
                self._stamp(type(message).__name__, now)
            case Synthesize():
                self._stamp("Synthesize", now)
            case _:
                self._result(now, message)

    def _result(self, now: float, message: Message) -> None:
        if not self.traces or getattr(message, "attempt", None) != self._attempt:
            return
        trace = self.traces[-1]
        match message:
            case Transcribed(_, text):
                trace.transcript = text
            case SentenceReady(_, text):
                trace.sentences.append(text)
            case Perform(_, action):
                trace.actions.append(action)
            case Play(_, _, audio):
                trace.speech.append(audio)
                return
            case StageFailed(_, stage):
                trace.failed = stage
                return
            case SpeechReady(_, _, audio) if not len(audio.pcm):
                return
            case TurnJudged() | SpeechReady() | PlaybackStarted():
                pass
            case _:
                return
        self._stamp(type(message).__name__, now)

    def _follow(self, attempt: Attempt) -> None:
        """The first order of an attempt opens its trace; a new revision replaces the old one."""
        if attempt == self._attempt:
            return
        if self.traces and attempt.turn == self._attempt.turn:
            self.traces.pop()
        self._attempt = attempt
        self.traces.append(TurnTrace(wake=self.wake))
        if self._pause is not None:
            self.traces[-1].stamps["speech_end"], self.traces[-1].speech_end = self._pause

    def _stamp(self, name: str, now: float) -> None:
        if self.traces:
            self.traces[-1].stamps.setdefault(name, now)
