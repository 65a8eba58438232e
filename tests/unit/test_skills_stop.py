"""What ends everything without a word, and what only sounds like it."""

from datetime import UTC, datetime

import pytest

from assistant.skills import SKILLS, Reply, first_answer
from assistant.skills.stop import Stop

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)

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
    "Tell me a story. Stop.",
    "Set a timer for ten minutes. No, cancel that.",
    "What's the weather? Never mind.",
]


@pytest.mark.parametrize("text", SILENT)
def test_silence_is_an_empty_answer(text: str) -> None:
    assert first_answer(SKILLS.values(), text, NOW) == Reply("")


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
    assert Stop().answer(text, NOW) is None
