"""What ends everything without a word, and what only sounds like it."""

from dataclasses import replace

import pytest

from assistant.actions import Dismiss
from assistant.alerts import Alert
from assistant.skills.skill import Reply
from assistant.skills.stop import Stop, Stopping
from assistant.understand.withdrawal import withdrawn
from tests.unit.asked import NOW, Asked, world

STOP = Asked(Stopping())


SILENT = [
    "Stop.",
    "stop it",
    "Stop, stop, stop!",
    "Okay, stop.",
    "Stop please",
    "Please stop talking.",
    "Alexa, stop.",
    "hey jarvis stop",
    "No, stop!",
    "stop now",
    "That's enough.",
    "That's enough, thank you.",
    "Enough!",
    "Be quiet.",
    "Quiet please.",
    "Silence!",
    "Hush.",
    "Shh.",
    "Shut up.",
    "Cancel.",
    "Cancel that.",
    "Never mind.",
    "Nevermind",
    "Never mind, forget it.",
    "Oh, never mind.",
    "Forget it.",
    "Forget about it.",
    "That will do.",
    "That'll do, thanks.",
    "Could you please be quiet?",
    "Nothing.",
    "Leave it.",
    "Stop ringing.",
    "I wasn't talking to you.",
]
WITHDRAWN = [
    "Tell me a story. Stop.",
    "Set a timer for ten minutes. No, cancel that.",
    "What's the weather? Never mind.",
    "Stop! Stop!",
    "Turn on the light. Wait! Forget it.",
]


@pytest.mark.parametrize("text", SILENT)
def test_silence_is_an_empty_answer(text: str) -> None:
    assert STOP.reply(text) == Reply("")


@pytest.mark.parametrize("text", WITHDRAWN)
def test_the_last_sentence_takes_back_what_came_before(text: str) -> None:
    last = withdrawn(text)
    assert last is not None
    assert text.endswith(last)
    assert STOP.reply(last) == Reply("")


@pytest.mark.parametrize("text", SILENT)
def test_alone_it_takes_nothing_back(text: str) -> None:
    assert withdrawn(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Stop the timer in ten minutes.",
        "Stop the timer.",
        "Cancel my alarm.",
        "Cancel the timer for the eggs.",
        "When does the bus stop?",
        "How do I stop hiccups?",
        "Where is the next bus stop",
        "Never mind the gap, what does it mean?",
        "How do you say shut up in French?",
        "Is it quiet outside?",
        "That's enough flour, what's next?",
        "Nothing compares to you, who sang it?",
        "Forget the milk, add butter.",
        "Don't stop.",
        "do not stop talking",
        "Thank you.",
        "Stop. What time is it?",
        "What comes after don't? Can't stop.",
        "",
    ],
)
def test_other_requests_are_left_to_others(text: str) -> None:
    assert STOP.reply(text) is None
    assert withdrawn(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Add milk to my list. That's all.",
        "Set a timer for five minutes. That will do.",
        "Stop. What time is it?",
        "What comes after don't? Can't stop.",
        "Play it again. Don't stop.",
        "x" * 1000,
    ],
)
def test_what_only_ends_a_request_does_not_take_it_back(text: str) -> None:
    assert withdrawn(text) is None


def test_what_rings_is_dismissed() -> None:
    since = NOW.timestamp() - 5
    rings = Alert("timer", "pasta", since, id=1, ringing_since_s=since)
    quiet = Alert("timer", "eggs", NOW.timestamp() + 60, id=3)
    assert Stopping().answer(Stop(), replace(world(), alerts=(rings, quiet))) == Reply(
        "", (Dismiss((1,)),)
    )
    assert Stopping().answer(Stop(), replace(world(), alerts=(quiet,))) == Reply("")
