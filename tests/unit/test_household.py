"""What the household does of what was proposed, also where a part of it fails."""

import pytest

from assistant.actions import Action, AddItems, ControlHome, SetVolume
from assistant.errors import StageError
from assistant.home.home import failure
from assistant.household import Household
from assistant.store import Book
from assistant.world import Entity

ON = "turn_on"


class Lamps:
    """A home in which "broken" ones do not obey."""

    def __init__(self) -> None:
        self.lit: list[str] = []

    def start(self) -> None: ...

    def close(self) -> None: ...

    def entities(self) -> tuple[Entity, ...]:
        return ()

    def control(self, order: ControlHome) -> None:
        if order.entity.startswith("broken"):
            raise failure(f"The {order.entity} lamp does not answer.")
        self.lit.append(order.entity)


def test_one_lamp_that_fails_costs_nothing_else() -> None:
    lamps = Lamps()
    household = Household(Book.forgetful(), home=lamps)
    orders: list[Action] = [ControlHome(name, ON) for name in ("broken 1", "a", "broken 2", "b")]
    with pytest.raises(StageError, match="broken 1"):
        household.perform([*orders, AddItems("shopping", ("milk",))])
    assert lamps.lit == ["a", "b"]
    assert household.book.lists == {"shopping": ("milk",)}


@pytest.mark.parametrize("action", [ControlHome("a", ON), SetVolume(0.5)], ids=str)
def test_what_is_not_there_is_told_when_the_rest_is_done(action: Action) -> None:
    household = Household(Book.forgetful())
    with pytest.raises(StageError):
        household.perform([action, AddItems("shopping", ("milk",))])
    assert household.book.lists == {"shopping": ("milk",)}
