"""What no scene shows: memory, and events that mean nothing where they arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.actions import CreateList
from assistant.conversation import APOLOGY, Conversation
from assistant.events import (
    ActionProposed,
    Attempt,
    ButtonPressed,
    DeadlinePassed,
    Event,
    Played,
    ReplyComplete,
    SentenceReady,
    Span,
    StageFailed,
    TextReceived,
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
from assistant.policy import Policy
from assistant.transitions import State
from tests.unit.hand import Hand, sample


def ask(conversation: Conversation, turn: int, text: str) -> None:
    attempt = Attempt(turn)
    events: list[Event] = [
        TextReceived(text),
        SentenceReady(attempt, f"{text}!"),
        SentenceReady(attempt, "Anything else?"),
        ReplyComplete(attempt),
        Played(attempt, f"{text}!"),
        Played(attempt, "Anything else?"),
    ]
    for event in events:
        conversation.handle(event, 0.0)


@given(st.integers(0, 12), st.integers(1, 30))
def test_memory_grows_at_its_end_and_is_halved_when_full(remember: int, turns: int) -> None:
    conversation = Conversation(Policy(remember=remember))
    for turn in range(1, turns + 1):
        before = conversation.history
        ask(conversation, turn, str(turn))
        after = conversation.history
        assert len(after) <= remember
        if len(after) > len(before):
            assert after[:-1] == before
            assert after[-1].reply_heard == f"{turn}! Anything else?"
        else:
            assert len(after) == remember // 2


def test_what_was_not_heard_was_not_said() -> None:
    conversation = Conversation(Policy())
    attempt = Attempt(1)
    for event in (
        TextReceived("sing"),
        SentenceReady(attempt, "La."),
        SentenceReady(attempt, "La la."),
        Played(attempt, "La."),
        TextReceived("stop"),
    ):
        conversation.handle(event, 0.0)
    assert [exchange.reply_heard for exchange in conversation.history] == ["La."]


def test_a_failure_after_the_first_sentence_keeps_what_was_heard() -> None:
    conversation = Conversation(Policy())
    attempt = Attempt(1)
    for event in (
        TextReceived("sing"),
        SentenceReady(attempt, "La."),
        Played(attempt, "La."),
        StageFailed(attempt, "llm", "crashed"),
    ):
        conversation.handle(event, 0.0)
    again = Attempt(1, 1)
    conversation.handle(Played(again, APOLOGY), 1.0)
    assert [exchange.reply_heard for exchange in conversation.history] == ["La."]
    assert conversation.state is State.IDLE


def test_a_button_pressed_while_a_voice_runs_hears_that_voice() -> None:
    conversation = Conversation(Policy())
    conversation.handle(VoiceStarted(1_000), 0.1)
    conversation.handle(ButtonPressed("talk", at=4_000), 0.3)
    assert conversation.deadline is None
    orders = conversation.handle(VoicePaused(40_000, 37_000), 2.5)
    assert [order.span for order in orders if isinstance(order, Transcribe)] == [
        Span(4_000, 40_000)
    ]


@pytest.mark.parametrize("acted", [True, False])
def test_a_voice_reopens_a_turn_only_while_nothing_was_done(acted: bool) -> None:
    conversation = Conversation(Policy())
    attempt = Attempt(1)
    events: list[Event] = [
        WakeDetected("hey_fake", 0.9, 16_000),
        VoiceStarted(20_000),
        VoicePaused(40_000, 37_000),
        Transcribed(attempt, "light on"),
    ]
    if acted:
        events.append(ActionProposed(attempt, (CreateList("camping"),)))
    for event in (*events, DeadlinePassed()):
        conversation.handle(event, 3.0)
    orders = conversation.handle(VoiceResumed(48_000), 3.2)
    assert (conversation.state is State.THINKING) == acted
    assert (orders == []) == acted


def test_voices_mean_nothing_while_nobody_was_called() -> None:
    conversation = Conversation(Policy())
    for event in (VoiceStarted(0), VoicePaused(9, 5), VoiceResumed(12), VoiceStopped(30, 20)):
        assert conversation.handle(event, 0.0) == []
    assert conversation.state is State.IDLE
    assert conversation.deadline is None


def test_the_pauses_of_a_turn_are_learned_from_once_it_is_answered() -> None:
    """A pause of 0.9 s inside the request, which outlasts the usual 0.7 s."""
    hand = Hand(Policy())
    hand.at(1.0, WakeDetected("hey_fake", 0.9, sample(1.0)))
    hand.voice(2.1)
    hand.pause(3.16)
    hand.at(3.3, Transcribed(Attempt(1), "remind me to"))
    hand.again(3.96)
    hand.pause(5.16)
    hand.at(5.3, Transcribed(Attempt(1, 1), "remind me to buy eggs"))
    hand.deadline()
    assert hand.machine.pauses.pace == 1
    hand.speaks(Attempt(1, 1), 6.0, "I will.")
    hand.at(7.0, Played(Attempt(1, 1), "I will."))
    assert hand.machine.pauses.silence_s == pytest.approx(0.75)
    assert hand.state == "idle"


def test_what_is_typed_teaches_nothing() -> None:
    conversation = Conversation(Policy())
    ask(conversation, 1, "hello")
    assert conversation.pauses.pace == 1


def test_a_statement_waits_longer_than_an_order_and_an_answer_does_not() -> None:
    deadlines = []
    for text in ("turn on the light", "two eggs and some cheese"):
        hand = Hand(Policy())
        hand.at(1.0, WakeDetected("hey_fake", 0.9, sample(1.0)))
        hand.voice(2.1)
        hand.pause(3.16)
        hand.at(3.3, TurnJudged(Attempt(1), 0.99), Transcribed(Attempt(1), text))
        hand.at(3.4, WordingJudged(Attempt(1), 0.5))
        deadlines.append(hand.machine.deadline)
    assert deadlines == pytest.approx([3.0 + 0.3, 3.0 + 1.2])
    hand = Hand(Policy())
    attempt = hand.asks("How many?")
    hand.at(6.0, Played(attempt, "How many?"))
    hand.voice(7.1)
    hand.pause(8.16)
    hand.at(8.3, TurnJudged(Attempt(2), 0.99), Transcribed(Attempt(2), "two eggs and cheese"))
    hand.at(8.4, WordingJudged(Attempt(2), 0.5))
    assert hand.machine.deadline == pytest.approx(8.0 + 0.3, abs=0.01)
