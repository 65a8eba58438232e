"""A conversation over a recording, in the recording's own time: what would be answered, and when.

The real listener, conversation and skills run; so do the voice detector, the turn detector and the
recogniser, whose results come in after a fixed time, so that a busy machine changes no decision.
Nobody answers: what a request is taken for does not depend on what is said to it.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from assistant.audio.quiet import led_in
from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.conversation import Conversation
from assistant.evaluate.wording import Wording
from assistant.events import (
    Attempt,
    ButtonPressed,
    Command,
    DeadlinePassed,
    Event,
    JudgeTurn,
    RequestUnderstood,
    Respond,
    Span,
    Transcribe,
    Transcribed,
    TurnJudged,
    WakeDetected,
    WordingJudged,
)
from assistant.listen import Listener
from assistant.policy import Policy
from assistant.stt import Transcriber
from assistant.transitions import State
from assistant.turn import TurnDetector

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
"""The time that skills are told; what they understand does not depend on it."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds of audio time that results take."""

    stt_s: float = 0.25
    """Whisper tiny.en on a request of some seconds, two idle x86-64 cores."""
    turn_s: float = 0.05
    """Smart Turn on the same."""
    wording_s: float = 0.06
    """SmolLM2 135M on its words."""


@dataclass
class Heard:
    """What became of one recording."""

    wakes: list[WakeDetected] = field(default_factory=list)
    spans: dict[Attempt, Span] = field(default_factory=dict)
    """What was transcribed, in order."""
    committed: list[int] = field(default_factory=list)
    """Sample indices at which the turn was taken for over; all but the last were taken back."""
    text: str = ""
    """The request as it would be answered; empty if nothing is."""
    span: Span | None = None
    """The audio of `text`."""


class Rehearsal:
    """Engines that are loaded once and hear one recording after another."""

    def __init__(
        self,
        policy: Policy,
        transcriber: Transcriber,
        turn: TurnDetector | None,
        understands: Callable[[str], bool],
        wording: Wording,
        delays: Delays,
    ) -> None:
        self._policy = policy
        self._transcriber = transcriber
        self._turn = turn
        self._understands = understands
        self._wording = wording
        self._delays = delays

    def hear(self, pcm: Pcm, listener: Listener, *, called: bool = False) -> Heard:
        """Run over one recording, at least 2 s of quiet at its end. `listener`: a fresh one.
        `called`: as if the talk button was pressed at the start."""
        return _Turn(self, pcm, listener).run(called)

    def results(self, order: Command, pcm: Pcm) -> list[tuple[float, Event]]:
        """What comes of an order, each with the seconds that it takes."""
        match order:
            case Transcribe(attempt, span):
                audio = led_in(pcm[span.start : span.end])
                transcript = self._transcriber.transcribe(audio, lambda: False)
                return [(self._delays.stt_s, Transcribed(attempt, transcript.text))]
            case JudgeTurn(attempt, span) if self._turn is not None:
                probability = self._turn.probability(pcm[span.start : span.end])
                return [(self._delays.turn_s, TurnJudged(attempt, probability))]
            case Respond(attempt=attempt, text=text) if self._understands(text):
                return [(0.0, RequestUnderstood(attempt))]
            case Respond(attempt=attempt, text=text) if (ends := self._wording(text)) is not None:
                return [(self._delays.wording_s, WordingJudged(attempt, ends))]
        return []

    def conversation(self) -> Conversation:
        return Conversation(self._policy)


class _Turn:
    def __init__(self, rehearsal: Rehearsal, pcm: Pcm, listener: Listener) -> None:
        self._rehearsal = rehearsal
        self._pcm = pcm
        self._listener = listener
        self._conversation = rehearsal.conversation()
        self._due: list[tuple[float, int, Event]] = []
        """Results on their way: when they come in, a number that keeps their order, the result."""
        self._count = 0
        self._heard = Heard()

    def run(self, called: bool) -> Heard:
        self._listener.attend(called)
        if called:
            self._handle(ButtonPressed("talk", at=0), 0.0)
        for start in range(0, len(self._pcm) - FRAME + 1, FRAME):
            frame = Frame(start, np.ascontiguousarray(self._pcm[start : start + FRAME]))
            now = frame.end / RATE
            self._catch_up(now)
            for fact in self._listener.push(frame):
                if isinstance(fact, WakeDetected):
                    self._heard.wakes.append(fact)
                self._handle(fact, now)
        self._catch_up(len(self._pcm) / RATE + 5)
        return self._heard

    def _catch_up(self, now: float) -> None:
        """Everything that falls due before `now`, results and deadlines in their order."""
        while True:
            result_s = self._due[0][0] if self._due else now
            deadline = self._conversation.deadline
            if deadline is not None and deadline < min(result_s, now):
                self._handle(DeadlinePassed(), deadline)
            elif result_s < now:
                at, _, result = heapq.heappop(self._due)
                self._handle(result, at)
            else:
                return

    def _handle(self, event: Event, now: float) -> None:
        before = self._conversation.state
        orders = self._conversation.handle(event, now)
        after = self._conversation.state
        if before is State.LISTENING and after is State.THINKING:
            self._heard.committed.append(round(now * RATE))
        for order in orders:
            self._note(order)
            for seconds, result in self._rehearsal.results(order, self._pcm):
                self._count += 1
                heapq.heappush(self._due, (now + seconds, self._count, result))

    def _note(self, order: Command) -> None:
        if isinstance(order, Transcribe):
            self._heard.spans[order.attempt] = order.span
        if isinstance(order, Respond):
            self._heard.text = order.text
            self._heard.span = self._heard.spans[order.attempt]
