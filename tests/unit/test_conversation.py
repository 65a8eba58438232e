"""What no scene shows: memory, and events that mean nothing where they arrive."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Conversation
from assistant.events import (
    Attempt,
    Event,
    Played,
    ReplyComplete,
    SentenceReady,
    TextReceived,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
)
from assistant.policy import Policy
from assistant.transitions import State


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


def test_voices_mean_nothing_while_nobody_was_called() -> None:
    conversation = Conversation(Policy())
    for event in (VoiceStarted(0), VoicePaused(9, 5), VoiceResumed(12), VoiceStopped(30, 20)):
        assert conversation.handle(event, 0.0) == []
    assert conversation.state is State.IDLE
    assert conversation.deadline is None
