"""Conversations in virtual time: no models, no sound card, no sleeping, no patching.

A `Scene` is a recording in which words are coded as tones. The fakes are functions of the audio
(tests/fakes.py), so the real Listener, Endpointer and Conversation run. Only the workers are
replaced: `run` delivers their results after a delay taken from a seeded generator, in order per
worker. They are *disobedient*: a job that was cancelled while running often finishes anyway, as
native code does, and its results arrive late. The star shape makes that harmless; a machine that
forgot to look whose result it is would be caught here.
"""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.actions import Dismiss
from assistant.alerts import Alert
from assistant.audio.types import FRAME, RATE, AudioChunk, Frame, Pcm, Rechunker
from assistant.conversation import Conversation
from assistant.events import (
    ActionProposed,
    AlertOver,
    AlertRang,
    Attempt,
    Cancel,
    Chime,
    Chimed,
    Command,
    DeadlinePassed,
    Device,
    DeviceFound,
    DeviceLost,
    Duck,
    Entered,
    Event,
    JudgeTurn,
    Perform,
    Performed,
    Play,
    PlaybackStarted,
    Played,
    ReplyComplete,
    RequestUnderstood,
    Respond,
    Result,
    SentenceReady,
    Span,
    SpeechReady,
    StageFailed,
    Synthesize,
    Transcribe,
    Transcribed,
    TurnJudged,
    WordingJudged,
)
from assistant.listen import Endpointer, Endpointing, Listener
from assistant.policy import Policy
from tests.fakes import (
    WAKE_HZ,
    FakeVoiceDetector,
    FakeWakeDetector,
    fake_reply,
    fake_transcript,
    fake_turn_probability,
    noise,
    speech,
    tone,
)


class Scene:
    """A recording under construction."""

    def __init__(self) -> None:
        self._parts: list[Pcm] = []

    def silence(self, seconds: float) -> "Scene":
        return self._add(np.zeros(round(seconds * RATE), np.int16))

    def wake(self, seconds: float = 0.6) -> "Scene":
        return self._add(tone(WAKE_HZ, seconds))

    def say(self, text: str, seconds: float) -> "Scene":
        """The words of `text`, evenly spread."""
        return self._add(speech(text, seconds))

    def cough(self, seconds: float) -> "Scene":
        """Voice as far as the VAD can tell, but no words."""
        return self._add(noise(seconds))

    def _add(self, pcm: Pcm) -> "Scene":
        self._parts.append(pcm)
        return self

    def render(self) -> Pcm:
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)


@dataclass
class Delays:
    """Seconds of each stage; `jitter` multiplies them by up to 1 + jitter."""

    stt: float = 0.15
    turn: float = 0.03
    llm: float = 0.2
    tts: float = 0.1
    player: float = 0.0
    skill: float = 0.02
    jitter: float = 0.0
    failing: tuple[str, ...] = ()
    """Stages that fail on every job."""


@dataclass(frozen=True)
class Step:
    """One event and what the machine made of it."""

    at: float
    before: str
    """State, lower case."""
    event: Event
    commands: tuple[Command, ...]
    after: str


@dataclass
class Timeline:
    """What happened, in order: (seconds, message)."""

    messages: list[tuple[float, Event | Command | Entered]] = field(default_factory=list)

    def of(self, *kinds: type) -> list[tuple[float, Event | Command | Entered]]:
        return [(at, message) for at, message in self.messages if isinstance(message, kinds)]

    def steps(self) -> list[Step]:
        """The same, event by event."""
        steps: list[Step] = []
        state = "idle"
        for at, message in self.messages:
            if isinstance(message, Entered):
                steps[-1] = replace(steps[-1], after=message.state)
                state = message.state
            elif isinstance(message, Command):
                steps[-1] = replace(steps[-1], commands=(*steps[-1].commands, message))
            else:
                steps.append(Step(at, state, message, (), state))
        return steps

    def lines(self) -> list[str]:
        """Readable, without audio: the golden form."""
        return [f"{at:7.3f}  {_line(message)}" for at, message in self.messages]


def _line(message: Event | Command | Entered) -> str:
    if isinstance(message, Play | SpeechReady):
        end = " (last)" if message.last else ""
        name = type(message).__name__
        return f"{name} {_attempt(message.attempt)} {message.text!r}{end}"
    if isinstance(message, Entered):
        return f"== {message.state} =="
    fields = [_field(name, getattr(message, name)) for name in message.__slots__]
    return " ".join([type(message).__name__, *fields])


def _field(name: str, value: object) -> str:
    match value:
        case Attempt():
            return _attempt(value)
        case Span(start, end):
            return f"{start / RATE:.2f}..{end / RATE:.2f}s"
        case int() if name in ("at", "speech_end"):
            return f"{name}={value / RATE:.2f}s"
        case Alert(kind, text):
            return f"{kind} {text!r}"
        case tuple() if name == "history":
            return f"history={len(value)}"
    return repr(value)


def _attempt(attempt: Attempt) -> str:
    return f"{attempt.turn}.{attempt.revision}"


CHIME_S = 0.2
"""Seconds of every short sound."""
LONGEST_RINGING_S = 6.0
"""Seconds after which an alert is over, dismissed or not."""
STAGE: dict[type, str] = {
    Transcribe: "stt",
    JudgeTurn: "turn",
    Respond: "llm",
    Synthesize: "tts",
    Play: "player",
    Perform: "skill",
}


RESULT_OF: dict[type, str] = {
    Transcribed: "stt",
    TurnJudged: "turn",
    WordingJudged: "llm",
    RequestUnderstood: "llm",
    SentenceReady: "llm",
    ActionProposed: "llm",
    ReplyComplete: "llm",
    Performed: "skill",
    SpeechReady: "tts",
    PlaybackStarted: "player",
    Played: "player",
    StageFailed: "llm",
}


class Simulation:
    """The inbox loop, with virtual workers and a virtual microphone."""

    def __init__(
        self,
        pcm: Pcm,
        policy: Policy | None = None,
        endpointing: Endpointing | None = None,
        delays: Delays | None = None,
        seed: int = 0,
        block: int = FRAME,
        typed: tuple[tuple[float, Event], ...] = (),
    ) -> None:
        self.conversation = Conversation(policy or Policy())
        endpointer = Endpointer(endpointing or Endpointing(), 0.5)
        self.listener = Listener(FakeWakeDetector(), FakeVoiceDetector(), endpointer)
        self.delays = delays or Delays()
        self.random = random.Random(seed)
        self.timeline = Timeline()
        self._pcm = pcm
        self._block = block
        self._due: list[tuple[float, int, Event]] = []
        self._count = 0
        self._free: dict[str, float] = {}
        """When each worker has finished what it has."""
        self._playing = Attempt(-1)
        self._lost: set[Device] = set()
        for at, event in typed:
            self._schedule(at, event)

    def run(self, tail_s: float = 40.0) -> Timeline:
        """Feed the recording and then silence; stop at the end of the tail or when all is idle."""
        for frame in self._frames(tail_s):
            self._deliver_until(frame.end / RATE)
            if "microphone" not in self._lost:
                for fact in self.listener.push(frame):
                    self._step(fact, frame.end / RATE)
            if frame.start > len(self._pcm) + 3 * RATE and self._at_rest():
                break
        return self.timeline

    def _at_rest(self) -> bool:
        return not self._due and self.conversation.deadline is None

    def _frames(self, tail_s: float) -> Iterator[Frame]:
        rechunker, start = Rechunker(FRAME), 0
        pcm = np.concatenate([self._pcm, np.zeros(round(tail_s * RATE), np.int16)])
        for i in range(0, len(pcm), self._block):
            for part in rechunker.push(pcm[i : i + self._block]):
                yield Frame(start, part)
                start += FRAME

    def _deliver_until(self, now: float) -> None:
        """Everything that is due, in the order of time; a deadline before a result."""
        never = now + 1
        while True:
            deadline = self.conversation.deadline
            passes = never if deadline is None else max(deadline, self._last())
            arrives = self._due[0][0] if self._due else never
            if min(passes, arrives) > now:
                return
            if passes <= arrives:
                self._step(DeadlinePassed(), passes)
            else:
                self._step(heapq.heappop(self._due)[2], arrives)

    def _last(self) -> float:
        return self.timeline.messages[-1][0] if self.timeline.messages else 0.0

    def _step(self, event: Event, now: float) -> None:
        before = self.conversation.state
        self.timeline.messages.append((now, event))
        if isinstance(event, AlertRang):
            self._schedule(now + LONGEST_RINGING_S, AlertOver(event.alert.id))
        elif isinstance(event, DeviceLost):
            self._lose(event.device, now)
        elif isinstance(event, DeviceFound):
            self._lost.discard(event.device)
        for command in self.conversation.handle(event, now):
            self.timeline.messages.append((now, command))
            if isinstance(command, Cancel):
                self._cancel(command.attempt)
            elif isinstance(command, Chime):
                self._chime(command, now)
            elif not isinstance(command, Duck):
                self._work(command, now)
        if self.conversation.state is not before:
            self.timeline.messages.append((now, Entered(self.conversation.state.name.lower())))

    # -- virtual workers ------------------------------------------------------------------------

    def _work(
        self, order: Transcribe | JudgeTurn | Respond | Synthesize | Play | Perform, now: float
    ) -> None:
        stage = STAGE[type(order)]
        at = max(now, self._free.get(stage, 0.0))
        for delay, result in self._results(order, stage):
            at += delay
            if result is not None:
                self._schedule(at, result)
        self._free[stage] = at

    def _chime(self, order: Chime, now: float) -> None:
        """Heard after what the loudspeaker plays already, if there is one."""
        at = max(now, self._free.get("player", 0.0)) + CHIME_S
        if "loudspeaker" not in self._lost:
            self._free["player"] = at
            self._schedule(at, Chimed(order.name))

    def _lose(self, device: Device, now: float) -> None:
        """What the loudspeaker was about to play is not heard; the player fails for it."""
        self._lost.add(device)
        if device == "loudspeaker":
            unheard = [each for each in self._due if isinstance(each[2], Chimed | Played)]
            self._due = [each for each in self._due if each not in unheard]
            heapq.heapify(self._due)
            for played in (each[2] for each in unheard):
                if isinstance(played, Played):
                    self._schedule(now, StageFailed(played.attempt, "player", "lost"))

    def _cancel(self, attempt: Attempt) -> None:
        """The player falls silent; each other worker stops, or goes on as if nothing was said."""
        obedient = {"player"} | {stage for stage in STAGE.values() if self.random.random() < 0.5}

        def unwanted(event: Event) -> bool:
            if not isinstance(event, Result) or event.attempt > attempt:
                return False
            return RESULT_OF[type(event)] in obedient

        self._due = [item for item in self._due if not unwanted(item[2])]
        heapq.heapify(self._due)
        self._free["player"] = 0.0

    def _results(
        self, order: Transcribe | JudgeTurn | Respond | Synthesize | Play | Perform, stage: str
    ) -> Sequence[tuple[float, Result | AlertOver | None]]:
        """(seconds after the one before, result); None is work without a result."""
        attempt = order.attempt
        if stage in self.delays.failing or (stage == "player" and "loudspeaker" in self._lost):
            return [(self._delay(stage), StageFailed(attempt, stage, "broken"))]
        match order:
            case Transcribe():
                heard = fake_transcript(self._pcm, order.span)
                return [(self._delay("stt"), Transcribed(attempt, heard))]
            case JudgeTurn():
                judged = TurnJudged(attempt, fake_turn_probability(self._pcm, order.span))
                return [(self._delay("turn"), judged)]
            case Respond():
                return [
                    (self._delay("llm"), event)
                    for event in fake_reply(attempt, order.text, order.topic)
                ]
            case Synthesize():
                half = AudioChunk(tone(300, 0.4), RATE)
                end = AudioChunk(np.zeros(0, np.int16), RATE)
                return [
                    (self._delay("tts"), SpeechReady(attempt, order.text, half, False)),
                    (0.01, SpeechReady(attempt, order.text, half, False)),
                    (0.01, SpeechReady(attempt, order.text, end, True)),
                ]
            case Play():
                played = Played(attempt, order.text) if order.last else None
                began = PlaybackStarted(attempt) if attempt != self._playing else None
                self._playing = attempt
                return [(0.0, began), (order.audio.seconds, played)]
            case Perform(_, actions):
                ids = [id for each in actions if isinstance(each, Dismiss) for id in each.ids]
                over = [(self._delay("skill"), AlertOver(id)) for id in ids]
                return [*over, (0.0, Performed(attempt))]

    def _delay(self, stage: str) -> float:
        base: float = getattr(self.delays, stage)
        return base * (1 + self.delays.jitter * self.random.random())

    def _schedule(self, at: float, event: Event) -> None:
        heapq.heappush(self._due, (at, self._count, event))
        self._count += 1
