"""What counts as understood, what counts as nothing, and what a story is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from assistant.actions import Action, AddAlert, AddItems, DeleteList, RemoveAlerts, RemoveItems
from assistant.alerts import Alert
from assistant.errors import InputError
from assistant.evaluate.intents import Judge, Outcome, slots, summarise
from assistant.evaluate.phrases import Nothing, Phrase, Request, Story, Turn, load, sampled
from assistant.evaluate.situation import BUSY, EMPTY, after
from assistant.events import Topic
from assistant.skills.skill import Intent, Reply
from assistant.understand.dialogue import Answer
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World


@dataclass(frozen=True, slots=True)
class Everything(Intent):
    """One slot of each kind."""

    duration: float | None = None
    time: TimeOfDay | None = None
    day: date | None = None
    days: tuple[int, ...] = ()
    items: tuple[str, ...] = ()
    amount: Fraction | None = None
    name: str = ""
    sides: int = 6


@dataclass(frozen=True, slots=True)
class Needy(Intent):
    """A slot without a default."""

    name: str


class Scripted:
    """Answers what it was told to."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, World, Topic | None]] = []

    def answer(self, text: str, world: World, topic: Topic | None = None) -> Answer | None:
        self.asked.append((text, world, topic))
        return self._answers.get(text)


def said(intent: Intent | None, reply: str = "Done.", *actions: Action) -> Answer:
    return Answer(Reply(reply, actions), None if intent is None else Topic(intent))


def judged(phrase: Phrase, answers: dict[str, Answer], **more: Any) -> Outcome:
    ticks = count(0, 0.002)
    skill_of = {"Everything": "all", "Needy": "some"}
    scripted = Scripted(answers)
    return Judge((scripted, scripted), skill_of, lambda: next(ticks), **more).judge(phrase)


def request(**row: Any) -> Request:
    return Request.model_validate({"text": "go", "intent": "Everything"} | row)


# --- slots ----------------------------------------------------------------------------------------


def test_slots_are_written_in_one_way() -> None:
    intent = Everything(
        5400.0,
        TimeOfDay(7, 30, sure=False),
        date(2026, 11, 22),
        (0, 2),
        ("milk", "eggs"),
        Fraction(3, 2),
        "pasta",
        20,
    )
    assert slots(intent) == {
        "duration": "5400",
        "time": "7:30",
        "day": "2026-11-22",
        "days": "0,2",
        "items": "milk|eggs",
        "amount": "3/2",
        "name": "pasta",
        "sides": "20",
    }
    assert slots(Everything()) == {}
    assert slots(Everything(duration=0.5, time=TimeOfDay(7, 30))) == {
        "duration": "0.5",
        "time": "07:30",
    }
    assert slots(Needy("")) == {"name": ""}


# --- a request ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "intent", "right"),
    [
        ({}, Everything(), True),
        ({}, Everything(name="anything"), True),
        ({}, Needy("x"), False),
        ({"intent": ["Needy", "Everything"]}, Everything(), True),
        ({"slots": {}}, Everything(), True),
        ({"slots": {}}, Everything(name="x"), False),
        ({"slots": {"name": "Mom's"}}, Everything(name="moms"), True),
        ({"slots": {"name": "x"}}, Everything(), False),
        ({"slots": {"name": "x"}}, Everything(name="x", sides=3), False),
        ({"slots": {"name": "~call"}}, Everything(name="to call mom"), True),
        ({"slots": {"name": "~call"}}, Everything(name="mom"), False),
        ({"slots": {"name": "~"}}, Everything(name="mom"), True),
        ({"slots": {"name": "~"}}, Everything(), True),
        ({"slots": {"name": "~"}}, Everything(sides=3), False),
        ({"slots": [{"name": "x"}, {"name": "y"}]}, Everything(name="y"), True),
        ({"reply_contains": "DONE"}, Everything(), True),
        ({"reply_contains": "56"}, Everything(), False),
    ],
)
def test_a_request_is_understood_if_intent_slots_and_reply_fit(
    row: dict[str, Any], intent: Intent, right: bool
) -> None:
    assert judged(request(**row), {"go": said(intent)}).right is right


def test_what_nobody_understood_or_what_was_refused_is_wrong() -> None:
    outcome = judged(request(), {})
    assert (outcome.right, outcome.understood, outcome.group) == (False, "-", "all")
    assert list(outcome.seconds) == pytest.approx([0.002])
    assert judged(request(), {"go": said(None)}).understood == "(refused)"
    assert judged(request(intent="Other"), {}).group == "unknown"


def test_a_spoken_request_is_judged_by_what_was_heard() -> None:
    answers = {"heard": said(Everything())}
    outcome = judged(request(), answers, spoken=lambda text: "heard")
    assert (outcome.right, outcome.heard, outcome.text) == (True, "heard", "go")


def test_the_house_is_there_only_for_those_who_speak_of_it() -> None:
    without, at_home = Scripted({}), Scripted({})
    judge = Judge((without, at_home), {}, lambda: 0.0)
    for home in (False, True):
        judge.judge(request(home=home))
    assert [world.home for _, world, _ in without.asked] == [None]
    assert [bool(world.home) for _, world, _ in at_home.asked] == [True]


# --- nothing --------------------------------------------------------------------------------------


def test_nothing_may_be_done_whatever_is_said() -> None:
    phrase = Nothing(text="go", why="a test")
    assert judged(phrase, {}).right
    assert judged(phrase, {"go": said(Everything(), "For how long?")}).right
    wrong = judged(phrase, {"go": said(Everything(), "Done.", DeleteList("camping"))})
    assert not wrong.right
    assert wrong.understood == "Everything DeleteList"


# --- stories --------------------------------------------------------------------------------------


def story(*turns: Turn) -> Story:
    return Story(about="a test", turns=turns)


def test_a_story_knows_what_went_before() -> None:
    milk = AddItems("shopping", ("milk",))
    first = Answer(Reply("Which?"), Topic(Everything(), "items"))
    scripted = Scripted({"add": first, "milk": said(Everything(), "I added milk.", milk)})
    told = story(
        Turn(text="add", asks=True),
        Turn(text="milk", does=("AddItems",), says=("Milk",)),
        Turn(text="thanks"),
    )
    assert Judge((scripted, scripted), {}, lambda: 0.0).judge(told).right
    assert [topic and topic.awaits for _, _, topic in scripted.asked] == [None, "items", ""]
    assert [dict(world.lists) for _, world, _ in scripted.asked][1:] == [
        {},
        {"shopping": ("milk",)},
    ]
    assert scripted.asked[2][1].said == "I added milk."


@pytest.mark.parametrize(
    ("turn", "wanted"),
    [
        (Turn(text="go"), "nothing is done"),
        (Turn(text="go", does=("AddItems",), says=("eggs",)), "AddItems 'eggs'"),
        (Turn(text="go", does=("AddItems",), asks=True), "AddItems a question"),
    ],
)
def test_a_story_is_wrong_from_its_first_wrong_turn(turn: Turn, wanted: str) -> None:
    answers = {"go": said(Everything(), "I added milk.", AddItems("shopping", ("milk",)))}
    outcome = judged(story(Turn(text="hm"), turn, Turn(text="more")), answers)
    assert (outcome.right, outcome.text, outcome.wanted) == (False, "hm / go", wanted)
    assert outcome.understood == "Everything AddItems 'I added milk.'"


def test_what_was_done_is_there_afterwards() -> None:
    world = after(
        EMPTY, [AddAlert(Alert("timer", "a", 1.0)), AddAlert(Alert("timer", "b", 2.0))], ""
    )
    assert [(alert.id, alert.name) for alert in world.alerts] == [(1, "a"), (2, "b")]
    world = after(world, [RemoveAlerts((2,)), RemoveItems("shopping", ("milk",))], "Gone.")
    assert [alert.id for alert in world.alerts] == [1]
    assert world.said == "Gone."
    left = after(BUSY, [RemoveItems("shopping", ("milk",)), DeleteList("camping")], "")
    assert left.lists["shopping"] == ("eggs",)
    assert "camping" not in left.lists


# --- figures --------------------------------------------------------------------------------------


def test_figures_by_skill_and_all_that_went_wrong() -> None:
    answers = {"go": said(Everything())}
    phrases: Sequence[Phrase] = (
        request(), request(intent="Needy"), Nothing(text="go", why="a test"),
    )  # fmt: skip
    result = summarise([judged(phrase, answers) for phrase in phrases])
    assert {name: one["share"] for name, one in result["groups"].items()} == {
        "all": 1.0,
        "nothing": 1.0,
        "some": 0.0,
    }
    assert (result["total"]["phrases"], result["total"]["right"]) == (3, 2)
    assert result["total"]["matching_p95_ms"] == pytest.approx(2)
    assert result["wrong"] == [
        {
            "group": "some",
            "said": "go",
            "heard": "go",
            "wanted": "Needy",
            "understood": "Everything",
        }
    ]


# --- files ----------------------------------------------------------------------------------------


def lines(folder: Path, *rows: Any) -> Path:
    path = folder / "phrases.jsonl"
    path.write_text(
        "\n\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows)
    )
    return path


def test_rows_of_all_kinds_are_read(tmp_path: Path) -> None:
    path = lines(
        tmp_path,
        {"text": "a", "intent": "Needy", "slots": {"name": "x"}},
        {"text": "b", "why": "c"},
        {"about": "d", "turns": [{"text": "e", "does": ["AddItems"]}]},
    )
    assert load(path) == [
        Request(text="a", intent=("Needy",), slots=({"name": "x"},)),
        Nothing(text="b", why="c"),
        Story(about="d", turns=(Turn(text="e", does=("AddItems",)),)),
    ]


@pytest.mark.parametrize(
    "row",
    ["{", {"text": "a"}, {"text": "a", "intent": "B", "slot": {}}, {"about": "a", "turns": []}],
)
def test_what_is_no_phrase_is_named_by_its_line(tmp_path: Path, row: Any) -> None:
    with pytest.raises(InputError, match="line 3"):
        load(lines(tmp_path, {"text": "a", "why": "b"}, row))


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "absent.jsonl")


def test_a_sample_has_some_of_every_kind_and_is_the_same_every_time() -> None:
    rows: list[Phrase] = [request(text=str(number)) for number in range(50)]
    rows += [request(text="x", intent="Needy"), Nothing(text="y", why="z")]
    drawn = sampled(rows, 6)
    assert [row for row in drawn if row in rows[50:]] == rows[50:]
    assert (len(drawn), drawn) == (6, sampled(rows, 6))
    assert sampled(rows, 6, seed=2) != drawn
    assert sampled(rows, None) == sampled(rows, 1_000) == rows
