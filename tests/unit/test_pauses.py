"""The pauses of a household: what is learned from them, and kept."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.events import Entered
from assistant.learned_pace import LearnedPace
from assistant.pauses import Learning, Pauses


def after(*longest_s: float, learning: Learning | None = None) -> float:
    pauses = Pauses(learning or Learning(), 0.7)
    for each in longest_s:
        pauses.turn(each)
    return pauses.silence_s


def test_longer_pauses_than_the_silence_raise_it_and_others_lower_it() -> None:
    assert after() == 0.7
    assert after(0.9) == pytest.approx(0.75)
    assert after(0.0) == after(0.69) == pytest.approx(0.7 - 0.05 / 19)
    assert after(0.9, *[0.0] * 19) == pytest.approx(0.7)


def test_it_settles_where_a_twentieth_of_the_turns_pause_longer() -> None:
    longest_s = np.random.default_rng(5).uniform(0.0, 0.9, 3_000)
    pauses = Pauses(Learning(), 0.7)
    silences = []
    for each in longest_s:
        pauses.turn(float(each))
        silences.append(pauses.silence_s)
    assert np.mean(silences[1_000:]) == pytest.approx(0.95 * 0.9, abs=0.04)


def test_the_fluent_and_the_hesitant_reach_the_limits_and_no_further() -> None:
    assert after(*[0.0] * 500) == pytest.approx(0.49)
    assert after(*[3.0] * 500) == pytest.approx(0.98)


def test_learning_can_be_turned_off() -> None:
    assert after(*[3.0] * 9, learning=Learning(learn=False)) == 0.7


def test_the_pace_is_relative_to_what_is_usual() -> None:
    pauses = Pauses(Learning(), 0.8)
    assert pauses.pace == 1
    pauses.begin(1.0)
    assert pauses.pace == pytest.approx(1.25)


@given(st.lists(st.floats(0, 1e6), max_size=60), st.floats(0.1, 5.0))
def test_it_stays_within_its_limits(longest_s: list[float], usual_s: float) -> None:
    pauses = Pauses(Learning(), usual_s)
    for each in longest_s:
        pauses.turn(each)
        assert 0.7 * usual_s - 1e-9 <= pauses.silence_s <= 1.4 * usual_s + 1e-9


def test_what_was_learned_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state" / "pauses.json"
    pauses = Pauses(Learning(), 0.7)
    household = LearnedPace(path, pauses)
    household(0.0, Entered("idle"))
    assert not path.exists()  # nothing was learned yet
    pauses.turn(0.9)
    household(1.0, Entered("thinking"))
    assert not path.exists()
    household(2.0, Entered("idle"))
    again = Pauses(Learning(), 0.7)
    LearnedPace(path, again)
    assert again.silence_s == pytest.approx(0.75)
    assert [file.name for file in path.parent.iterdir()] == ["pauses.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"silence_s": "x"}', "{}", '{"silence_s": NaN}', "\xff"]
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "pauses.json"
    path.write_bytes(content.encode("latin-1"))
    pauses = Pauses(Learning(), 0.7)
    LearnedPace(path, pauses)
    assert pauses.silence_s == 0.7


def test_what_another_configuration_learned_is_brought_within_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "pauses.json"
    path.write_text('{"silence_s": 4.0}')
    pauses = Pauses(Learning(), 0.7)
    LearnedPace(path, pauses)
    assert pauses.silence_s == pytest.approx(0.98)


def test_where_nothing_can_be_written_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    pauses = Pauses(Learning(), 0.7)
    household = LearnedPace(tmp_path / "file" / "pauses.json", pauses)
    pauses.turn(0.9)
    household(0.0, Entered("idle"))
    assert pauses.silence_s == pytest.approx(0.75)
