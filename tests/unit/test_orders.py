"""What cannot be done is not left to a language model."""

import pytest

from assistant.understand.normal import normal
from assistant.understand.orders import acts

ACTS = [
    "Call my mother.",
    "Order a pizza for tonight.",
    "Turn the oven down a bit.",
    "Could you please book a table for two?",
    "Send Anna the recipe.",
    "Lock everything up.",
    "Text Anna that I'm late.",
    "Play something nice.",
    "Start the dishwasher.",
    "Buy two tickets for tonight.",
    "Hey Jarvis, wake up grandma.",
]
TALK = [
    "Tell me a joke.",
    "Explain why bread rises.",
    "How do I turn on the oven?",
    "What should I cook tonight?",
    "Play a word game with me.",
    "Water is boiling, what now?",
    "Books are great, which one do you like?",
    "Check whether I can freeze soup.",
    "Use the word thyme in a sentence.",
    "Cooks have a saying about salt, what is it?",
    "Should I call my mother?",
    "Make up a story about a dragon.",
    "Cook time for a turkey.",
    "Water boils at what temperature?",
    "Order of the planets.",
    "Play twenty questions.",
    "Call me Bob.",
    "Light or dark roast, which is stronger?",
]


@pytest.mark.parametrize("text", ACTS)
def test_orders_to_act(text: str) -> None:
    assert acts(normal(text))


@pytest.mark.parametrize("text", TALK)
def test_requests_that_words_can_answer(text: str) -> None:
    assert not acts(normal(text))
