"""From edges and key events to presses: pure, with made-up times."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.buttons.button import Press
from hw.buttons.keys import (
    DOWN,
    EV_KEY,
    EV_SYN,
    EVENT,
    REPEAT,
    SYN_DROPPED,
    UP,
    Keys,
    event_files,
)
from hw.buttons.press import DEBOUNCE_S, HOLD_S, Presses
from tests.contracts.fakes_panel import event

PHONE, MUTE, MICMUTE, QUIETER, LOUDER = 169, 113, 248, 114, 115


def play(edges: list[tuple[bool, float]], until_s: float) -> list[tuple[str, float]]:
    """What is told and when, if somebody looks at edges and whenever something is due."""
    told: list[tuple[str, float]] = []
    presses, now = Presses(), 0.0
    for down, at_s in [*edges, (None, until_s)]:
        while (due_s := presses.due_s) is not None and due_s <= at_s:
            now = max(now, due_s)
            told += [(each, now) for each in presses.at(now)]
        now = at_s
        made = presses.at(now) if down is None else presses.edge(down, now)
        told += [(each, now) for each in made]
    return told


def test_a_press_is_told_when_it_ends() -> None:
    ((what, at_s),) = play([(True, 1.0), (False, 1.2)], 5.0)
    assert what == "press"
    assert at_s == pytest.approx(1.2 + DEBOUNCE_S)


def test_a_hold_is_told_while_it_lasts_and_its_end_is_nothing() -> None:
    assert play([(True, 1.0), (False, 9.0)], 20.0) == [("hold", 1.0 + HOLD_S)]


def test_what_is_too_short_is_nothing() -> None:
    assert play([(True, 1.0), (False, 1.0 + DEBOUNCE_S / 2)], 5.0) == []


def test_released_just_before_it_is_a_hold() -> None:
    ((what, _),) = play([(True, 1.0), (False, 1.99)], 5.0)
    assert what == "press"


def test_a_gap_while_it_is_held_is_none() -> None:
    edges = [(True, 1.0), (False, 1.5), (True, 1.51), (False, 4.0)]
    assert play(edges, 9.0) == [("hold", 1.0 + HOLD_S)]


def test_one_that_is_stuck_from_the_beginning_is_no_press() -> None:
    presses = Presses(down=True)
    assert presses.due_s is None
    assert presses.at(100.0) == []
    assert presses.edge(False, 101.0) == []
    assert presses.at(102.0) == []
    assert presses.edge(True, 103.0) == []
    assert presses.at(103.0 + HOLD_S) == ["hold"]


def test_whoever_looks_late_still_sees_it_all() -> None:
    presses = Presses()
    assert presses.edge(True, 1.0) == []
    assert presses.edge(False, 9.0) == ["hold"]
    assert presses.edge(True, 20.0) == []
    assert presses.edge(False, 20.5) == []
    assert presses.edge(True, 30.0) == ["press"]


CLEAN = st.lists(
    st.tuples(st.floats(0.2, 3.0), st.floats(0.05, 3.0).filter(lambda s: abs(s - HOLD_S) > 0.05)),
    max_size=8,
)
"""(pause before, how long it is down), seconds."""


@given(CLEAN, st.data())
def test_bounces_change_nothing(story: list[tuple[float, float]], data: st.DataObject) -> None:
    edges: list[tuple[bool, float]] = []
    now = 0.0
    for pause_s, down_s in story:
        for down, wait_s in ((True, pause_s), (False, down_s)):
            now += wait_s
            # An even number of further edges, each within a few milliseconds.
            bounces = data.draw(st.lists(st.floats(0.0002, 0.002), max_size=6))
            bounces = bounces[: len(bounces) // 2 * 2]
            times = [now, *(now + passed for passed in accumulate(bounces))]
            edges += [(down ^ bool(index % 2), at_s) for index, at_s in enumerate(times)]
    told = [what for what, _ in play(edges, now + 5.0)]
    assert told == ["hold" if down_s > HOLD_S else "press" for _, down_s in story]


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 0.5)), max_size=60))
def test_whatever_the_edges_it_comes_to_rest(edges: list[tuple[bool, float]]) -> None:
    times = accumulate(passed for _, passed in edges)
    history = [(down, at_s) for (down, _), at_s in zip(edges, times, strict=True)]
    end_s = history[-1][1] if history else 0.0
    told = play(history, end_s + 10.0)
    assert len(told) <= len(history)
    assert [at for _, at in told] == sorted(at for _, at in told)


# -- keys ------------------------------------------------------------------------------------------


def pushed(*events: tuple[int, int], keys: Keys | None = None, now: float = 0.0) -> list[Press]:
    data = b"".join(event(EV_KEY, code, value) for code, value in events)
    return (keys or Keys()).push(data, now)


@pytest.mark.parametrize(
    ("events", "presses"),
    [
        ([(PHONE, DOWN), (PHONE, UP)], ["press"]),
        ([(MICMUTE, DOWN), (MICMUTE, REPEAT), (MICMUTE, UP)], ["mute"]),
        ([(MUTE, DOWN), (MUTE, UP)], ["mute"]),
        ([(LOUDER, DOWN), (LOUDER, REPEAT), (LOUDER, UP)], ["louder", "louder"]),
        ([(QUIETER, DOWN), (QUIETER, UP)], ["quieter"]),
        ([(30, DOWN), (30, UP)], []),
    ],
)
def test_keys(events: list[tuple[int, int]], presses: list[Press]) -> None:
    assert pushed(*events) == presses


def test_a_talk_key_that_is_held_is_a_hold() -> None:
    keys = Keys()
    assert pushed((PHONE, DOWN), keys=keys, now=5.0) == []
    assert keys.due_s == 5.0 + HOLD_S
    assert keys.at(5.0 + HOLD_S) == ["hold"]
    assert pushed((PHONE, REPEAT), (PHONE, UP), keys=keys, now=7.0) == []


def test_after_lost_events_nothing_is_held() -> None:
    keys = Keys()
    pushed((PHONE, DOWN), keys=keys, now=5.0)
    assert keys.push(event(EV_SYN, SYN_DROPPED, 0), 5.1) == []
    assert keys.at(99.0) == []
    assert pushed((PHONE, UP), keys=keys, now=99.0) == []
    assert pushed((PHONE, DOWN), (PHONE, UP), keys=keys, now=100.0) == ["press"]


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(data: bytes) -> None:
    made = Keys().push(data, 0.0)
    assert len(made) <= 2 * (len(data) // EVENT.size)


@given(
    st.lists(
        st.tuples(st.sampled_from([PHONE, MUTE, LOUDER, 30]), st.sampled_from([UP, DOWN, REPEAT]))
    ),
    st.lists(st.integers(0, 400)),
)
def test_where_the_bytes_are_cut_does_not_matter(
    events: list[tuple[int, int]], cuts: list[int]
) -> None:
    data = b"".join(event(EV_KEY, code, value) for code, value in events)
    keys, parts = Keys(), []
    edges = sorted({0, *(min(cut, len(data)) for cut in cuts), len(data)})
    for begin, end in pairwise(edges):
        parts += keys.push(data[begin:end], 0.0)
    assert parts == Keys().push(data, 0.0)


LISTING = """\
I: Bus=0003 Vendor=2886 Product=0018 Version=0111
N: Name="SEEED ReSpeaker 4 Mic Array (UAC1.0)"
P: Phys=usb-0000:01:00.0-1.3/input0
H: Handlers=kbd event3 
B: PROP=0
B: EV=13

I: Bus=0003 Vendor=0b0e Product=0422 Version=0111
N: Name="Jabra Speak 510 USB"
H: Handlers=sysrq kbd event12 leds 
B: EV=12001b

I: Bus=0019 Vendor=0000 Product=0000 Version=0000
N: Name="Jabra Speak light"
H: Handlers=event5 
B: EV=20001
"""


def test_devices_are_found_by_a_part_of_their_name() -> None:
    assert event_files(LISTING, "jabra") == ["event12"], "the other one has no keys"
    assert event_files(LISTING, "ReSpeaker") == ["event3"]
    assert event_files(LISTING, "Poly") == []


@given(st.text(), st.text(min_size=1))
def test_any_listing_is_survived(text: str, name: str) -> None:
    assert isinstance(event_files(text, name), list)
