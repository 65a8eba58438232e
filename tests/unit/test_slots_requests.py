"""What the normal form of a request keeps for the slots: commas, glued units, parts of the day."""

import pytest

from assistant.understand.normal import normal


@pytest.mark.parametrize(
    ("text", "form"),
    {
        # Commas part what is listed, and nothing else.
        "Add milk, eggs, and bread to my list.": "add milk and eggs and bread to my list",
        "Hey Jarvis, put milk, 2 eggs & ham on the list, please": (
            "put milk and 2 eggs and ham on the list"
        ),
        "Um, add, uh, milk, er, and eggs": "add milk and eggs",
        "Add to my shopping list, milk": "add to my shopping list milk",
        "Set a timer for 1 hour, 30 minutes": "set a timer for 1 hour 30 minutes",
        "What's 5, 6 and 7": "what is 5 6 and 7",
        # Politeness around an order goes, what it is about does not.
        "Would you mind setting a timer?": "set a timer",
        "Would you mind telling me what time it is?": "what time it is",
        "Would you be so kind as to add milk?": "add milk",
        "Let's set a timer, dear.": "set a timer",
        "I would like you to add honey": "add honey",
        "Tell me to check the oven": "tell me to check the oven",
        "Let me know in ten minutes": "let me know in 10 minutes",
        "Let's not set a timer": "not set a timer",
        # Units lie apart from their numbers.
        "Set a timer for 1h30m.": "set a timer for 1 h 30 m",
        "How much is 100g in ounces?": "how much is 100 g in ounces",
        "on the 24th, the 1st, 3D and 7up": "on the 24th the 1st 3d and 7up",
        # The part of the day stands by the time of day.
        "Wake me at 8 tomorrow evening": "wake me at 8 in the evening tomorrow",
        "Wake me tomorrow evening at 8": "wake me tomorrow in the evening at 8",
        "at 7:30 on Friday night": "at 7:30 at night on friday",
        "every morning at six": "every day in the morning at 6",
        "at 6 every Monday morning": "at 6 in the morning every monday",
        "on Monday mornings at 6": "on mondays in the morning at 6",
        "remind me tomorrow morning to call": "remind me tomorrow in the morning to call",
        "at 7 tomorrow in the morning": "at 7 in the morning tomorrow",
        "at 7 AM tomorrow morning": "at 7 am in the morning tomorrow",
        "weekday mornings at 6": "weekdays in the morning at 6",
        "each night at nine": "every day at night at 9",
        "I need a timer, ten minutes": "i need a timer 10 minutes",
        "add okra, okra and rice": "add okra and okra and rice",
        "good morning": "good morning",
        "alarm Monday-Friday at 7": "alarm monday to friday at 7",
    }.items(),
)
def test_normal_form(text: str, form: str) -> None:
    assert normal(text) == form
