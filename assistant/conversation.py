"""The conversation: who has the floor, what is held back, what is remembered. Pure.

Every transition is an arm of the table built by `@on`: (state, event) -> one method, which
returns commands and may enter one of the states it declared. A pair that is not in the table
changes nothing. `docs/design.md` shows the table and its diagram, both made from this file.

Three rules carry the rest:
- results of any attempt but the current one are dropped, in one line of `handle`;
- computations run as soon as they can, effects (`Play`, `Perform`) are held while LISTENING and
  released when the turn is committed;
- time comes in as an argument; `deadline` says when DeadlinePassed is wanted.

Ducking is no arm's business: after each step it follows from the state (`_follow_with_duck`), so
that nothing can forget to end it.
"""

from dataclasses import replace

from assistant.actions import Dismiss
from assistant.asking import asks
from assistant.audio.types import RATE
from assistant.events import (
    ALERT,
    ALWAYS,
    CONFIRMATION,
    ActionProposed,
    AlertMissed,
    AlertOver,
    AlertRang,
    Attempt,
    ButtonPressed,
    Cancel,
    Chime,
    DeadlinePassed,
    Device,
    DeviceFound,
    DeviceLost,
    Duck,
    Effect,
    Event,
    Exchange,
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
    TextReceived,
    Topic,
    Transcribe,
    Transcribed,
    TurnJudged,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
    WordingJudged,
)
from assistant.interruption import Interruption, backchannel
from assistant.memory import Memory
from assistant.pauses import Pauses
from assistant.policy import Evidence, Policy, stop_after
from assistant.reply import Reply, Sentence
from assistant.request import Opening, Request
from assistant.ringing import Ringing
from assistant.transitions import ANY, TABLE, Commands, State, on

APOLOGY = "Sorry, something went wrong. Please try again."
APOLOGIES = {
    "full": "I can't save that: my storage is full.",
    "readonly": "I can't save that: my storage can't be written to.",
    "too many": "I have too many of those already.",
    "home": "I can't reach the house right now.",
    "heat": "I'm too warm to think about that. Timers and lists still work.",
    "memory": "I'm too short of memory to think about that. Timers and lists still work.",
}
"""What is said instead where the code of a failure tells more."""
NAME_PATIENCE_S = 4.0
"""Seconds that what rings waits for its name to be synthesised; without it, it rings on."""
THINKING_AGAIN_S = 3.0
"""Seconds from one thinking sound to the next."""


IDLE, LISTENING, THINKING, SPEAKING = State.IDLE, State.LISTENING, State.THINKING, State.SPEAKING
REPLYING = (LISTENING, THINKING, SPEAKING)


class Conversation:
    """Owns all conversational state; used by one thread."""

    def __init__(self, policy: Policy, language: str = "en") -> None:
        """`language`: of the requests, ISO 639-1."""
        self._policy = policy
        self._language = language
        self.pauses = Pauses(policy.pauses, policy.silence_s)
        self.state = IDLE
        self._memory = Memory(policy.remember)
        self._turns = 0
        """The last turn that was given a number."""
        self._attempt = Attempt(0)
        self._request = Request(Opening.CALLED, None)
        self._reply = Reply()
        self._limit_s: float | None = None
        """Clock time at which the present state has lasted long enough."""
        self._sound_s: float | None = None
        """Clock time of the next thinking sound."""
        self._committed_s = 0.0
        self._interruption: Interruption | None = None
        """Only while SPEAKING."""
        self._ducked = False
        self._voice_from: int | None = None
        """Start of the voice that is running now, whoever's it is."""
        self._background = False
        """The reply began while a voice was running, a television perhaps, which has not stopped
        since: no interruption."""
        self._heard_at = (0, 0.0)
        """A sample of the microphone, and the clock time at which it was heard."""
        self._lost: set[Device] = set()
        self._ringing = Ringing()
        self._said = ""
        """The last reply that was heard, as far as it was."""
        self._topic: Topic | None = None
        """Of the last turn of which something was heard or done."""
        self._topic_until_s = 0.0
        """Clock time up to which a request may refer to it."""

    @property
    def history(self) -> tuple[Exchange, ...]:
        """Oldest first."""
        return self._memory.exchanges

    @property
    def holding(self) -> int:
        """Effects and sentences that still wait for something."""
        return len(self._reply.held) + len(self._reply.pending) + self._reply.performing

    @property
    def deadline(self) -> float | None:
        """Clock time at which `DeadlinePassed` is wanted; None if never."""
        moments = [self._limit_s]
        if self.state is THINKING:
            moments.append(self._sound_s)
        if self.state is IDLE and self._ringing.missed and "loudspeaker" not in self._lost:
            moments.append(self._ringing.retry_s)
        if self._interruption is not None:
            moments.append(self._interruption.until_s)
        return min((moment for moment in moments if moment is not None), default=None)

    def handle(self, event: Event, now: float) -> Commands:
        """Take one event at clock time `now` (seconds); return the orders that follow from it."""
        if isinstance(event, Result) and not self._wanted(event.attempt):
            return []
        self._notice(event, now)
        row = TABLE.get((self.state, type(event)))
        if row is None:
            return []
        before = self.state
        commands = row.arm(self, event, now)
        assert self.state is before or self.state in row.to, (
            before,
            type(event).__name__,
            self.state,
        )
        return commands + self._follow_with_duck()

    def _wanted(self, attempt: Attempt) -> bool:
        interruption = self._interruption
        return attempt == self._attempt or (
            interruption is not None and attempt == interruption.attempt
        )

    def _notice(self, event: Event, now: float) -> None:
        """What is true in every state: who is speaking, which devices are there."""
        match event:
            case VoiceStarted(at) | VoiceResumed(at):
                self._voice_from = at
            case VoicePaused(at, speech_end) | VoiceStopped(at, speech_end):
                self._voice_from, self._heard_at = None, (at, now)
                if isinstance(event, VoiceStopped) and at > speech_end:  # else it was cut
                    self._background = False
            case WakeDetected(at=at):
                self._heard_at = (at, now)
            case DeviceFound(device):
                self._lost.discard(device)
            case DeviceLost(device):
                self._lost.add(device)
                if device == "microphone":
                    self._voice_from, self._background = None, False

    def _follow_with_duck(self) -> Commands:
        """The reply is quieter while something is awaited of a voice over it."""
        on = self._interruption is not None and self._interruption.until_s is not None
        if on == self._ducked:
            return []
        self._ducked = on
        return [Duck(on)]

    # -- the user gets the floor ---------------------------------------------------------------

    @on(ANY, WakeDetected, to=(LISTENING,))
    def _wake(self, event: WakeDetected, now: float) -> Commands:
        """Stop whatever runs, chime, listen from the end of the wake word."""
        commands = self._abandon(now)
        self._call(event.at, now)
        return [*commands, Chime("wake")]

    @on(ANY, ButtonPressed, to=ANY)
    def _button(self, event: ButtonPressed, now: float) -> Commands:
        """Stop whatever runs; "talk" listens, as if the wake word had just ended."""
        commands = self._abandon(now)
        if event.name == "stop":
            return [*commands, *self._dismiss(), *self._idle(now)]
        if "microphone" in self._lost:
            return [*commands, Chime("error"), *self._idle(now)]
        self._call(event.at, now)
        return [*commands, Chime("wake")]

    @on((LISTENING,), VoiceStarted, VoiceResumed)
    def _voice(self, event: VoiceStarted | VoiceResumed, now: float) -> Commands:
        """The request begins or goes on: forget what an early answer made of it."""
        request = self._request
        commands = self._went_on(event.at) if request.span is not None else []
        if request.floor is None:
            request.floor = max(request.earliest, self._with_preroll(event.at))
        if request.voice_from is None:
            request.voice_from = event.at
        self._limit_s = None
        return commands

    @on((LISTENING,), VoicePaused)
    def _pause(self, event: VoicePaused, now: float) -> Commands:
        """If it was long enough to be a request, begin to answer it; effects are held."""
        request, policy = self._request, self._policy
        if request.floor is None or request.voice_from is None:
            return self._await_voice(now)
        voiced_s = (event.speech_end - max(request.floor, request.voice_from)) / RATE
        called = request.opening is Opening.CALLED
        ran_on = called and request.voice_from == request.floor
        least_s = policy.min_in_one_breath_s if ran_on else policy.min_request_s
        if called and voiced_s < least_s:
            request.voice_from = None
            return self._await_voice(now)
        longest = self._samples(policy.longest_request_s)
        request.span = Span(max(self._beginning(request), event.at - longest), event.at)
        request.evidence = Evidence(perhaps_tail=ran_on and voiced_s < policy.tail_s)
        request.speech_end_s = now - (event.at - event.speech_end) / RATE
        self._rearm()
        return self._ask() if self._attempt.revision < policy.max_revisions else []

    @on((LISTENING,), VoiceStopped, to=ANY)
    def _stop(self, event: VoiceStopped, now: float) -> Commands:
        """The longest silence is over: commit, or go on waiting if nothing was asked."""
        return self._commit(now) if self._request.span is not None else self._await_voice(now)

    # -- what the pause was: evidence ------------------------------------------------------------

    @on((LISTENING,), Transcribed)
    def _hypothesis(self, event: Transcribed, now: float) -> Commands:
        """Answer it, effects held; nothing but noise is forgotten and listening goes on."""
        if self._nothing_in(event.text):
            return self._forget_noise(now)
        answers = self._request.opening is Opening.FOLLOW_UP
        self._request.evidence = replace(
            self._request.evidence,
            text=event.text,
            asks=answers or asks(event.text, self._language),
        )
        self._rearm()
        return [self._respond(event.text, now)]

    @on((LISTENING,), TurnJudged)
    def _judged(self, event: TurnJudged, now: float) -> Commands:
        """Evidence: the turn may end sooner or later."""
        self._request.evidence = replace(self._request.evidence, turn_probability=event.probability)
        self._rearm()
        return []

    @on((LISTENING,), WordingJudged)
    def _worded(self, event: WordingJudged, now: float) -> Commands:
        """Evidence, from the words: the turn may end sooner or later. If they may be all, ask how
        they sound: not before, because that would take cores from the transcript."""
        request, policy = self._request, self._policy
        request.evidence = replace(request.evidence, wording_probability=event.probability)
        self._rearm()
        if event.probability < policy.wording_hesitation_below:
            return []
        assert request.span is not None
        return [JudgeTurn(self._attempt, request.span)]

    @on((LISTENING,), RequestUnderstood)
    def _understood(self, event: RequestUnderstood, now: float) -> Commands:
        """Evidence: the turn may end sooner, unless something is missing that may yet be said."""
        self._request.understood, self._request.topic = True, event.topic
        if event.topic is None or event.topic.awaits in ("", CONFIRMATION):
            self._request.evidence = replace(self._request.evidence, understood=True)
            self._rearm()
        return []

    @on((THINKING, SPEAKING), RequestUnderstood)
    def _understood_late(self, event: RequestUnderstood, now: float) -> Commands:
        """Remember what it was about."""
        self._request.understood, self._request.topic = True, event.topic
        return []

    @on((LISTENING,), DeadlinePassed, to=ANY)
    def _decide(self, event: DeadlinePassed, now: float) -> Commands:
        """The silence lasted as long as `stop_after` asks: commit; if nobody spoke, give up."""
        if self._request.span is not None:
            return self._commit(now)
        return self._give_up(now)

    # -- the answer --------------------------------------------------------------------------------

    @on((THINKING,), Transcribed, to=(IDLE, LISTENING, SPEAKING))
    def _transcript(self, event: Transcribed, now: float) -> Commands:
        """Answer it; of nothing but noise the first few are forgotten, as before the commit."""
        if self._nothing_in(event.text):
            again = self._attempt.revision < self._policy.max_revisions
            if not again or self._patience_s(now) <= now:
                return self._give_up(now)
            self.state = LISTENING
            return self._forget_noise(now)
        self._request.evidence = replace(self._request.evidence, text=event.text)
        return [self._respond(event.text, now)]

    @on(REPLYING, SentenceReady)
    def _sentence(self, event: SentenceReady, now: float) -> Commands:
        """Synthesise it."""
        self._progress(now)
        self._reply.pending.append(Sentence(event.text))
        return [Synthesize(self._attempt, event.text)]

    @on(REPLYING, SpeechReady, to=(SPEAKING,))
    def _speech(self, event: SpeechReady, now: float) -> Commands:
        """Play it; held while the turn is not committed."""
        self._progress(now)
        return self._effect(Play(self._attempt, event.text, event.audio, event.last), now)

    @on(REPLYING, ActionProposed)
    def _action(self, event: ActionProposed, now: float) -> Commands:
        """Perform it; held while the turn is not committed."""
        return self._effect(Perform(self._attempt, event.actions), now)

    @on((THINKING, SPEAKING), Performed, to=(SPEAKING, IDLE, LISTENING))
    def _performed(self, event: Performed, now: float) -> Commands:
        """It is done: now it may be said."""
        self._reply.performing = False
        self._ringing.silenced(self._reply.performed[-1].actions)
        return [*self._release(now), *self._finish_if_heard(now)]

    @on((SPEAKING,), PlaybackStarted)
    def _audible(self, event: PlaybackStarted, now: float) -> Commands:
        """From now on it is counted how much was heard."""
        self._reply.began(now)
        return []

    @on(REPLYING, ReplyComplete, to=(IDLE, LISTENING, SPEAKING))
    def _complete(self, event: ReplyComplete, now: float) -> Commands:
        """Nothing more will come; if all of it was heard already, the turn is over."""
        self._reply.complete = True
        return self._finish_if_heard(now)

    @on((THINKING, SPEAKING), Played, to=(IDLE, LISTENING, SPEAKING))
    def _played(self, event: Played, now: float) -> Commands:
        """What was heard is remembered; after the last sentence the turn is over."""
        self._progress(now)
        self._reply.played(event.text, now)
        return self._finish_if_heard(now)

    # -- second thoughts ------------------------------------------------------------------------

    @on((THINKING,), VoiceStarted, VoiceResumed, to=(LISTENING,))
    def _reopen(self, event: VoiceStarted | VoiceResumed, now: float) -> Commands:
        """Within reopen_s and with nothing performed: the turn was not over; go on listening."""
        return self._go_on(event.at) if self._may_reopen(event.at, now) else []

    @on((SPEAKING,), VoiceStarted, VoiceResumed, to=(LISTENING,))
    def _voice_over(self, event: VoiceStarted | VoiceResumed, now: float) -> Commands:
        """With barge_in "voice": soon after the commit the turn was not over; later the reply is
        ducked until it is known what the voice wants. A voice older than the reply wants nothing.
        """
        if self._policy.barge_in == "wake" or self._background:
            return []
        if not self._reply.heard and self._may_reopen(event.at, now):
            return self._go_on(event.at)
        until_s, known = now + self._policy.barge_in_s, self._interruption
        if known is None:
            self._interruption = Interruption(self._next_turn(), event.at, until_s)
        else:  # it said more before its words were known: what counts is all of it
            again = replace(known.attempt, revision=known.attempt.revision + 1)
            self._interruption = Interruption(again, known.voice_from, until_s)
        return []

    @on((SPEAKING,), VoicePaused)
    def _short_voice(self, event: VoicePaused, now: float) -> Commands:
        """A cough, "mm-hm", "stop"? The reply goes on, ducked, until the words are known."""
        voice = self._interruption
        if voice is None or voice.span is not None:
            return []
        longest = self._samples(self._policy.longest_request_s)
        start = max(0, self._with_preroll(voice.voice_from), event.at - longest)
        voice.span = Span(start, event.at)
        voice.speech_end_s = now - (event.at - event.speech_end) / RATE
        voice.until_s = now + self._policy.barge_in_words_s
        return [Transcribe(voice.attempt, voice.span)]

    @on((SPEAKING,), Transcribed, to=(LISTENING,))
    def _words_over(self, event: Transcribed, now: float) -> Commands:
        """Noise and words of assent let the reply go on, unless it asks; others take the floor."""
        answers = self._reply.asks and self._policy.follow_up != "never"
        if not event.text or (backchannel(event.text) and not answers):
            self._interruption = None
            return []
        return [*self._interrupt(now), *self._hypothesis(event, now)]

    @on((SPEAKING,), DeadlinePassed, to=(IDLE, LISTENING))
    def _still_speaking(self, event: DeadlinePassed, now: float) -> Commands:
        """A voice that went on for barge_in_s takes the floor; one whose words are not known in
        time lets the reply go on aloud. No progress for patience_s: an error chime, the end."""
        voice = self._interruption
        if voice is None or voice.until_s is None or now < voice.until_s:
            return self._hung(now)
        if voice.span is None:
            return self._interrupt(now)
        voice.until_s = None
        return []

    @on((THINKING,), DeadlinePassed, to=(IDLE, LISTENING, SPEAKING))
    def _still_thinking(self, event: DeadlinePassed, now: float) -> Commands:
        """Nothing to say for thinking_s: a soft sound tells that the answer is on its way. No
        progress for patience_s: an error chime, the end."""
        if self._sound_s is None or now < self._sound_s:
            return self._hung(now)
        self._sound_s = now + THINKING_AGAIN_S
        return [Chime("thinking")]

    @on((IDLE,), DeadlinePassed, to=(SPEAKING, LISTENING))
    def _still_missed(self, event: DeadlinePassed, now: float) -> Commands:
        """What was missed, and could not be said before, is told."""
        return self._ring_if_free(now)

    # -- from elsewhere ---------------------------------------------------------------------------

    @on(ANY, TextReceived, to=(THINKING,))
    def _typed(self, event: TextReceived, now: float) -> Commands:
        """A committed turn whose transcript is given."""
        commands = self._abandon(now)
        self._open(Opening.TYPED, None)
        self._request.evidence = Evidence(text=event.text)
        self.state, self._committed_s, self._sound_s = THINKING, now, None
        self._progress(now)
        return [*commands, self._respond(event.text, now)]

    @on(ANY, AlertRang, to=(SPEAKING, LISTENING))
    def _ring(self, event: AlertRang, now: float) -> Commands:
        """Ring now, or as soon as nobody has the floor and there is a loudspeaker."""
        self._ringing.rang(event)
        return self._ring_if_free(now)

    @on(ANY, AlertMissed, to=(SPEAKING, LISTENING))
    def _missed(self, event: AlertMissed, now: float) -> Commands:
        """Say so, once, as soon as nobody has the floor."""
        self._ringing.missed.append(event)
        return self._ring_if_free(now)

    @on(ANY, AlertOver, to=(IDLE,))
    def _over(self, event: AlertOver, now: float) -> Commands:
        """It rings no longer; a round of ringing that has become pointless ends at once."""
        self._ringing.over(event.id)
        pointless = self._request.opening is Opening.ALERT and not self._ringing.pending(now)
        if not pointless or self._request.voice_from is not None or self._interruption is not None:
            return []
        return [*self._abandon(now), *self._idle(now)]

    @on(ANY, DeviceLost, to=(IDLE, SPEAKING, LISTENING))
    def _device_lost(self, event: DeviceLost, now: float) -> Commands:
        """Without a microphone listening ends with an error chime; an answer goes on."""
        if event.device == "loudspeaker":
            return []
        if self.state is LISTENING:
            request = self._request
            unused = request.opening is not Opening.CALLED and request.voice_from is None
            chime = [] if unused else [Chime("error")]
            return [*self._abandon(now), *chime, *self._idle(now)]
        if self._interruption is not None and self._interruption.span is None:
            self._interruption = None
        return []

    @on(ANY, DeviceFound, to=(SPEAKING, LISTENING))
    def _device_found(self, event: DeviceFound, now: float) -> Commands:
        """With the loudspeaker back, what rings can be heard."""
        return [] if event.device == "microphone" else self._ring_if_free(now)

    @on(REPLYING, StageFailed, to=(IDLE, LISTENING, SPEAKING))
    def _failed(self, event: StageFailed, now: float) -> Commands:
        """Say sorry in place of the answer; if speaking itself failed, an error chime. What rings
        goes on ringing without its name."""
        if event.attempt != self._attempt:  # what was said over the reply stays unknown
            self._interruption = None
            return []
        if event.stage == "turn":  # only an opinion is missing: the fixed silence decides
            return []
        unasked = self._request.opening is Opening.ALERT and event.stage != "skill"
        if event.stage in ("tts", "player") or unasked:
            return [*self._abandon(now), *self._end_badly(now)]
        self._remember(now)
        performed = self._reply.performed
        apology = APOLOGIES.get(event.code, APOLOGY)
        commands = self._next_revision()
        # Nothing is asked again, nothing done is forgotten, and an apology is no answer.
        self._request.asked = self._attempt
        self._request.evidence = replace(self._request.evidence, text=None)
        self._reply.performed = performed
        self._request.topic = None
        self._reply.pending.append(Sentence(apology))
        self._reply.complete = True
        return [*commands, Synthesize(self._attempt, apology)]

    # -- the pieces that arms share ---------------------------------------------------------------

    def _next_turn(self) -> Attempt:
        self._turns += 1
        return Attempt(self._turns)

    def _open(self, opening: Opening, floor: int | None) -> None:
        """A new turn; the user has the floor."""
        self._attempt = self._next_turn()
        self._request, self._reply = Request(opening, floor), Reply()
        self.state, self._interruption = LISTENING, None

    def _call(self, floor: int | None, now: float) -> None:
        """A new turn from sample `floor` on, or from the next voice."""
        self._open(Opening.CALLED, floor)
        if floor is not None and self._voice_from is not None:
            # One breath: the request is already being spoken.
            self._request.voice_from, self._limit_s = floor, None
        else:
            self._limit_s = now + self._policy.no_speech_s

    def _take_over(self, voice: Interruption, opening: Opening) -> None:
        """The voice over the reply becomes the request of a turn, as far as it is known."""
        self._attempt = voice.attempt
        self._request = Request(opening, max(0, self._with_preroll(voice.voice_from)))
        self._request.voice_from = voice.voice_from
        self._reply, self._interruption = Reply(), None
        self.state, self._limit_s = LISTENING, None
        if voice.span is not None:
            self._request.span, self._request.asked = voice.span, voice.attempt
            self._request.speech_end_s = voice.speech_end_s
            self._rearm()

    def _interrupt(self, now: float) -> Commands:
        """The voice over the reply was meant: the reply ends, what was heard is remembered."""
        voice = self._interruption
        assert voice is not None
        self._remember(now)
        stale, rings = self._attempt, self._request.opening is Opening.ALERT
        self._take_over(voice, Opening.ALERT if rings else Opening.CALLED)
        return [Cancel(stale)]

    def _abandon(self, now: float) -> Commands:
        """End the present turn where it is; keep what was heard of its reply."""
        if self.state is IDLE:
            return []
        self._remember(now)
        # A voice over the reply is of a later turn: cancelling that cancels both.
        return [Cancel(self._interruption.attempt if self._interruption else self._attempt)]

    def _idle(self, now: float) -> Commands:
        """Nobody has the floor: what waited may ring."""
        self.state, self._limit_s, self._interruption = IDLE, None, None
        self._request, self._reply = Request(Opening.CALLED, None), Reply()
        return self._ring_if_free(now)

    def _ring_if_free(self, now: float) -> Commands:
        """A round of ringing: a sound, the name, then a moment for whoever is there to answer."""
        ringing = self._ringing
        if self.state is not IDLE or not ringing.pending(now) or "loudspeaker" in self._lost:
            return []
        self._open(Opening.ALERT, None)
        text = ringing.next_round(now)
        chime = [Chime("timer")] if ringing.alerts else []
        if not text:
            return [*chime, *self._await_answer(now)]
        self.state, self._background = SPEAKING, self._voice_from is not None
        self._reply.complete = True
        self._reply.pending.append(Sentence(text))
        self._limit_s = now + NAME_PATIENCE_S
        return [*chime, Synthesize(self._attempt, text)]

    def _await_answer(self, now: float) -> Commands:
        """Listen until the next round."""
        self._open(Opening.ALERT, None)
        self._limit_s = self._request.until_s = now + self._policy.alert_gap_s
        at, heard_s = self._heard_at
        self._request.earliest = at + self._samples(now - heard_s)
        return []

    def _dismiss(self) -> Commands:
        """Whoever says "stop" means all that rings."""
        ids = tuple(self._ringing.alerts)
        self._ringing.alerts.clear()
        self._ringing.said()
        return [Perform(ALWAYS, (Dismiss(ids),))] if ids else []

    def _end_badly(self, now: float) -> Commands:
        """It could not be said. What rings goes on, in its own time."""
        if self._request.opening is Opening.ALERT:
            self._ringing.unsaid(now)
            return self._await_answer(now)
        return [Chime("error"), *self._idle(now)]

    def _respond(self, text: str, now: float) -> Respond:
        """Ask for an answer, with what the request may refer to."""
        topic = self._topic if now < self._topic_until_s else None
        if self._request.opening is Opening.ALERT:
            topic = Topic(None, ALERT)
        return Respond(self._attempt, self.history, text, topic, self._said)

    def _give_up(self, now: float) -> Commands:
        """Nothing was asked."""
        chime = [Chime("gave_up")] if self._request.opening is Opening.CALLED else []
        return [Cancel(self._attempt), *chime, *self._idle(now)]

    def _hung(self, now: float) -> Commands:
        """Give the turn up, if it is time for that."""
        if self._limit_s is None or now < self._limit_s:
            return []
        return [*self._abandon(now), *self._end_badly(now)]

    def _nothing_in(self, text: str) -> bool:
        """It was noise, or a word of assent that nobody asked for."""
        return not text or (self._request.opening is Opening.OVERHEARD and backchannel(text))

    def _forget_noise(self, now: float) -> Commands:
        """What was taken for a request was none: go on waiting for it."""
        self._limit_s = self._patience_s(now)
        self._request.voice_from = None
        return self._revise()

    def _beginning(self, request: Request) -> int:
        """Sample from which the request is transcribed."""
        floor, voice_from = request.floor, request.voice_from
        assert floor is not None
        assert voice_from is not None
        called = request.opening is Opening.CALLED
        if called and voice_from - floor <= self._samples(self._policy.breath_s):
            return floor
        return max(floor, self._with_preroll(voice_from))

    def _patience_s(self, now: float) -> float:
        """Clock time up to which a voice is waited for; noise prolongs only a call."""
        if self._request.opening is Opening.CALLED:
            return now + self._policy.no_speech_s
        return self._request.until_s

    def _await_voice(self, now: float) -> Commands:
        """Wait for a request, but not for ever; a wait that is under way goes on."""
        if self._limit_s is None:
            self._limit_s = self._patience_s(now)
        return []

    def _ask(self) -> Commands:
        """Order the transcript of the request so far."""
        span = self._request.span
        assert span is not None
        self._request.asked = self._attempt
        return [Transcribe(self._attempt, span)]

    def _rearm(self) -> None:
        """The turn ends when the silence has lasted as long as the evidence asks."""
        wait_s = stop_after(self._request.evidence, self._policy, self.pauses.pace)
        self._limit_s = self._request.speech_end_s + wait_s

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

    def _went_on(self, at: int) -> Commands:
        """The pause was none that ends a turn: the speaker went on at sample `at`."""
        request, (heard_at, heard_s) = self._request, self._heard_at
        paused_s = heard_s + (at - heard_at) / RATE - request.speech_end_s
        request.longest_pause_s = max(request.longest_pause_s, paused_s)
        return self._revise()

    def _go_on(self, at: int) -> Commands:
        """The turn was not over: the user has the floor again."""
        self.state, self._limit_s, self._interruption = LISTENING, None, None
        return self._went_on(at)

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
        self._sound_s = now + self._policy.thinking_s if self._policy.thinking_s else None
        self._progress(now)
        commands = self._ask() if self._request.asked != self._attempt else []
        return [*commands, *self._release(now), *self._finish_if_heard(now)]

    def _release(self, now: float) -> Commands:
        """Let happen what was held, up to and with the next action."""
        held, self._reply.held = self._reply.held, []
        return [command for effect in held for command in self._effect(effect, now)]

    def _effect(self, effect: Effect, now: float) -> Commands:
        """Hold it, or let it happen."""
        if self.state is LISTENING or self._reply.performing:
            self._reply.held.append(effect)
            return []
        if isinstance(effect, Perform):
            self._reply.performed.append(effect)
            self._reply.performing = True
            return [effect]
        self._reply.ordered(effect, now)
        if self.state is THINKING:
            self.state, self._background = SPEAKING, self._voice_from is not None
        return [effect]

    def _progress(self, now: float) -> None:
        if self.state in (THINKING, SPEAKING):
            self._limit_s = now + self._policy.patience_s

    def _finish_if_heard(self, now: float) -> Commands:
        """The turn is over when the reply is complete and every sentence was heard."""
        reply = self._reply
        if self.state is LISTENING or not reply.complete or reply.pending or reply.performing:
            return []
        self._remember(now)
        if self._request.opening is Opening.ALERT and self._request.understood:
            self._ringing.said()  # whoever answers has heard it
        rings, asks, voice = self._ends_round(now), self._listens_on(), self._interruption
        if voice is not None and voice.until_s is not None:
            # Somebody speaks over the last words: the reply is over, so let them finish.
            later = Opening.FOLLOW_UP if asks else Opening.OVERHEARD
            self._take_over(voice, Opening.ALERT if rings else later)
        elif rings:
            return self._await_answer(now)
        elif asks:
            self._open(Opening.FOLLOW_UP, None)
            self._limit_s = now + self._policy.follow_up_s
            at, heard_s = self._heard_at
            self._request.earliest = at + self._samples(now - heard_s)
        else:
            late = [Cancel(voice.attempt)] if voice is not None else []
            return [*late, *self._idle(now)]
        self._request.until_s = now + self._policy.follow_up_s if asks else now
        return []

    def _ends_round(self, now: float) -> bool:
        """The turn was a round of ringing: nobody asked anything in it."""
        if self._request.opening is not Opening.ALERT or self._request.evidence.text is not None:
            return False
        self._ringing.said()
        return self._ringing.pending(now)

    def _listens_on(self) -> bool:
        """Whether the floor goes back to the user once the reply was heard."""
        reply, follow_up = self._reply, self._policy.follow_up
        if not reply.heard or "microphone" in self._lost or follow_up == "never":
            return False
        return self._request.opening is not Opening.TYPED and (follow_up == "always" or reply.asks)

    def _remember(self, now: float) -> None:
        """Keep the exchange, as far as it was heard."""
        request, heard = self._request.evidence.text, self._reply.heard_by(now)
        if request and (heard or self._reply.performed):
            self._topic, self._topic_until_s = self._request.topic, now + self._policy.topic_s
        elif self._request.understood and self._reply.complete and not self._reply.pending:
            self._topic = None  # "never mind": no question is open any more
        self._said = heard or self._said
        if request and heard:
            if not self._request.understood:
                self._memory.add(Exchange(request, heard))
            if self._request.opening is not Opening.TYPED:
                self.pauses.turn(self._request.longest_pause_s)

    def _with_preroll(self, at: int) -> int:
        return at - self._samples(self._policy.preroll_s)

    @staticmethod
    def _samples(seconds: float) -> int:
        return round(seconds * RATE)
