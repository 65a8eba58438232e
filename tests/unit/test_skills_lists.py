"""Lists: what is said about them, and what is done."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import actions
from assistant.alerts import Moment
from assistant.events import CONFIRMATION
from assistant.skills.kitchen.names import found, kinds, stem
from assistant.skills.lists import (
    AddToList,
    AddToNewList,
    ClearList,
    CountList,
    CreateList,
    DeleteList,
    IsOnList,
    ListLists,
    Lists,
    ReadList,
    RemoveFromList,
)
from assistant.skills.skill import Intent
from assistant.understand.matcher import Matcher
from assistant.world import World

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
FULL = {"shopping": ("milk", "6 eggs", "oat milk", "peanut butter"), "camping": ("tent",)}
MATCHER = Matcher([("lists", Lists.intents)], "en")


def world(**lists: tuple[str, ...]) -> World:
    return World(NOW, Moment(0, 0, ""), lists=lists)


def answer(intent: Intent, lists: dict[str, tuple[str, ...]] | None = None) -> str:
    return Lists().answer(intent, world(**(FULL if lists is None else lists))).text


ANSWERS: dict[Intent, str] = {
    AddToList(("bread", "jam")): "I added bread and jam to the shopping list.",
    AddToList(("Milk",)): "Milk is already on the shopping list.",
    AddToList(("bread", "milk")): "I added bread to the shopping list. Milk is already on it.",
    AddToList(("rope",), "camping"): "I added rope to the camping list.",
    AddToList(("lamp",), "errand"): "There's no errand list. Should I make one?",
    AddToNewList(("lamp",), "errand"): "I made an errand list and added lamp.",
    AddToList(("call mom",), "to-do"): "I made a to-do list and added call mom.",
    RemoveFromList(("eggs",)): "I took 6 eggs off the shopping list.",
    RemoveFromList(("egg", "tea")): "I took 6 eggs off the shopping list. Tea isn't on it.",
    RemoveFromList(("tea",)): "Tea isn't on the shopping list.",
    RemoveFromList(("butter",)): "Butter isn't on the shopping list, but peanut butter is.",
    RemoveFromList(("tea", "jam")): "Neither tea nor jam are on the shopping list.",
    RemoveFromList(("tea",), "party"): "There is no party list.",
    ReadList(): (
        "There are 4 things on the shopping list: milk, 6 eggs, oat milk, and peanut butter."
    ),
    ReadList("camping"): "There is 1 thing on the camping list: tent.",
    ReadList("party"): "There is no party list.",
    CountList(): "There are 4 things on the shopping list.",
    IsOnList(("milk",)): "Yes, milk is on the shopping list.",
    IsOnList(("eggs", "tea")): "6 eggs are on the shopping list, but not tea.",
    IsOnList(("tea",)): "No, tea isn't on the shopping list.",
    ClearList(): "I cleared the shopping list.",
    ClearList("party"): "There is no party list.",
    CreateList("party"): "I made a party list.",
    CreateList("camping"): "There is already a camping list.",
    DeleteList("camping"): "I deleted the camping list.",
    DeleteList("party"): "There is no party list.",
    ListLists(): "There are 2 lists: shopping and camping.",
}


@pytest.mark.parametrize(("intent", "wanted"), ANSWERS.items(), ids=str)
def test_answers(intent: Intent, wanted: str) -> None:
    assert answer(intent) == wanted


@pytest.mark.parametrize(
    "intent", [ReadList(), CountList(), RemoveFromList(("milk",)), ClearList()], ids=str
)
def test_the_shopping_list_is_there_without_having_been_made(intent: Intent) -> None:
    reply = Lists().answer(intent, world())
    assert (reply.text, reply.actions) == ("The shopping list is empty.", ())


def test_only_what_is_said_to_be_done_is_done() -> None:
    skill, lists = Lists(), world(**FULL)
    assert skill.answer(AddToList(("bread", "milk")), lists).actions == (
        actions.AddItems("shopping", ("bread",)),
    )
    assert skill.answer(RemoveFromList(("eggs", "tea")), lists).actions == (
        actions.RemoveItems("shopping", ("6 eggs",)),
    )
    for nothing in (RemoveFromList(("butter",)), AddToList(("milk",)), CreateList("camping")):
        assert skill.answer(nothing, lists).actions == ()
    assert skill.answer(ClearList(), lists).actions == (
        actions.RemoveItems("shopping", FULL["shopping"]),
    )


def test_a_list_is_made_by_its_name_only_after_a_yes() -> None:
    """ "Add apples to my shopping list" was once heard as "and apples to my chocolate list"."""
    asked = Lists().answer(AddToList(("apples",), "chocolate"), world(**FULL))
    assert (asked.actions, asked.awaits) == ((), CONFIRMATION)
    assert asked.topic == AddToNewList(("apples",), "chocolate")
    made = Lists().answer(asked.topic, world(**FULL))
    assert made.actions == (actions.AddItems("chocolate", ("apples",)),)
    assert made.topic is not None
    assert made.topic.undone() == RemoveFromList(("apples",), "chocolate")


def test_a_long_list_is_read_in_part() -> None:
    text = answer(ReadList(), {"shopping": tuple(f"item{n}" for n in range(20))})
    assert text.startswith("There are 20 things on the shopping list: item0, ")
    assert text.endswith("item11, and 8 more.")


QUESTIONS: dict[Intent, str | None] = {
    ClearList(): "Remove all 4 items from the shopping list?",
    ClearList("camping"): "Remove tent, the only item, from the camping list?",
    ClearList("party"): None,
    DeleteList("camping"): "Delete the camping list and the 1 item on it?",
    DeleteList("party"): None,
}


@pytest.mark.parametrize(("intent", "wanted"), QUESTIONS.items(), ids=str)
def test_asks_before_much_is_lost(intent: Intent, wanted: str | None) -> None:
    assert Lists().question(intent, world(**FULL)) == wanted


def test_what_was_added_can_be_taken_back() -> None:
    assert AddToList(("milk",), "party").undone() == RemoveFromList(("milk",), "party")
    assert RemoveFromList(("milk",)).undone() == AddToList(("milk",))
    assert ReadList().amended(list="camping") == ReadList("camping")
    assert IsOnList(("milk",)).amended(items=("eggs",)) == IsOnList(("eggs",))
    assert ReadList().amended(items=("eggs",)) is None


@pytest.mark.parametrize(
    ("intent", "undone"),
    [
        (AddToList(("milk", "bread")), RemoveFromList(("bread",))),
        (AddToList(("milk",)), None),
        (RemoveFromList(("eggs", "tea")), AddToList(("6 eggs",))),
        (RemoveFromList(("tea",)), None),
    ],
    ids=str,
)
def test_only_what_was_changed_is_taken_back(intent: Intent, undone: Intent | None) -> None:
    topic = Lists().answer(intent, world(**FULL)).topic
    assert topic is not None
    assert topic.undone() == undone


@pytest.mark.parametrize(
    ("said", "things", "wanted"),
    [
        ("tomato", ("tomatoes",), ("tomatoes",)),
        ("milk", ("2 bottles of milk", "oat milk"), ("2 bottles of milk",)),
        ("zuchini", ("zucchini",), ("zucchini",)),
        ("peas", ("pears",), ()),
        ("butter", ("peanut butter",), ()),
        ("chocolate", ("milk chocolate",), ()),
        ("milk chocolate", ("chocolate milk",), ()),
        ("cherries", ("cherry tomatoes",), ()),
    ],
)
def test_takes_only_what_is_clearly_meant(
    said: str, things: tuple[str, ...], wanted: tuple[str, ...]
) -> None:
    assert found(said, things) == wanted


def test_a_kind_of_it_is_named() -> None:
    assert kinds("milk", ("oat milk", "milk chocolate", "milk")) == ("oat milk",)


@given(st.from_regex(r"[a-z]{3,12}", fullmatch=True))
def test_singular_and_plural_have_one_stem(word: str) -> None:
    if not word.endswith("s"):
        assert stem(word) == stem(word + "s") or stem(word + "s").endswith(("ss", "us", "is"))


@given(st.text(max_size=30), st.lists(st.text(max_size=12), max_size=4))
def test_only_finds_what_is_there(said: str, things: list[str]) -> None:
    assert set(found(said, things)) <= set(things)


REQUESTS: dict[str, Intent | None] = {
    "add milk to my shopping list": AddToList(("milk",)),
    "put milk and eggs on the list": AddToList(("milk", "eggs")),
    "we need milk": AddToList(("milk",)),
    "we are out of eggs": AddToList(("eggs",)),
    "add something to the list": AddToList(),
    "take milk off the list": RemoveFromList(("milk",)),
    "i bought milk": RemoveFromList(("milk",)),
    "check off milk": RemoveFromList(("milk",)),
    "what is on the camping list": ReadList("camping"),
    "how many things are on my list": CountList(),
    "do i have milk on my list": IsOnList(("milk",)),
    "clear my to do list": ClearList("to-do"),
    "create a list called camping": CreateList("camping"),
    "make a camping list with a tent": AddToNewList(("tent",), "camping"),
    "add a tent to a new list called camping": AddToNewList(("tent",), "camping"),
    "delete the camping list": DeleteList("camping"),
    "which lists do i have": ListLists(),
    "put salt on the soup list": AddToList(("salt",), "soup"),
    "what do we need from the shop": ReadList(),
    "have we got flour on the list": IsOnList(("flour",)),
    "can we get flour": AddToList(("flour",)),
    "flour can come off the list": RemoveFromList(("flour",)),
    "i have got the flour and take it off the list": RemoveFromList(("flour",)),
    "do not forget flour on the shopping list": AddToList(("flour",)),
    "the camping list needs a sleeping bag": AddToList(("sleeping bag",), "camping"),
    "add milk to to do": AddToList(("milk",), "to-do"),
    "complete milk from my groceries": RemoveFromList(("milk",)),
    "remove milk in camping list": RemoveFromList(("milk",), "camping"),
    "everything can come off the list": ClearList(),
    "i have run out of sour cream what else works": None,
    "grandma likes milk": None,
    "i need more time": None,
    "check the oven": None,
    "make a list of fruits": None,
    "what is a linked list": None,
}


@pytest.mark.parametrize(("request_", "wanted"), REQUESTS.items(), ids=REQUESTS)
def test_is_understood(request_: str, wanted: Intent | None) -> None:
    candidates = MATCHER.candidates(request_, NOW)
    assert (candidates[0].intent if candidates else None) == wanted


ELSEWHERE = ["add salt to the soup", "put the pan on the stove", "take the pan off the heat"]
ELSEWHERE += ["what is in the fridge", "clear the table", "we need to get going", "grandma is gone"]
ELSEWHERE += ["we need an ambulance", "we need a doctor", "we need the police"]
ELSEWHERE += ["we need the fire department", "we are going to need a plumber"]
ELSEWHERE += ["i bought a car", "we are out of here", "my phone is almost empty"]


@pytest.mark.parametrize("request_", ELSEWHERE)
def test_declines_what_is_about_no_list(request_: str) -> None:
    for candidate in MATCHER.candidates(request_, NOW):
        reply = Lists().answer(candidate.intent, world(**FULL))
        assert (reply.declines, reply.actions) == (True, ())


def test_a_list_that_is_there_needs_no_word_list() -> None:
    intent = MATCHER.candidates("put a lamp on my camping", NOW)[0].intent
    assert Lists().answer(intent, world(**FULL)).actions == (
        actions.AddItems("camping", ("lamp",)),
    )
