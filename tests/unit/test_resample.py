"""Sample-rate conversion: cutting the input never matters, the signal survives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.resample import Resampler, resample, to_pcm
from assistant.audio.types import Pcm


def tone(rate: int, seconds: float = 0.5, hertz: float = 440.0, peak: float = 0.5) -> Pcm:
    time = np.arange(round(rate * seconds)) / rate
    return to_pcm((peak * np.sin(2 * np.pi * hertz * time)).astype(np.float32))


@given(
    cuts=st.lists(st.integers(0, 4_000), max_size=8).map(sorted),
    source=st.sampled_from([8_000, 16_000, 22_050, 44_100, 48_000]),
    target=st.sampled_from([16_000, 48_000]),
)
def test_chunking_does_not_matter(cuts: list[int], source: int, target: int) -> None:
    pcm = np.random.default_rng(1).integers(-20_000, 20_000, 4_000).astype(np.int16)
    stream = Resampler(source, target)
    pieces = [stream.push(piece) for piece in np.split(pcm, cuts)]
    pieces.append(stream.finish())
    np.testing.assert_array_equal(np.concatenate(pieces), resample(pcm, source, target))


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 32_000, 44_100, 48_000])
def test_a_tone_keeps_its_pitch_level_and_length(rate: int) -> None:
    got = resample(tone(rate), rate, 16_000)
    want = tone(16_000)
    assert abs(len(got) - len(want)) <= 1
    middle = slice(800, 7_200)
    error = got[middle].astype(int) - want[middle].astype(int)
    assert np.abs(error).max() < 50  # of 16,384: 50 dB below the tone


def test_frequencies_above_the_new_limit_do_not_fold_back() -> None:
    got = resample(tone(48_000, hertz=12_000), 48_000, 16_000)
    assert np.abs(got[800:7_200]).max() <= 2


def test_silence_stays_digital_silence() -> None:
    assert not resample(np.zeros(4_410, np.int16), 44_100, 16_000).any()


def test_a_reset_resampler_is_as_good_as_new() -> None:
    stream = Resampler(22_050, 16_000)
    stream.push(tone(22_050, hertz=1_000))
    stream.reset()
    got = np.concatenate([stream.push(tone(22_050)), stream.finish()])
    np.testing.assert_array_equal(got, resample(tone(22_050), 22_050, 16_000))


def test_full_scale_clips_instead_of_wrapping() -> None:
    loud = np.array([1.5, 1.0, -1.0, -1.5], np.float32)
    np.testing.assert_array_equal(to_pcm(loud), [32_767, 32_767, -32_768, -32_768])
