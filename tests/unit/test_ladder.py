"""Less is done in time, no less than needed, and all of it again: the ladder, second by second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.events import Rung, Shed
from assistant.ladder import RUNGS, Condition, Ladder, Limits, Supply

LOOK_S = 2.0
PI = Limits(77, 72, 80, 85, full_mib=500, smaller_mib=100)
"""Of a Raspberry Pi 5."""
COOL = Condition(50.0, free_mib=4000)


def looks(ladder: Ladder, condition: Condition, seconds: float, start_s: float) -> list[Shed]:
    """What it says while nothing changes."""
    times = range(round(seconds / LOOK_S))
    found = (ladder.look(condition, start_s + LOOK_S * n) for n in times)
    return [shed for shed in found if shed is not None]


def rungs(sheds: list[Shed]) -> list[Rung]:
    return [shed.rung for shed in sheds]


def test_a_cool_board_does_everything() -> None:
    assert looks(Ladder(PI), COOL, 3600, 0) == []


@pytest.mark.parametrize(
    ("celsius", "rung", "within_s"),
    [(79, "fewer_threads", 5), (81, "smaller_model", 5), (86, "skills_only", 5)],
)
def test_heat_is_met_before_the_board_meets_it(celsius: float, rung: Rung, within_s: float) -> None:
    ladder = Ladder(PI)
    looks(ladder, COOL, 60, 0)
    assert looks(ladder, Condition(celsius), within_s, 60) == [
        Shed(rung, f"The processor has {celsius} °C.")
    ]


def test_a_day_of_79_81_and_86_degrees_and_back() -> None:
    ladder = Ladder(PI)
    told = [
        (celsius, rungs(looks(ladder, Condition(float(celsius)), seconds, start)))
        for celsius, seconds, start in [
            (70, 100, 0),
            (79, 10, 100),
            (81, 10, 110),
            (86, 10, 120),
            (78, 100, 130),
            (74, 400, 230),  # not hot, but not cool either
            (70, 200, 630),
        ]
    ]
    assert told == [
        (70, []),
        (79, ["fewer_threads"]),
        (81, ["smaller_model"]),
        (86, ["skills_only"]),
        (78, []),
        (74, []),
        (70, ["smaller_model", "fewer_threads", "full"]),
    ]


def test_what_is_not_enough_is_followed_by_more_one_rung_at_a_time() -> None:
    ladder = Ladder(PI)
    first = looks(ladder, Condition(78.0), 29, 0)
    assert rungs(first) == ["fewer_threads"]
    assert rungs(looks(ladder, Condition(78.0), 30, 29)) == ["smaller_model"]
    assert rungs(looks(ladder, Condition(78.0), 300, 59)) == ["skills_only"]


def test_heat_that_comes_and_goes_is_no_heat_that_stays() -> None:
    ladder = Ladder(PI)
    for start in range(0, 600, 40):
        looks(ladder, Condition(78.0), 20, start)
        looks(ladder, Condition(75.0), 20, start + 20)
    assert ladder.rung == "fewer_threads"


def test_each_rung_up_takes_a_calm_minute() -> None:
    ladder = Ladder(PI)
    ladder.look(Condition(90.0), 0)
    times = [t for t in range(1, 400) if ladder.look(COOL, float(t)) is not None]
    assert times == [61, 121, 181]
    assert ladder.rung == "full"


def test_one_warm_look_begins_the_minute_again() -> None:
    ladder = Ladder(PI)
    ladder.look(Condition(78.0), 0)
    assert looks(ladder, COOL, 50, 2) == []
    assert ladder.look(Condition(74.0), 52) is None
    assert looks(ladder, COOL, 58, 54) == []
    assert rungs(looks(ladder, COOL, 10, 112)) == ["full"]


def test_a_board_that_slows_itself_down_gets_a_smaller_model_and_keeps_it() -> None:
    ladder = Ladder(PI)
    slowed = Condition(70.0, slowed=True)
    assert looks(ladder, slowed, 3600, 0) == [
        Shed("smaller_model", "The board slows its processor down.")
    ]
    assert rungs(looks(ladder, COOL, 200, 3600)) == ["fewer_threads", "full"]


def test_a_weak_supply_is_told_as_one() -> None:
    weak = Condition(60.0, slowed=True, under_voltage=True)
    shed = Ladder(PI).look(weak, 0)
    assert shed == Shed("smaller_model", "The supply is too weak for the processor.", "power")
    assert Ladder(PI).look(Condition(60.0, under_voltage=True), 0) is None


def test_little_memory_takes_the_large_model_then_all() -> None:
    ladder = Ladder(PI)
    low = Condition(50.0, free_mib=150)
    assert ladder.look(low, 0) == Shed(
        "smaller_model", "Only 150 MiB of memory are left.", "memory"
    )
    assert rungs(looks(ladder, low, 60, 2)) == ["skills_only"]
    assert rungs([Ladder(PI).look(Condition(free_mib=79), 0) or Shed("full", "")]) == [
        "skills_only"
    ]


def test_programs_that_wait_for_memory_are_a_strain() -> None:
    ladder = Ladder(PI)
    assert ladder.look(Condition(pressure_percent=21.0), 0) == Shed(
        "smaller_model", "Programs are waiting for memory.", "memory"
    )
    assert looks(ladder, Condition(pressure_percent=11.0), 600, 2) == []
    assert rungs(looks(ladder, Condition(pressure_percent=9.0), 200, 602)) == [
        "fewer_threads",
        "full",
    ]


def test_a_model_comes_back_only_where_there_is_room_for_it() -> None:
    ladder = Ladder(PI)
    ladder.look(Condition(free_mib=10), 0)
    assert looks(ladder, Condition(free_mib=PI.low_mib + 99), 600, 2) == []
    assert rungs(looks(ladder, Condition(free_mib=PI.low_mib + 100), 200, 602)) == ["smaller_model"]
    assert looks(ladder, Condition(free_mib=PI.low_mib + 399), 600, 802) == []
    back = looks(ladder, Condition(free_mib=PI.low_mib + 400), 200, 1402)
    assert rungs(back) == ["fewer_threads", "full"]
    assert back[0].why == "There is memory again."


def test_a_board_without_sensors_stays_as_it_is() -> None:
    assert looks(Ladder(PI), Condition(), 3600, 0) == []


def test_a_sensor_that_is_lost_keeps_nothing_down() -> None:
    ladder = Ladder(PI)
    ladder.look(Condition(90.0), 0)
    assert rungs(looks(ladder, Condition(), 200, 2)) == ["smaller_model", "fewer_threads", "full"]


def test_a_weak_supply_is_told_once_an_hour_at_most() -> None:
    supply, low = Supply(), Condition(under_voltage=True)
    assert [t for t in range(0, 20_000, 2) if supply.look(low, t)] == [0]
    assert not supply.look(COOL, 20_100)
    assert not supply.look(low, 21_000)
    assert supply.look(low, 21_000 + Supply.AGAIN_S)


# --- laws -----------------------------------------------------------------------------------------

CELSIUS = st.none() | st.floats(20, 110)
CONDITIONS = st.builds(
    Condition,
    temperature_c=CELSIUS,
    slowed=st.booleans(),
    under_voltage=st.booleans(),
    free_mib=st.none() | st.integers(0, 3000),
    pressure_percent=st.floats(0, 100),
)
STEPS = st.lists(st.tuples(CONDITIONS, st.floats(0.1, 120)), max_size=120)


def run(steps: list[tuple[Condition, float]]) -> list[tuple[float, Condition, int, Shed | None]]:
    """Time, condition, rung (0 is full) and what was told, of every look."""
    ladder, now_s, made = Ladder(PI), 0.0, []
    for condition, pause_s in steps:
        now_s += pause_s
        shed = ladder.look(condition, now_s)
        made.append((now_s, condition, RUNGS.index(ladder.rung), shed))
    return made


@given(STEPS)
def test_it_tells_exactly_what_changes(steps: list[tuple[Condition, float]]) -> None:
    before = 0
    for _, _, rung, shed in run(steps):
        assert (shed is not None) == (rung != before)
        assert shed is None or (shed.rung == RUNGS[rung] and shed.why.endswith("."))
        before = rung


@given(STEPS)
def test_it_goes_up_one_rung_at_a_time_and_never_sooner_than_it_is_calm(
    steps: list[tuple[Condition, float]],
) -> None:
    before, changed_s = 0, 0.0
    for now_s, condition, rung, _ in run(steps):
        if rung < before:
            assert rung == before - 1
            assert now_s - changed_s >= PI.calm_s
            assert condition.temperature_c is None or condition.temperature_c < PI.resume_c
            assert not condition.slowed
        if rung != before:
            changed_s = now_s
        before = rung


@given(STEPS)
def test_nothing_weighs_that_is_not_there(steps: list[tuple[Condition, float]]) -> None:
    for _, condition, rung, shed in run(steps):
        if condition.temperature_c is not None and condition.temperature_c >= PI.hard_c:
            assert RUNGS[rung] == "skills_only"
        if shed is not None and rung == 3 and shed.strain == "heat":
            assert condition.temperature_c is None or condition.temperature_c >= PI.shed_c


@given(CONDITIONS, st.lists(st.floats(0.1, 100), max_size=80))
def test_a_condition_that_stays_never_makes_it_go_down_after_it_went_up(
    condition: Condition, pauses: list[float]
) -> None:
    path = [rung for _, _, rung, _ in run([(condition, pause) for pause in pauses])]
    assert path == sorted(path), "from full it only goes down"


@given(STEPS)
def test_it_always_comes_back(steps: list[tuple[Condition, float]]) -> None:
    ladder, now_s = Ladder(PI), 0.0
    for condition, pause_s in steps:
        now_s += pause_s
        ladder.look(condition, now_s)
    looks(ladder, COOL, 3 * PI.calm_s + 4 * LOOK_S, now_s + LOOK_S)
    assert ladder.rung == "full"
