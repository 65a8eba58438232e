"""The conversation: who has the floor, what is held back, what is remembered. Pure.

Every transition is an arm of the table built by `@on`: (state, event) -> one method, which
returns commands and may enter one of the states it declared. A pair that is not in the table
changes nothing. `docs/design.md` shows the table and its diagram, both made from this file.

Three rules carry the rest:
- results of any attempt but the current one are dropped, in one line of `handle`;
- computations run as soon as they can, effects (`Play`, `Perform`) are held while LISTENING and
  released when the turn is committed;
- time comes in as an argument; `deadline` says when DeadlinePassed is wanted.
"""

from dataclasses import dataclass, field, replace
from enum import Enum

from assistant.audio.types import RATE
from assistant.events import (
    ActionProposed,
    Attempt,
    ButtonPressed,
    Cancel,
    Chime,
    DeadlinePassed,
    Effect,
    Event,
    Exchange,
    JudgeTurn,
    Perform,
    Play,
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
    TextReceived,
    TimerRang,
    Transcribe,
    Transcribed,
    TurnJudged,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
)
from assistant.policy import Evidence, Policy, stop_after
from assistant.transitions import ANY, TABLE, Commands, State, on

APOLOGY = "Sorry, something went wrong. Please try again."


class Opening(Enum):
    """What gave the user the floor: a follow-up nobody makes use of ends without a sound."""

    CALLED = "wake word or button"
    FOLLOW_UP = "the end of a reply"


@dataclass(slots=True)
class Request:
    """The user's side of the turn."""

    opening: Opening
    floor: int | None
    """Sample from which audio belongs to this request; None until a voice starts."""
    voice_from: int | None = None
    """Where its voice began."""
    span: Span | None = None
    """What would be transcribed; set during a pause that may be the end."""
    asked: Attempt | None = None
    """The attempt for which transcription was ordered."""
    speech_end_s: float = 0.0
    """Clock time of the last voice before the present pause."""
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(slots=True)
class Reply:
    """The assistant's side of the turn."""

    held: list[Effect] = field(default_factory=list)
    """Effects that wait for the turn to be committed."""
    pending: list[str] = field(default_factory=list)
    """Sentences not yet heard to their end."""
    heard: list[str] = field(default_factory=list)
    performed: list[Perform] = field(default_factory=list)
    complete: bool = False
    """No more sentences will come."""


IDLE, LISTENING, THINKING, SPEAKING = State.IDLE, State.LISTENING, State.THINKING, State.SPEAKING
REPLYING = (LISTENING, THINKING, SPEAKING)


class Conversation:
    """Owns all conversational state; used by one thread."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.state = IDLE
        self.deadline: float | None = None
        """Clock time at which `DeadlinePassed` is wanted; None if never."""
        self.history: tuple[Exchange, ...] = ()
        """Oldest first."""
        self._attempt = Attempt(0)
        self._request = Request(Opening.CALLED, None)
        self._reply = Reply()
        self._committed_s = 0.0
        self._voice_from: int | None = None
        """Start of the voice that is running now, whoever's it is."""
        self._ringing: list[TimerRang] = []
        """Timers that wait for the floor."""

    @property
    def holding(self) -> int:
        """Effects, sentences and timers that still wait for something."""
        return len(self._reply.held) + len(self._reply.pending) + len(self._ringing)

    def handle(self, event: Event, now: float) -> Commands:
        """Take one event at clock time `now` (seconds); return the orders that follow from it."""
        if isinstance(event, Result) and event.attempt != self._attempt:
            return []
        match event:
            case VoiceStarted(at) | VoiceResumed(at):
                self._voice_from = at
            case VoicePaused() | VoiceStopped():
                self._voice_from = None
        row = TABLE.get((self.state, type(event)))
        if row is None:
            return []
        before = self.state
        commands = row.arm(self, event, now)
        assert self.state is before or self.state in row.to, (before, event, self.state)
        return commands

    # -- the user gets the floor ---------------------------------------------------------------

    @on(ANY, WakeDetected, to=(LISTENING,))
    def _wake(self, event: WakeDetected, now: float) -> Commands:
        """Stop whatever runs, chime, listen from the end of the wake word."""
        commands = self._abandon()
        self._call(event.at, now)
        return [*commands, Chime("wake")]

    @on(ANY, ButtonPressed, to=(LISTENING, IDLE))
    def _button(self, event: ButtonPressed, now: float) -> Commands:
        """Stop whatever runs; "talk" listens, as if the wake word had just ended."""
        commands = self._abandon()
        if event.name != "talk":
            return [*commands, *self._idle()]
        self._call(event.at, now)
        return [*commands, Chime("wake")]

    @on((LISTENING,), VoiceStarted, VoiceResumed)
    def _voice(self, event: VoiceStarted | VoiceResumed, now: float) -> Commands:
        """The request begins or goes on: forget what an early answer made of it."""
        request = self._request
        commands = self._revise() if request.span is not None else []
        if request.floor is None:
            request.floor = max(0, event.at - self._samples(self._policy.preroll_s))
        if request.voice_from is None:
            request.voice_from = event.at
        self.deadline = None
        return commands

    @on((LISTENING,), VoicePaused)
    def _pause(self, event: VoicePaused, now: float) -> Commands:
        """If it was long enough to be a request, begin to answer it; effects are held."""
        request, policy = self._request, self._policy
        if request.floor is None or request.voice_from is None:
            return self._await_voice(now)
        voiced_s = (event.speech_end - max(request.floor, request.voice_from)) / RATE
        if voiced_s < policy.min_request_s:
            request.voice_from = None
            return self._await_voice(now)
        preroll, longest = self._samples(policy.preroll_s), self._samples(policy.longest_request_s)
        start = max(request.floor, request.voice_from - preroll, event.at - longest)
        request.span = Span(start, event.at)
        request.speech_end_s = now - (event.at - event.speech_end) / RATE
        self._rearm()
        return self._ask() if self._attempt.revision < policy.max_revisions else []

    @on((LISTENING,), VoiceStopped, to=(THINKING, SPEAKING, IDLE, LISTENING))
    def _stop(self, event: VoiceStopped, now: float) -> Commands:
        """The longest silence is over: commit, or go on waiting if nothing was asked."""
        return self._commit(now) if self._request.span is not None else self._await_voice(now)

    # -- what the pause was: evidence ------------------------------------------------------------

    @on((LISTENING,), Transcribed)
    def _hypothesis(self, event: Transcribed, now: float) -> Commands:
        """Answer it, effects held; nothing but noise is forgotten and listening goes on."""
        if not event.text:
            self.deadline = now + self._policy.no_speech_s
            self._request.voice_from = None
            return self._revise()
        self._request.evidence = replace(self._request.evidence, text=event.text)
        self._rearm()
        return [Respond(self._attempt, self.history, event.text)]

    @on((LISTENING,), TurnJudged)
    def _judged(self, event: TurnJudged, now: float) -> Commands:
        """Evidence: the turn may end sooner or later."""
        self._request.evidence = replace(self._request.evidence, turn_probability=event.probability)
        self._rearm()
        return []

    @on((LISTENING,), RequestUnderstood)
    def _understood(self, event: RequestUnderstood, now: float) -> Commands:
        """Evidence: the turn may end sooner."""
        self._request.evidence = replace(self._request.evidence, understood=True)
        self._rearm()
        return []

    @on((LISTENING,), DeadlinePassed, to=(THINKING, SPEAKING, IDLE, LISTENING))
    def _decide(self, event: DeadlinePassed, now: float) -> Commands:
        """The silence lasted as long as `stop_after` asks: commit; if nobody spoke, give up."""
        if self._request.span is not None:
            return self._commit(now)
        return self._give_up()

    # -- the answer --------------------------------------------------------------------------------

    @on((THINKING,), Transcribed, to=(IDLE,))
    def _transcript(self, event: Transcribed, now: float) -> Commands:
        """Answer it; if it was nothing but noise, give up."""
        if not event.text:
            return self._give_up()
        self._request.evidence = replace(self._request.evidence, text=event.text)
        return [Respond(self._attempt, self.history, event.text)]

    @on(REPLYING, SentenceReady)
    def _sentence(self, event: SentenceReady, now: float) -> Commands:
        """Synthesise it."""
        self._progress(now)
        self._reply.pending.append(event.text)
        return [Synthesize(self._attempt, event.text)]

    @on(REPLYING, SpeechReady, to=(SPEAKING,))
    def _speech(self, event: SpeechReady, now: float) -> Commands:
        """Play it; held while the turn is not committed."""
        self._progress(now)
        return self._effect(Play(self._attempt, event.text, event.audio, event.last))

    @on(REPLYING, ActionProposed)
    def _action(self, event: ActionProposed, now: float) -> Commands:
        """Perform it; held while the turn is not committed."""
        return self._effect(Perform(self._attempt, event.action))

    @on(REPLYING, ReplyComplete, to=(IDLE, LISTENING))
    def _complete(self, event: ReplyComplete, now: float) -> Commands:
        """Nothing more will come; if all of it was heard already, the turn is over."""
        self._reply.complete = True
        return self._finish_if_heard(now)

    @on((THINKING, SPEAKING), Played, to=(IDLE, LISTENING))
    def _played(self, event: Played, now: float) -> Commands:
        """What was heard is remembered; after the last sentence the turn is over."""
        self._progress(now)
        self._reply.pending.remove(event.text)
        self._reply.heard.append(event.text)
        return self._finish_if_heard(now)

    # -- second thoughts ------------------------------------------------------------------------

    @on((THINKING,), VoiceStarted, VoiceResumed, to=(LISTENING,))
    def _reopen(self, event: VoiceStarted | VoiceResumed, now: float) -> Commands:
        """Within reopen_s and with nothing performed: the turn was not over; go on listening."""
        if not self._may_reopen(event.at, now):
            return []
        self.state, self.deadline = LISTENING, None
        return self._revise()

    @on((SPEAKING,), VoiceStarted, VoiceResumed, to=(LISTENING,))
    def _barge_in(self, event: VoiceStarted | VoiceResumed, now: float) -> Commands:
        """Where echo is cancelled, a voice takes the floor; the wake word always does."""
        if self._policy.barge_in == "wake":
            return []
        if not self._reply.heard and self._may_reopen(event.at, now):
            self.state, self.deadline = LISTENING, None
            return self._revise()
        commands = self._abandon()
        self._open(Opening.CALLED, max(0, event.at - self._samples(self._policy.preroll_s)))
        self._request.voice_from = event.at
        self.deadline = None
        return commands

    # -- from elsewhere ---------------------------------------------------------------------------

    @on(ANY, TextReceived, to=(THINKING,))
    def _typed(self, event: TextReceived, now: float) -> Commands:
        """A committed turn whose transcript is given."""
        commands = self._abandon()
        self._open(Opening.CALLED, None)
        self._request.evidence = Evidence(text=event.text)
        self.state, self._committed_s = THINKING, now
        self._progress(now)
        return [*commands, Respond(self._attempt, self.history, event.text)]

    @on(ANY, TimerRang)
    def _ring(self, event: TimerRang, now: float) -> Commands:
        """Ring now, or as soon as nobody has the floor."""
        if self.state is IDLE:
            return [Chime("timer")]
        self._ringing.append(event)
        return []

    @on(REPLYING, StageFailed, to=(IDLE,))
    def _failed(self, event: StageFailed, now: float) -> Commands:
        """Say sorry in place of the answer; if speaking itself failed, an error chime."""
        if event.stage == "turn":  # only an opinion is missing: the fixed silence decides
            return []
        if event.stage in ("tts", "player"):
            return [*self._abandon(), Chime("error"), *self._idle()]
        self._remember()
        performed = self._reply.performed
        commands = self._next_revision()
        # Nothing is asked again, nothing done is forgotten, and an apology is no answer.
        self._request.asked = self._attempt
        self._request.evidence = replace(self._request.evidence, text=None)
        self._reply.performed = performed
        self._reply.pending.append(APOLOGY)
        self._reply.complete = True
        return [*commands, Synthesize(self._attempt, APOLOGY)]

    @on((THINKING, SPEAKING), DeadlinePassed, to=(IDLE,))
    def _hung(self, event: DeadlinePassed, now: float) -> Commands:
        """No progress for patience_s: give the turn up with an error chime."""
        return [*self._abandon(), Chime("error"), *self._idle()]

    # -- the pieces that arms share ---------------------------------------------------------------

    def _open(self, opening: Opening, floor: int | None) -> None:
        """A new turn; the user has the floor."""
        self._attempt = Attempt(self._attempt.turn + 1)
        self._request, self._reply = Request(opening, floor), Reply()
        self.state = LISTENING

    def _call(self, floor: int | None, now: float) -> None:
        """A new turn from sample `floor` on, or from the next voice."""
        self._open(Opening.CALLED, floor)
        if floor is not None and self._voice_from is not None:
            # One breath: the request is already being spoken.
            self._request.voice_from, self.deadline = floor, None
        else:
            self.deadline = now + self._policy.no_speech_s

    def _abandon(self) -> Commands:
        """End the present turn where it is; keep what was heard of its reply."""
        if self.state is IDLE:
            return []
        self._remember()
        return [Cancel(self._attempt)]

    def _idle(self) -> Commands:
        """Nobody has the floor: timers that waited may ring."""
        self.state, self.deadline = IDLE, None
        self._request, self._reply = Request(Opening.CALLED, None), Reply()
        rung = [Chime("timer") for _ in self._ringing]
        self._ringing.clear()
        return [*rung]

    def _give_up(self) -> Commands:
        """Nothing was asked."""
        chime = [Chime("gave_up")] if self._request.opening is Opening.CALLED else []
        return [Cancel(self._attempt), *chime, *self._idle()]

    def _await_voice(self, now: float) -> Commands:
        """Wait for a request, but not for ever; a wait that is under way goes on."""
        if self.deadline is None:
            self.deadline = now + self._policy.no_speech_s
        return []

    def _ask(self) -> Commands:
        """Order the transcript of the request so far, and an opinion on whether it is over."""
        span = self._request.span
        assert span is not None
        self._request.asked = self._attempt
        return [JudgeTurn(self._attempt, span), Transcribe(self._attempt, span)]

    def _rearm(self) -> None:
        """The turn ends when the silence has lasted as long as the evidence asks."""
        wait_s = stop_after(self._request.evidence, self._policy)
        self.deadline = self._request.speech_end_s + wait_s

    def _next_revision(self) -> Commands:
        """Same request, new attempt; everything computed or held so far is void."""
        stale = self._attempt
        self._attempt = Attempt(stale.turn, stale.revision + 1)
        self._reply = Reply()
        return [Cancel(stale)]

    def _revise(self) -> Commands:
        """The pause was not the end, or held nothing: the request goes on."""
        self._request.span = None
        self._request.evidence = Evidence()
        return self._next_revision()

    def _may_reopen(self, at: int, now: float) -> bool:
        floor = self._request.floor
        return (
            floor is not None
            and now - self._committed_s <= self._policy.reopen_s
            and not self._reply.performed
            and (at - floor) / RATE < self._policy.longest_request_s
        )

    def _commit(self, now: float) -> Commands:
        """The turn is over: release what was held, and ask now if nothing was asked before."""
        self.state, self._committed_s = THINKING, now
        self._progress(now)
        commands = self._ask() if self._request.asked != self._attempt else []
        held, self._reply.held = self._reply.held, []
        for effect in held:
            commands += self._effect(effect)
        return commands + self._finish_if_heard(now)

    def _effect(self, effect: Effect) -> Commands:
        """Hold it, or let it happen."""
        if self.state is LISTENING:
            self._reply.held.append(effect)
            return []
        if isinstance(effect, Perform):
            self._reply.performed.append(effect)
        elif self.state is THINKING:
            self.state = SPEAKING
        return [effect]

    def _progress(self, now: float) -> None:
        if self.state in (THINKING, SPEAKING):
            self.deadline = now + self._policy.patience_s

    def _finish_if_heard(self, now: float) -> Commands:
        """The turn is over when the reply is complete and every sentence was heard."""
        if self.state is LISTENING or not self._reply.complete or self._reply.pending:
            return []
        self._remember()
        if self._policy.follow_up_s == 0:
            return self._idle()
        self._open(Opening.FOLLOW_UP, None)
        self.deadline = now + self._policy.follow_up_s
        return []

    def _remember(self) -> None:
        """Keep the exchange, as far as it was heard."""
        request, heard = self._request.evidence.text, " ".join(self._reply.heard)
        if request and heard:
            self.history = (*self.history, Exchange(request, heard))
        if len(self.history) > self._policy.remember:
            # Half at once: each time the oldest goes, the language model reads its prompt anew.
            self.history = self.history[len(self.history) - self._policy.remember // 2 :]

    @staticmethod
    def _samples(seconds: float) -> int:
        return round(seconds * RATE)
