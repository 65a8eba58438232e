"""The watchdog is fed while sound moves through the wake word and the inbox turns; else not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pulse import MERCY_S, RECENT_S, SLOW_S, STARTING_S, Capture, Pulse, Vitals

SILENT_S = 10.0


def well(now_s: float) -> Vitals:
    return Vitals("open", False, now_s, now_s, now_s, bell=True)


def armed(spared_s: float | None = None) -> Pulse:
    pulse = Pulse(SILENT_S, spared_s)
    pulse.arm(0.0)
    return pulse


def test_one_that_hears_is_well() -> None:
    assert armed().ill(well(100.0), 100.0) == ""


@pytest.mark.parametrize(
    ("vitals", "told"),
    [
        (replace(well(100.0), through_wake_s=100.0 - RECENT_S - 0.1), "through the wake word"),
        (replace(well(100.0), sound_s=100.0 - SILENT_S - 0.1), "nothing but zeros"),
        (replace(well(100.0), inbox_s=100.0 - SLOW_S - 0.1), "inbox"),
        (replace(well(100.0), bell=False), "does not ring"),
    ],
)
def test_what_makes_it_ill(vitals: Vitals, told: str) -> None:
    assert told in armed().ill(vitals, 100.0)


def test_a_model_that_takes_all_cores_for_a_moment_does_not() -> None:
    busy = replace(well(100.0), inbox_s=100.0 - SLOW_S + 0.1, through_wake_s=100.0 - RECENT_S + 0.1)
    assert armed().ill(busy, 100.0) == ""


@pytest.mark.parametrize("capture", ["muted", "absent"])
def test_no_restart_brings_back_what_is_muted_or_unplugged(capture: Capture) -> None:
    gone = replace(well(100.0), capture=capture, lost=True, through_wake_s=5.0, sound_s=5.0)
    assert armed().ill(gone, 100.0) == ""


@pytest.mark.parametrize("capture", ["muted", "absent"])
def test_what_is_opened_again_may_take_a_moment(capture: Capture) -> None:
    pulse = armed()
    old = replace(well(5.0), capture=capture, lost=True)
    for now_s in range(10, 4000, 10):
        assert not pulse.ill(replace(old, inbox_s=float(now_s)), now_s)
    opened = replace(old, capture="open")
    assert not pulse.ill(replace(opened, inbox_s=3991.0), 3991.0)
    assert not pulse.deaf
    assert pulse.ill(replace(opened, inbox_s=3995.0), 3995.0), "but not for ever"


def test_one_that_never_heard_anything_waits_for_its_microphone() -> None:
    dead = replace(well(100.0), through_wake_s=None, sound_s=None, lost=True)
    assert armed().ill(dead, 100.0) == ""
    zeros = replace(well(100.0), sound_s=None)
    assert armed().ill(zeros, 100.0) == ""


def test_what_a_restart_did_not_mend_is_not_restarted_again_soon() -> None:
    deaf = replace(well(100.0), through_wake_s=50.0, sound_s=50.0)
    once, soon = armed(), armed(spared_s=100.0 - MERCY_S + 1)
    assert once.ill(deaf, 100.0)
    assert once.deaf
    assert not soon.ill(deaf, 100.0)
    assert not soon.deaf
    assert soon.ill(replace(deaf, inbox_s=101.0, sound_s=51.0), 102.0), "but after a while"


def test_an_inbox_that_is_stuck_is_not_spared() -> None:
    stuck = replace(well(100.0), inbox_s=10.0)
    pulse = armed(spared_s=99.0)
    assert pulse.ill(stuck, 100.0)
    assert not pulse.deaf


def test_it_may_take_a_while_to_start_but_not_for_ever() -> None:
    pulse = Pulse(SILENT_S)
    nothing = Vitals("open", False, None, None, None, bell=True)
    assert pulse.ill(nothing, STARTING_S - 1) == ""
    assert "listening" in pulse.ill(nothing, STARTING_S + 1)


@given(
    spared_s=st.none() | st.floats(-1e6, 0),
    through_s=st.none() | st.floats(0, 1000),
    sound_s=st.none() | st.floats(0, 1000),
    lost=st.booleans(),
)
def test_deaf_after_having_heard_is_ill_once_and_then_spared(
    spared_s: float | None, through_s: float | None, sound_s: float | None, lost: bool
) -> None:
    """Whatever else is true: nobody who hears is restarted, and no restart follows another within
    the time of mercy."""
    pulse = armed(spared_s)
    vitals = Vitals("open", lost, through_s, sound_s, 1000.0, bell=True)
    ill = pulse.ill(vitals, 1000.0)
    hears = (
        through_s is not None
        and sound_s is not None
        and through_s >= 1000.0 - RECENT_S
        and sound_s >= 1000.0 - SILENT_S
    )
    spared = spared_s is not None and 1000.0 - spared_s < MERCY_S
    assert bool(ill) == (not hears and sound_s is not None and not spared)
    assert pulse.deaf == bool(ill)
