"""The document shows the machine as it is."""

from assistant.transitions import TABLE, State
from tools.state_table import DESIGN, updated


def test_the_state_table_in_the_design_is_that_of_the_code() -> None:
    text = DESIGN.read_text("utf-8")
    assert updated(text) == text, "run: python -m tools.state_table"


def test_every_state_can_be_entered_and_left() -> None:
    for state in State:
        assert any(state in row.to for (source, _), row in TABLE.items() if source is not state)
        assert any(source is state and set(row.to) - {state} for (source, _), row in TABLE.items())


def test_every_arm_says_what_it_does() -> None:
    assert all((row.arm.__doc__ or "").strip() for row in TABLE.values())
