"""The distance of two sounds, against what is known of it."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from tools.quantize.measures.log_mel import BANDS, FLOOR_DB, cheapest_path, distance, log_mel

RATE = 22_050


def voice(seconds: float, pitch: float = 150, level: float = 0.3) -> NDArray[np.float32]:
    """Harmonics with a swell: spectra that change."""
    time = np.arange(round(seconds * RATE)) / RATE
    waves = sum(np.sin(2 * np.pi * pitch * n * time * (1 + 0.1 * time)) / n for n in range(1, 30))
    return (level * waves * np.sin(np.pi * time / seconds) / 3).astype(np.float32)


def mean(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    total, steps = distance(log_mel(first, RATE), log_mel(second, RATE))
    return total / steps


def test_a_sound_is_where_it_is() -> None:
    assert mean(voice(1), voice(1)) == 0


def test_half_as_loud_is_six_decibels() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    assert mean(noise, noise * np.float32(0.5)) == pytest.approx(6.02, abs=0.05)


def test_slower_is_nearer_than_different() -> None:
    assert mean(voice(1), voice(1.2)) < mean(voice(1), voice(1, pitch=220)) / 2


def test_silence_is_silence_however_silent() -> None:
    faint = np.full(RATE, 1e-6, np.float32)
    assert mean(faint, np.zeros(RATE, np.float32)) == 0
    assert np.all(log_mel(faint, RATE) == FLOOR_DB)


def test_a_full_scale_tone_is_near_full_scale_in_its_band() -> None:
    tone = np.sin(2 * np.pi * 1_000 * np.arange(RATE) / RATE).astype(np.float32)
    levels = log_mel(tone, RATE)
    assert levels.shape[1] == BANDS
    assert levels[20:60].max(axis=1) == pytest.approx(-3, abs=3)


def test_a_sound_shorter_than_a_frame_is_one_frame() -> None:
    assert log_mel(voice(0.01), RATE).shape == (1, BANDS)


@given(
    arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.floats(0, 9))
)
def test_the_path_is_the_cheapest(costs: NDArray[np.float64]) -> None:
    """Against the recurrence as it is written in books."""

    @cache
    def least(row: int, column: int) -> float:
        if row == column == 0:
            return float(costs[0, 0])
        steps = [(row - 1, column - 1), (row - 1, column), (row, column - 1)]
        return float(costs[row, column]) + min(least(*at) for at in steps if min(at) >= 0)

    rows, columns = costs.shape
    total, length = cheapest_path(costs)
    assert total == pytest.approx(least(rows - 1, columns - 1))
    assert max(rows, columns) <= length < rows + columns
