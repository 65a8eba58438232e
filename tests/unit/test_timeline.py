"""Sample counts and clock times: what jitter, drift and losses do to them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.timeline import Timeline

RATE = 16_000


@given(st.floats(-1e-4, 1e-4), st.floats(0, 0.015), st.integers(0, 1_000))
def test_times_are_right_in_spite_of_jitter_and_drift(
    drift: float, jitter: float, seed: int
) -> None:
    chance, timeline = random.Random(seed), Timeline(RATE)
    for step in range(1, 600):
        now = step * 0.032
        passed = int((now - jitter * chance.random()) * RATE * (1 + drift))
        assert timeline.observe(passed, now) == 0
    exact_s = passed / (RATE * (1 + drift))
    assert timeline.time(passed) == pytest.approx(exact_s, abs=0.004)


def test_lost_samples_are_a_step() -> None:
    timeline = Timeline(RATE)
    lost = [timeline.observe(step * 512, step * 0.032) for step in range(1, 100)]
    lost += [timeline.observe(step * 512, step * 0.032 + 0.5) for step in range(100, 300)]
    assert sum(lost) == pytest.approx(0.5, abs=0.01)
    assert sum(each > 0 for each in lost) == 1
    assert timeline.time(300 * 512) == pytest.approx(300 * 0.032 + 0.5, abs=0.001)


def test_one_late_look_is_no_loss() -> None:
    timeline = Timeline(RATE)
    for step in range(1, 200):
        late_s = 0.3 if step % 40 == 0 else 0.0
        assert timeline.observe(step * 512, step * 0.032 + late_s) == 0
