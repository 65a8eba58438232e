"""Voices over a reply, and right after it: the cases that no scene shows."""

import pytest

from assistant.events import (
    Attempt,
    Cancel,
    Chime,
    DeviceLost,
    Duck,
    Exchange,
    JudgeTurn,
    Respond,
    Span,
    StageFailed,
    TextReceived,
    Transcribe,
    Transcribed,
    VoicePaused,
    VoiceStopped,
    WakeDetected,
)
from assistant.policy import Policy
from tests.unit.hand import Hand, sample

LONG = ("Once upon a time.", "There was a light.", "The end.")
OVER = Attempt(2)
"""What is said over the first reply."""


def talking(*sentences: str, policy: Policy | None = None) -> Hand:
    hand = Hand(policy or Policy())
    hand.asks(*(sentences or LONG))
    return hand


def short_voice(hand: Hand, now: float = 6.0) -> Span:
    """Noticed at `now`, paused 0.4 s later; the span that is to be transcribed."""
    assert hand.voice(now) == [Duck(True)]
    (order,) = hand.pause(now + 0.4)
    assert isinstance(order, Transcribe)
    assert order.attempt > Attempt(1)
    return order.span


def test_the_words_of_a_short_voice_are_not_transcribed_twice() -> None:
    hand = talking()
    assert short_voice(hand) == Span(sample(5.4), sample(6.4))
    orders = hand.at(6.6, Transcribed(OVER, "no the other one"))
    history = (Exchange("tell me", "Once upon a time."),)
    respond = Respond(OVER, history, "no the other one", said="Once upon a time.")
    assert orders == [Cancel(Attempt(1)), respond, Duck(False)]
    assert hand.state == "listening"
    assert not any(isinstance(order, Transcribe | JudgeTurn) for order in hand.deadline())
    assert hand.state == "thinking"


def test_a_long_voice_is_a_request_from_its_beginning_on() -> None:
    hand = talking(policy=Policy(barge_in_s=0.5))
    hand.heard(6.0, LONG[0])
    hand.voice(6.2)
    assert hand.deadline() == [Cancel(Attempt(1)), Duck(False)]
    assert hand.now == pytest.approx(6.7)
    assert hand.machine.history == (Exchange("tell me", "Once upon a time. There was a"),)
    orders = hand.pause(8.0)
    assert Transcribe(OVER, Span(sample(5.6), sample(8.0))) in orders


def test_assent_is_an_answer_only_to_a_question_that_may_be_answered() -> None:
    for policy, answered in ((Policy(), True), (Policy(follow_up="never"), False)):
        hand = talking("Shall I?", "Really.", policy=policy)
        short_voice(hand, 5.2)
        hand.at(5.8, Transcribed(OVER, "Yes."))
        assert hand.state == ("listening" if answered else "speaking")
    hand = talking("I shall.", "Really?")
    short_voice(hand, 5.2)
    assert hand.at(5.8, Transcribed(OVER, "Yes.")) == [Duck(False)]


def test_what_is_said_in_two_pieces_is_read_as_one() -> None:
    hand = talking()
    first = short_voice(hand)
    assert hand.again(6.6) == []
    orders = hand.pause(7.0)
    assert hand.at(7.1, Transcribed(OVER, "yeah")) == [], "an answer to the shorter question"
    again = Attempt(2, 1)
    assert orders == [Transcribe(again, Span(first.start, sample(7.0)))]
    assert hand.at(7.2, Transcribed(again, "yeah but"))[0] == Cancel(Attempt(1))


def test_words_that_come_late_still_count_but_nobody_waits_for_them() -> None:
    hand = talking()
    short_voice(hand)
    assert hand.deadline() == [Duck(False)]
    assert hand.state == "speaking"
    orders = hand.at(7.9, Transcribed(OVER, "stop"))
    assert orders[0] == Cancel(Attempt(1))
    assert Duck(False) not in orders
    hand = talking()
    short_voice(hand)
    hand.deadline()
    for text in LONG:
        orders = hand.heard(8.0, text)
    assert orders == [Cancel(OVER)]
    assert hand.state == "idle"


def test_a_transcript_that_fails_lets_the_reply_go_on() -> None:
    hand = talking()
    short_voice(hand)
    assert hand.at(6.5, StageFailed(OVER, "stt", "crashed")) == [Duck(False)]
    assert hand.state == "speaking"
    assert hand.voice(7.0) == [Duck(True)], "the next one gets its chance"


def test_the_next_voice_has_an_attempt_of_its_own() -> None:
    hand = talking()
    short_voice(hand)
    hand.at(6.5, Transcribed(OVER, ""))
    hand.voice(7.0)
    (order,) = hand.pause(7.3)
    assert isinstance(order, Transcribe)
    assert order.attempt == Attempt(3)
    orders = hand.at(7.5, WakeDetected("hey_fake", 0.9, sample(7.5)))
    assert orders == [Cancel(Attempt(3)), Chime("wake"), Duck(False)], "one mark cancels both"


def test_a_television_counts_again_once_it_was_silent() -> None:
    hand = Hand(Policy())
    hand.voice(1.0)
    hand.at(1.0, TextReceived("tell me"))
    hand.speaks(Attempt(1), 2.0, *LONG)
    hand.pause(3.0)
    assert hand.again(3.3) == []
    cut = sample(4.0)
    hand.at(4.0, VoicePaused(cut, cut), VoiceStopped(cut, cut))
    assert hand.voice(4.2) == [], "the voice went on: it was only too long"
    hand.pause(4.8)
    hand.stop(6.3)
    assert hand.voice(6.5) == [Duck(True)]


def test_a_microphone_that_is_lost_cannot_hear_the_voice_stop() -> None:
    hand = talking()
    hand.voice(6.0)
    assert hand.at(6.2, DeviceLost("microphone", "unplugged")) == [Duck(False)]
    assert hand.machine.deadline is not None
    assert hand.machine.deadline > 20, "the reply goes on"
    hand = talking()
    short_voice(hand)
    hand.at(6.5, DeviceLost("microphone", "unplugged"))
    assert hand.at(6.6, Transcribed(OVER, "wrong"))[0] == Cancel(Attempt(1)), "it was said"


def test_a_voice_soon_after_the_commit_reopens_the_turn_unless_a_sentence_was_heard() -> None:
    for heard in (False, True):
        hand = talking(policy=Policy(reopen_s=5.0))
        if heard:
            hand.heard(5.9, LONG[0])
        orders = hand.voice(6.0)
        assert orders == ([Duck(True)] if heard else [Cancel(Attempt(1))])


# -- after the reply -------------------------------------------------------------------------------


def listening_again() -> Hand:
    hand = talking("For how long?")
    hand.heard(6.0, "For how long?")
    assert hand.state == "listening"
    return hand


def test_an_answer_begins_after_the_question() -> None:
    hand = listening_again()
    hand.voice(6.3)
    orders = hand.pause(7.0)
    assert Transcribe(Attempt(2), Span(sample(6.0), sample(7.0))) in orders


def test_an_answer_may_be_shorter_than_a_request() -> None:
    hand = listening_again()
    hand.voice(7.1)
    assert any(isinstance(order, Transcribe) for order in hand.pause(7.36))


def test_noise_does_not_prolong_the_wait_for_an_answer() -> None:
    hand = listening_again()
    hand.voice(8.0)
    hand.pause(8.5)
    hand.at(8.7, Transcribed(Attempt(2), ""))
    assert hand.machine.deadline == pytest.approx(12.0)
    assert Chime("gave_up") not in hand.deadline()
    assert hand.state == "idle"


def test_a_question_in_writing_is_not_answered_by_voice() -> None:
    hand = Hand(Policy(follow_up="always"))
    hand.at(1.0, TextReceived("set a timer"))
    hand.speaks(Attempt(1), 2.0, "For how long?")
    hand.heard(3.0, "For how long?")
    assert hand.state == "idle"
