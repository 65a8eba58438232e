"""Where the time of a turn goes: an observer that stamps what passes by."""

from dataclasses import dataclass, field

from assistant.actions import Action
from assistant.audio.types import RATE, AudioChunk
from assistant.events import (
    Attempt,
    Entered,
    JudgeTurn,
    Message,
    Perform,
    Play,
    PlaybackStarted,
    RequestUnderstood,
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
    WordingJudged,
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
    """Observer: keeps a trace of every turn, the last revision of each.

    What is said over a reply is transcribed under an attempt of its own; it becomes a turn only
    when it is answered.
    """

    def __init__(self) -> None:
        self.traces: list[TurnTrace] = []
        self._attempt = Attempt(-1)
        self._speaking = False
        self._overheard: tuple[Attempt, TurnTrace] | None = None
        """What was said last over a reply."""
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
            case Entered(state):
                self._speaking = state == "speaking"
                if state in ("thinking", "speaking"):
                    self._stamp("committed", now)
                    if self._overheard is not None:
                        self._overheard[1].stamps.setdefault("committed", now)
            case Transcribe(attempt) if self._speaking:
                trace = self._new_trace()
                trace.stamps["Transcribe"] = now
                self._overheard = attempt, trace
            case JudgeTurn() | Transcribe() | Respond():
                self._follow(message.attempt)
                self._stamp(type(message).__name__, now)
            case Synthesize():
                self._stamp("Synthesize", now)
            case _:
                self._result(now, message)

    def _result(self, now: float, message: Message) -> None:
        attempt = getattr(message, "attempt", None)
        if self._overheard is not None and attempt == self._overheard[0] != self._attempt:
            if isinstance(message, Transcribed):
                trace = self._overheard[1]
                trace.transcript, trace.stamps["Transcribed"] = message.text, now
            return
        if not self.traces or attempt != self._attempt:
            return
        trace = self.traces[-1]
        match message:
            case Transcribed(_, text):
                trace.transcript = text
            case SentenceReady(_, text):
                trace.sentences.append(text)
            case Perform(_, actions):
                trace.actions += actions
            case Play(_, _, audio):
                trace.speech.append(audio)
                return
            case StageFailed(_, stage):
                trace.failed = stage
                return
            case SpeechReady(_, _, audio) if not len(audio.pcm):
                return
            case (
                TurnJudged()
                | WordingJudged()
                | RequestUnderstood()
                | SpeechReady()
                | PlaybackStarted()
            ):
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
        overheard, self._overheard = self._overheard, None
        self._attempt = attempt
        known = overheard is not None and overheard[0] == attempt
        self.traces.append(overheard[1] if overheard and known else self._new_trace())

    def _new_trace(self) -> TurnTrace:
        trace = TurnTrace(wake=self.wake)
        if self._pause is not None:
            trace.stamps["speech_end"], trace.speech_end = self._pause
        return trace

    def _stamp(self, name: str, now: float) -> None:
        if self.traces:
            self.traces[-1].stamps.setdefault(name, now)
