"""The room's quiet before a clip, as much of it as is missing."""

import numpy as np
import pytest

from assistant.audio.quiet import LEAD_IN_S, led_in, noise, without_lead
from assistant.audio.types import RATE, Pcm


def clip(quiet_s: float, level_db: float = -60) -> Pcm:
    """A voice after so much quiet, and quiet after it."""
    times = np.arange(RATE)
    voice = (8_000 * np.sin(times / 5)).astype(np.int16)
    return np.concatenate([noise(quiet_s, level_db), voice, noise(0.4, level_db)])


@pytest.mark.parametrize("quiet_s", [0.04, 0.1, 0.3])
def test_a_first_word_comes_after_enough_quiet(quiet_s: float) -> None:
    before = clip(quiet_s)
    after = led_in(before)
    assert len(after) - len(before) == pytest.approx((LEAD_IN_S - quiet_s) * RATE, abs=0.02 * RATE)
    assert (after[-len(before) :] == before).all()
    added = after[: len(after) - len(before)].astype(np.float64) / 32_768
    assert 10 * np.log10((added**2).mean()) == pytest.approx(-60, abs=1.5)


@pytest.mark.parametrize("quiet_s", [0.0, 0.02, 0.5, 0.9])
def test_one_that_begins_within_a_word_or_late_is_left_as_it_is(quiet_s: float) -> None:
    pcm = clip(quiet_s)
    assert led_in(pcm) is pcm


@pytest.mark.parametrize("pcm", [np.zeros(n, np.int16) for n in (0, 1, 319, 320, 16_000)])
def test_silence_is_left_as_it_is(pcm: Pcm) -> None:
    assert led_in(pcm) is pcm


@pytest.mark.parametrize("quiet_s", [0.0, 0.02, 0.3])
def test_speech_begins_at_once(quiet_s: float) -> None:
    pcm = clip(quiet_s, level_db=-80)
    begun = without_lead(pcm, RATE)
    assert (pcm[-len(begun) :] == begun).all()
    assert len(pcm) - len(begun) == pytest.approx(max(0.0, quiet_s - 0.005) * RATE, abs=5)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_silence_has_no_beginning(count: int) -> None:
    pcm = np.zeros(count, np.int16)
    assert without_lead(pcm, RATE) is pcm
