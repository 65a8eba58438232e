"""Requests that refer to the one before, and those that only seem to."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.actions import (
    Action,
    AddAlert,
    AddItems,
    Dismiss,
    RemoveAlerts,
    RemoveItems,
    ReplaceAlert,
)
from assistant.agenda import new_alarm, new_timer, rung
from assistant.alerts import Moment
from assistant.events import CONFIRMATION, Topic
from assistant.skills import SKILLS
from assistant.understand.dialogue import Dialogue
from assistant.world import World

NOW = datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("America/New_York"))
MOMENT = Moment(NOW.timestamp(), 1_000.0, "boot")
DIALOGUE = Dialogue([skill for name, skill in SKILLS.items() if name != "home"], "en")
PASTA = replace(new_timer("pasta", 600.0, MOMENT), id=1)
WEEKDAYS = replace(
    new_alarm("alarm", "", NOW.timestamp() + 45 * 3_600, "07:00", (0, 1, 2, 3, 4)), id=2
)
WORLD = World(NOW, MOMENT, (PASTA, WEEKDAYS), {"shopping": ("milk",)}, volume=0.5)
EMPTY = World(NOW, MOMENT, volume=0.5)


def said(*requests: str, world: World = WORLD) -> tuple[str, tuple[Action, ...]]:
    """The last reply and its actions, in a world that does not change meanwhile."""
    topic: Topic | None = None
    text, actions = "nothing", tuple[Action, ...]()
    for request in requests:
        answer = DIALOGUE.answer(request, world, topic)
        text, actions, topic = "nothing", (), None
        if answer is not None:
            text, actions, topic = answer.reply.text, answer.reply.actions, answer.topic
    return text, actions


@pytest.mark.parametrize("back", ["forget it", "cancel that", "undo", "not that", "never mind"])
@pytest.mark.parametrize("asked", ["set a timer", "set an alarm", "set a reminder for five pm"])
def test_taking_back_what_was_only_asked_about_touches_nothing_else(asked: str, back: str) -> None:
    assert said(asked, back)[1] == ()


@pytest.mark.parametrize("answer", ["cancel", "never mind", "no", "stop", "forget it"])
def test_never_mind_is_no_text_of_a_reminder(answer: str) -> None:
    assert said("set a reminder for five pm", answer)[1] == ()
    assert said("add something to the list", answer)[1] == ()


def test_another_request_is_no_answer_if_it_names_a_time() -> None:
    _, actions = said("set a reminder for five pm", "set a timer for five minutes")
    assert [type(each) for each in actions] == [AddAlert]
    assert isinstance(actions[0], AddAlert)
    assert actions[0].alert.kind == "timer"


@pytest.mark.parametrize(
    "next_",
    [
        "wait a minute",
        "wait a second",
        "sorry, one second",
        "sorry about that",
        "in the kitchen",
        "for the pasta",
        "how about a joke?",
        "no, tell me a joke",
        "and thank you",
    ],
)
def test_what_is_no_correction_changes_nothing(next_: str) -> None:
    assert said("set a timer for one hour", next_)[1] == ()
    assert said("add milk to the shopping list", next_)[1] == ()


@pytest.mark.parametrize(
    ("first", "next_", "action"),
    [
        ("set a pasta timer for ten minutes", "make that twelve minutes", ReplaceAlert),
        ("set a pasta timer for ten minutes", "make that 12", ReplaceAlert),
        ("set a pasta timer for ten minutes", "no, I meant twelve minutes", ReplaceAlert),
        ("set a pasta timer for ten minutes", "how about fifteen minutes", ReplaceAlert),
        ("set a pasta timer for ten minutes", "cancel it", RemoveAlerts),
        ("add bread to the shopping list", "and eggs", AddItems),
        ("what's on the shopping list", "take the milk off", RemoveItems),
        ("what's on the shopping list", "put eggs on it", AddItems),
    ],
)
def test_what_is_one(first: str, next_: str, action: type[Action]) -> None:
    assert [type(each) for each in said(first, next_)[1]] == [action]


def test_it_is_what_rings_before_anything_else() -> None:
    ringing = replace(WORLD, alerts=(rung(PASTA, MOMENT), WEEKDAYS))
    assert said("set a timer for ten minutes", "cancel it", world=ringing)[1] == (Dismiss((1,)),)


def test_undo_never_deletes_what_was_only_changed() -> None:
    assert said("move my alarm to eight", "undo")[1] == ()
    assert said("how much time is left on the pasta timer", "forget it")[1] == ()


def test_a_question_can_be_asked_about_something_else() -> None:
    assert "London" in said("what time is it in Tokyo", "and in London?")[0]
    assert "Thanksgiving" in said("how many days until Christmas", "and until Thanksgiving?")[0]


@pytest.mark.parametrize(
    "text",
    [
        "remind me not to forget the keys at five",
        "remind me to tell Dad I was not there tomorrow at noon",
    ],
)
def test_a_reminder_may_say_not(text: str) -> None:
    assert [type(each) for each in said(text)[1]] == [AddAlert]


@pytest.mark.parametrize("text", ["Add milk to the list. That's okay.", "Set a timer. Leave it."])
def test_the_end_of_a_request_does_not_take_it_back(text: str) -> None:
    assert said(text)[0] != ""


def test_dangerous_actions_ask_first_and_a_yes_is_for_them_alone() -> None:
    asked = DIALOGUE.answer("cancel all alarms", WORLD)
    assert asked is not None
    assert asked.reply.actions == ()
    assert asked.topic is not None
    assert asked.topic.awaits == CONFIRMATION
    assert said("cancel all alarms", "yes")[1] == (RemoveAlerts((2,)),)
    assert said("cancel all alarms", "no")[1] == ()
    assert said("cancel all alarms", "what time is it", "yes")[1] == ()
    assert said("yes")[1] == ()


def test_where_there_is_nothing_nothing_is_asked() -> None:
    text, actions = said("cancel all alarms", world=EMPTY)
    assert not text.endswith("?")
    assert actions == ()
