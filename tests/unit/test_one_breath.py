"""Requests that follow the wake word without a pause: where they begin, and what its tail does."""

import pytest

from assistant.events import (
    Attempt,
    Chime,
    Command,
    DeadlinePassed,
    Respond,
    Span,
    Transcribe,
    Transcribed,
    TurnJudged,
    WakeDetected,
)
from assistant.policy import Policy
from tests.unit.hand import Hand, sample

POLICY = Policy(preroll_s=0.5, breath_s=1.5, tail_s=0.6, turn_end_s=0.4, hesitation_s=1.2)


def called() -> Hand:
    """The wake word is heard at 1 s, while the voice that says it goes on."""
    hand = Hand(POLICY)
    hand.voice(0.5)
    hand.at(1.0, WakeDetected("hey_fake", 0.9, sample(1.0)))
    return hand


def spans(orders: list[Command]) -> list[Span]:
    return [order.span for order in orders if isinstance(order, Transcribe)]


def test_a_request_in_one_breath_begins_at_the_end_of_the_wake_word() -> None:
    assert spans(called().pause(3.0)) == [Span(sample(1.0), sample(3.0))]


@pytest.mark.parametrize(("voice_s", "begins_s"), [(2.0, 1.0), (2.4, 1.0), (4.0, 3.5)])
def test_a_request_after_a_short_pause_is_heard_from_the_wake_word_on(
    voice_s: float, begins_s: float
) -> None:
    """A voice detector needs a moment after the wake word: "add", 0.2 s, went unheard."""
    hand = called()
    hand.pause(1.3)
    hand.voice(voice_s + 0.1)
    assert spans(hand.pause(6.0)) == [Span(sample(begins_s), sample(6.0))]


@pytest.mark.parametrize(("until_s", "silence_s"), [(1.5, 1.2), (2.0, 0.4)])
def test_what_may_be_the_tail_of_the_wake_word_does_not_end_the_turn_soon(
    until_s: float, silence_s: float
) -> None:
    hand = called()
    hand.pause(until_s + 0.16)
    hand.at(until_s + 0.2, TurnJudged(Attempt(1), 0.99), Transcribed(Attempt(1), "add eggs"))
    assert hand.machine.deadline == pytest.approx(until_s + silence_s)


def test_noise_that_ended_the_turn_is_forgotten_and_the_request_is_heard() -> None:
    hand = called()
    hand.pause(2.0)
    hand.at(2.1, TurnJudged(Attempt(1), 0.99))
    hand.deadline()
    assert hand.state == "thinking"
    hand.at(2.5, Transcribed(Attempt(1), ""))
    assert hand.state == "listening"
    hand.again(2.6)
    hand.pause(4.0)
    assert hand.at(4.2, Transcribed(Attempt(1, 1), "light on")) == [
        Respond(Attempt(1, 1), (), "light on")
    ]


def test_noise_after_noise_is_given_up() -> None:
    """A television goes on for ever; the assistant does not listen to it for as long."""
    hand, now, orders = called(), 1.5, list[Command]()
    for revision in range(POLICY.max_revisions + 1):
        hand.again(now)
        hand.pause(now + 1)
        hand.at(now + 2.5, DeadlinePassed())
        assert hand.state == "thinking"
        orders = hand.at(now + 2.6, Transcribed(Attempt(1, revision), ""))
        now += 3
    assert Chime("gave_up") in orders
    assert hand.state == "idle"
