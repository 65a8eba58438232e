"""What `tools.bench.voice` reads off a spoken sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.types import Pcm
from tests.fakes import tone
from tools.bench.voice import Take, longest_pause_s, summary

RATE = 16_000


def quiet(seconds: float) -> Pcm:
    return np.zeros(round(seconds * RATE), np.int16)


def test_only_silence_inside_a_sentence_is_a_pause() -> None:
    word = tone(400, 0.2)
    pcm = np.concatenate([quiet(1), word, quiet(0.1), word, quiet(0.3), word, quiet(1)])
    assert longest_pause_s(pcm, RATE) == pytest.approx(0.3, abs=0.01)
    assert longest_pause_s(word, RATE) < 0.01


@given(st.integers(0, 100))
def test_silence_has_no_pause(samples: int) -> None:
    assert longest_pause_s(np.zeros(samples, np.int16), RATE) == 0


def spoken(first_ms: float, headroom: float | None) -> Take:
    return Take(first_ms, first_ms, 2 * first_ms, headroom, 50, quiet(2), RATE)


def test_the_headroom_is_that_of_the_worst_sentence() -> None:
    rounds = [[spoken(50, 3), spoken(60, 9), spoken(70, None)]] * 2 + [[spoken(90, 1)] * 3]
    found = summary(rounds)
    assert found["headroom"] == 1
    assert found["first_ms"] == 70
    assert found["seconds"] == 2
