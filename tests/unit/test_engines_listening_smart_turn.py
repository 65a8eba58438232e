"""Smart Turn's features, against the reference code's figures and against first principles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audio.types import RATE, Pcm
from assistant.engines.smart_turn import log_mel
from models.mel import mel_filters

REFERENCE = {
    (0, 0): -0.4717296,
    (3, 499): -0.4802793,
    (0, 505): 0.8182023,
    (5, 510): 1.0151037,
    (20, 600): 1.213646,
    (40, 700): 0.94177294,
    (60, 750): 1.3581351,
    (79, 799): 1.2854098,
}
"""What pipecat-ai 1.14.0's `compute_whisper_log_mel_features` makes of `wide_band`, padded in front
to 8 s: value by (mel, column)."""


def wide_band() -> Pcm:
    """Three seconds of something with power in every band, from integers alone."""
    n = np.arange(3 * RATE)
    return ((n * n * 7919 % 4001 - 2000) * np.sin(n / 9000)).astype(np.int16)


def test_features_are_those_of_the_reference_code() -> None:
    features = log_mel(wide_band())
    found = {place: float(features[place]) for place in REFERENCE}
    assert found == pytest.approx(REFERENCE, abs=2e-6)
    assert features.mean(dtype=np.float64) == pytest.approx(0.1302847, abs=1e-6)
    assert features.std(dtype=np.float64) == pytest.approx(0.7987986, abs=1e-6)


def test_a_column_is_a_windowed_fourier_transform_through_whispers_filters() -> None:
    """By direct summation, with the filter bank that the ggml files carry."""
    audio = np.zeros(8 * RATE)
    audio[5 * RATE :] = wide_band() / 32_768
    audio = (audio - audio.mean()) / np.sqrt(audio.var() + 1e-7)
    column, n, k = 650, np.arange(400), np.arange(201)
    window = np.sin(np.pi * n / 400) ** 2
    piece = audio[column * 160 - 200 : column * 160 + 200] * window
    power = np.abs(np.exp(-2j * np.pi * np.outer(k, n) / 400) @ piece) ** 2
    expected = (np.log10(mel_filters(80) @ power) + 4) / 4
    assert np.abs(log_mel(wide_band())[:, column] - expected).max() < 1e-4


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10 * RATE), st.integers(1, 32_767))
def test_shape_and_range_hold_for_any_length_and_level(samples: int, level: int) -> None:
    noise = np.random.default_rng(samples).uniform(-level, level, samples).astype(np.int16)
    features = log_mel(noise)
    assert features.shape == (80, 800)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()
    assert float(np.ptp(features)) <= 2 + 1e-6


def test_only_the_last_eight_seconds_count() -> None:
    recent = np.resize(wide_band(), 8 * RATE)
    assert np.array_equal(log_mel(np.concatenate([wide_band(), recent])), log_mel(recent))


def test_the_level_does_not_matter() -> None:
    """So a quiet speaker is judged as a loud one."""
    quiet = wide_band()
    assert np.abs(log_mel(quiet * 8) - log_mel(quiet)).max() < 0.02
