"""One group of checks that breaks or hangs costs its own lines and no others."""

import threading
from collections.abc import Iterator

from assistant.doctor.check import Check
from assistant.doctor.rounds import Round
from tests.unit.test_doctor_checks import levels

WELL = Check("well", "green", "Well.")


def broken() -> Iterator[Check]:
    yield Check("half", "green", "Well.")
    raise KeyError("surprise")


def test_groups_are_told_in_their_order_whatever_happens_to_one() -> None:
    later = threading.Event()

    def first() -> Iterator[Check]:
        assert later.wait(10)  # they go side by side
        yield Check("first", "green", "Well.")

    def last() -> Iterator[Check]:
        later.set()
        yield WELL

    found = list(Round({"first": first, "broken": broken, "last": last}, 20.0))
    assert levels(found) == {"first": "green", "broken": "yellow", "well": "green"}
    assert "KeyError" in found[1].text


def test_a_group_that_hangs_is_given_up() -> None:
    end = threading.Event()

    def hanging() -> Iterator[Check]:
        end.wait()
        yield WELL

    going = Round({"hanging": hanging, "last": lambda: [WELL]}, 0.05)
    try:
        assert levels(list(going)) == {"hanging": "red", "well": "green"}
        assert going.stuck == ["hanging"]
    finally:
        end.set()


def test_without_groups_there_is_nothing_to_tell() -> None:
    assert list(Round({}, None)) == []
