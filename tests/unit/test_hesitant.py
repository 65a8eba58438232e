"""Recordings with a pause put into them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio import quiet
from assistant.audio.types import RATE, Pcm
from assistant.evaluate.hesitant import LONGEST_S, SHORTEST_S, hesitant, pause_s
from assistant.evaluate.manifest import Row, other_half


def words(gap_s: float) -> Pcm:
    """Sound from 0.5 to 2.5 s with 0.1 s of quiet in it."""
    pcm = quiet.noise(3.0, -70)
    loud = quiet.noise(2.0, -20)
    gap = round((gap_s - 0.5) * RATE)
    loud[gap : gap + RATE // 10] = 0
    pcm[RATE // 2 : RATE // 2 + len(loud)] = loud
    return pcm


def test_the_pause_is_put_into_the_quietest_moment() -> None:
    pcm = words(gap_s=1.4)
    longer = hesitant(pcm, RATE // 2, 5 * RATE // 2, 0.8)
    assert len(longer) == len(pcm) + round(0.8 * RATE)
    loud = np.abs(longer.astype(np.int32)) > 300
    inside = loud[round(1.46 * RATE) : round(2.24 * RATE)]
    assert not inside.any()
    assert loud[round(1.3 * RATE) : round(1.4 * RATE)].any()
    assert loud[round(2.3 * RATE) : round(2.4 * RATE)].any()


def test_a_gap_near_the_ends_of_what_is_said_is_not_in_the_middle_of_it() -> None:
    longer = hesitant(words(gap_s=0.6), RATE // 2, 5 * RATE // 2, 0.5)
    loud = np.abs(longer.astype(np.int32)) > 300
    assert loud[: round(0.95 * RATE)].any()
    quiet_for = np.convolve(~loud[RATE // 2 : 3 * RATE], np.ones(round(0.4 * RATE)), "valid")
    at = (RATE // 2 + int(np.argmax(quiet_for))) / RATE
    assert 1.0 - 0.05 <= at <= 2.0


@given(st.integers(0, 40_000), st.integers(0, 40_000), st.integers(0, 48_000))
def test_nothing_that_is_said_is_lost(start: int, length: int, samples: int) -> None:
    pcm = np.arange(samples, dtype=np.int16)
    start = min(start, samples)
    end = min(start + length, samples)
    longer = hesitant(pcm, start, end, 0.3)
    extra = round(0.3 * RATE)
    assert len(longer) == samples + extra
    at = next((i for i in range(samples) if longer[i] != pcm[i]), samples)
    assert any(
        np.array_equal(longer[cut + extra :], pcm[cut:]) for cut in range(max(0, at - 3), at + 1)
    )


def test_the_pauses_are_the_same_each_time_and_within_the_bounds() -> None:
    found = [pause_s(number) for number in range(200)]
    assert found == [pause_s(number) for number in range(200)]
    assert min(found) >= SHORTEST_S
    assert max(found) <= LONGEST_S
    assert np.mean(found) == pytest.approx(0.65, abs=0.05)


def test_each_speaker_is_in_one_half() -> None:
    rows = [Row(file=f"{n}", speaker=f"speaker {n % 30}") for n in range(300)]
    tune = {row.speaker for row in rows if other_half(row, "tune") is None}
    report = {row.speaker for row in rows if other_half(row, "report") is None}
    assert not tune & report
    assert len(tune | report) == 30
    assert min(len(tune), len(report)) > 5
    assert all(other_half(row, None) is None for row in rows)
