"""What rings and what was missed: nothing is lost, and nothing is said for ever."""

import numpy as np

from assistant.actions import CreateList, Dismiss
from assistant.alerts import Alert
from assistant.audio.types import RATE, AudioChunk
from assistant.events import (
    ALERT,
    ALWAYS,
    ActionProposed,
    AlertMissed,
    AlertOver,
    ButtonPressed,
    Chime,
    Command,
    Perform,
    Performed,
    Play,
    Played,
    ReplyComplete,
    RequestUnderstood,
    Respond,
    SentenceReady,
    SpeechReady,
    StageFailed,
    Synthesize,
    TextReceived,
    Transcribed,
    WakeDetected,
)
from assistant.policy import Policy
from assistant.ringing import RETRY_S
from tests.fakes import rings
from tests.unit.hand import Hand, sample

SOUND = Chime("timer")


def missed(name: str) -> AlertMissed:
    return AlertMissed(Alert("reminder", name, due_s=0.0, id=9), 7_200.0)


def spoken(orders: list[Command]) -> list[str]:
    return [order.text for order in orders if isinstance(order, Synthesize)]


def hear(hand: Hand, now: float, text: str) -> list[Command]:
    """The sentence that is waited for is synthesised and played to its end."""
    attempt = hand.machine._attempt
    audio = AudioChunk(np.zeros(RATE, np.int16), RATE)
    hand.at(now, SpeechReady(attempt, text, audio, False), SpeechReady(attempt, text, audio, True))
    return hand.at(now + 1, Played(attempt, text))


def test_all_that_was_missed_is_told() -> None:
    hand = Hand(Policy())
    first = spoken(hand.at(1.0, missed("take the pills"), missed("call the doctor")))
    assert "take the pills" in first[0]
    orders = hear(hand, 2.0, first[0])
    while hand.state != "speaking":
        orders = hand.deadline()
    assert "call the doctor" in spoken(orders)[0]
    assert "pills" not in spoken(orders)[0]


def test_what_could_not_be_said_is_tried_again_later() -> None:
    hand = Hand(Policy())
    hand.at(1.0, missed("take the pills"))
    hand.at(2.0, StageFailed(hand.machine._attempt, "tts", "loading"))
    orders: list[Command] = []
    while hand.now < 2.0 + RETRY_S:
        assert not spoken(orders), "it rests between two tries"
        orders = hand.deadline()
    assert "take the pills" in spoken(orders)[0]


def test_a_name_that_is_late_does_not_keep_it_from_ringing() -> None:
    hand = Hand(Policy())
    assert hand.at(1.0, rings("eggs"))[0] == SOUND
    rung = 1
    while hand.now < 20:
        rung += hand.deadline().count(SOUND)
    assert rung >= 3


def test_the_button_stops_what_is_said_of_it_too() -> None:
    hand = Hand(Policy())
    hand.at(1.0, rings("eggs"), missed("take the pills"))
    orders = hand.at(2.0, ButtonPressed("stop"))
    assert Perform(ALWAYS, (Dismiss((1,)),)) in orders
    hand.at(2.1, AlertOver(1))
    while hand.machine.deadline is not None and hand.state != "idle":
        hand.deadline()
    assert hand.state == "idle"


def test_it_rings_on_after_a_request_about_something_else() -> None:
    hand = Hand(Policy())
    hand.at(1.0, rings("eggs"))
    hand.at(2.0, WakeDetected("hey_fake", 0.9, sample(2.0)))
    assert hand.state == "listening"
    orders = hand.at(3.0, TextReceived("light on"))
    respond = next(order for order in orders if isinstance(order, Respond))
    assert SOUND in hand.at(4.0, ReplyComplete(respond.attempt))


def test_nobody_called_so_only_what_is_understood_is_answered() -> None:
    hand = Hand(Policy())
    hand.at(1.0, rings("eggs"))
    hear(hand, 2.0, "Your eggs timer is done.")
    hand.voice(4.0)
    hand.pause(4.6)
    orders = hand.at(4.8, Transcribed(hand.machine._attempt, "and then she said"))
    respond = next(order for order in orders if isinstance(order, Respond))
    assert respond.topic is not None
    assert respond.topic.awaits == ALERT


def test_nothing_is_said_of_an_action_before_it_is_done() -> None:
    hand = Hand(Policy())
    orders = hand.at(1.0, TextReceived("make a list"))
    attempt = next(order for order in orders if isinstance(order, Respond)).attempt
    audio = AudioChunk(np.zeros(RATE, np.int16), RATE)
    orders = hand.at(
        1.1,
        RequestUnderstood(attempt),
        ActionProposed(attempt, (CreateList("camping"),)),
        SentenceReady(attempt, "I made a list."),
        ReplyComplete(attempt),
        SpeechReady(attempt, "I made a list.", audio, True),
    )
    assert not [order for order in orders if isinstance(order, Play)]
    assert [type(order) for order in hand.at(1.5, Performed(attempt))] == [Play]


def test_what_failed_is_told_instead_of_what_would_have_been_said() -> None:
    hand = Hand(Policy())
    orders = hand.at(1.0, TextReceived("make a list"))
    attempt = next(order for order in orders if isinstance(order, Respond)).attempt
    hand.at(
        1.1,
        ActionProposed(attempt, (CreateList("camping"),)),
        SentenceReady(attempt, "I made a list."),
        ReplyComplete(attempt),
    )
    told = spoken(hand.at(1.5, StageFailed(attempt, "skill", "full")))
    assert told == ["I can't save that: my storage is full."]


def test_an_open_question_is_closed_by_never_mind() -> None:
    hand = Hand(Policy())
    orders = hand.at(1.0, TextReceived("never mind"))
    attempt = next(order for order in orders if isinstance(order, Respond)).attempt
    hand.at(1.1, RequestUnderstood(attempt), ReplyComplete(attempt))
    orders = hand.at(2.0, TextReceived("yes"))
    assert next(order for order in orders if isinstance(order, Respond)).topic is None
