"""Home Assistant's templates become phrases with the slots that are right here."""

import random

import pytest
from hassil import parse_sentence

from tools.home_assistant_sentences import (
    INTENTS,
    SAMPLES,
    UNCOVERED,
    english,
    filled,
    sentences,
    slots,
    uncovered,
)


def test_lengths_are_added_up_and_told_apart() -> None:
    template = "add {timer_hours:hours} and [a] {timer_half:minutes} hour[s] to timer"
    drawn = filled(template, random.Random(1))
    hours = int(drawn.text.split()[1])
    assert drawn.text == f"add {hours} and [a] half hour[s] to timer"
    assert slots(drawn, "AddToTimer") == {"duration": str(3_600 * hours + 1_800)}
    drawn = filled("add {timer_seconds:seconds} to {timer_minutes:start_minutes}", random.Random(1))
    added, length = (int(word) for word in drawn.text.split() if word.isdigit())
    wanted = {"duration": str(added), "length": str(60 * length)}
    assert slots(drawn, "AddToTimer") == wanted


def test_the_length_of_a_timer_is_its_duration_where_nothing_is_added() -> None:
    drawn = filled("cancel {timer_minutes:start_minutes}", random.Random(1))
    assert slots(drawn, "CancelTimer") == {"duration": str(60 * int(drawn.text.split()[1]))}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("to-do", {"list": "to-do"}), ("groceries", {}), ("camping", {"list": "camping"})],
)
def test_the_usual_list_is_not_named(name: str, wanted: dict[str, str]) -> None:
    draws = (filled("add {todo_list_item:item} to {name}", random.Random(n)) for n in range(50))
    drawn = next(each for each in draws if each.text.endswith(f" to {name}"))
    assert slots(drawn, "AddToList") == {"items": drawn.text[4 : -4 - len(name)]} | wanted


def test_sentences_differ_and_are_the_same_every_time() -> None:
    rules = {"set": parse_sentence("(set|start)")}
    template = "<set> [a] timer for {timer_minutes:minutes}( |-)minute[s]"
    first, second = (
        list(sentences(template, ("SetTimer",), rules, random.Random(1))) for _ in range(2)
    )
    assert first == second
    assert len({row["text"] for row in first}) == SAMPLES
    assert len(list(sentences("(cancel|stop) it", ("Stop",), {}, random.Random(1)))) == 2


def test_what_there_is_not_is_left_out_and_the_rest_is_there() -> None:
    assert uncovered("pause [the] {area} timer") == UNCOVERED["area"]
    assert uncovered("pause [the] {timer_name:name} timer") is None
    assert english()["intents"].keys() >= INTENTS.keys()
