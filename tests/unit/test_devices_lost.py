"""Without a microphone nobody is listened to; without a loudspeaker no timer is lost."""

import pytest

from assistant.events import (
    Attempt,
    ButtonPressed,
    Cancel,
    Chime,
    DeviceFound,
    DeviceLost,
    ReplyComplete,
    TextReceived,
    WakeDetected,
)
from assistant.policy import Policy
from tests.fakes import rings
from tests.unit.hand import Hand, sample

NO_MICROPHONE = DeviceLost("microphone", "unplugged")
NO_LOUDSPEAKER = DeviceLost("loudspeaker", "unplugged")
RING = Chime("timer")


def test_who_presses_the_button_is_told_that_nobody_listens() -> None:
    hand = Hand(Policy())
    hand.at(1.0, NO_MICROPHONE)
    assert hand.at(2.0, ButtonPressed("talk")) == [Chime("error")]
    assert hand.state == "idle"
    hand.at(3.0, DeviceFound("microphone"))
    assert hand.at(4.0, ButtonPressed("talk")) == [Chime("wake")]


def test_listening_ends_with_the_microphone_audibly_for_whoever_called() -> None:
    hand = Hand(Policy())
    hand.at(1.0, WakeDetected("hey_fake", 0.9, sample(1.0)))
    assert hand.at(2.0, NO_MICROPHONE) == [Cancel(Attempt(1)), Chime("error")]
    assert hand.state == "idle"


@pytest.mark.parametrize("answering", [False, True])
def test_a_wait_for_an_answer_that_nobody_gives_ends_silently(answering: bool) -> None:
    hand = Hand(Policy())
    hand.asks("For how long?")
    hand.heard(6.0, "For how long?")
    if answering:
        hand.voice(7.0)
    chimes = [Chime("error")] if answering else []
    assert hand.at(7.2, NO_MICROPHONE) == [Cancel(Attempt(2)), *chimes]


def test_what_rings_is_heard_when_the_loudspeaker_is_back() -> None:
    hand = Hand(Policy())
    hand.at(1.0, NO_LOUDSPEAKER)
    assert hand.at(2.0, rings("rice")) == [], "in vain"
    assert hand.at(3.0, DeviceFound("loudspeaker"))[0] == RING


def test_what_rings_waits_for_the_end_of_a_turn_when_the_loudspeaker_returns() -> None:
    hand = Hand(Policy())
    hand.at(1.0, NO_LOUDSPEAKER, rings("eggs"), ButtonPressed("talk"))
    assert hand.at(2.0, DeviceFound("loudspeaker")) == []
    hand.at(3.0, TextReceived("light on"))
    assert RING in hand.at(4.0, ReplyComplete(Attempt(2)))


def test_a_voice_is_not_running_any_more_when_the_microphone_was_away() -> None:
    hand = Hand(Policy())
    hand.voice(1.0)
    hand.at(1.5, NO_MICROPHONE)
    hand.at(3.0, DeviceFound("microphone"), ButtonPressed("talk", at=sample(3.0)))
    assert hand.machine.deadline == 8.0, "a request is awaited, not already being spoken"
