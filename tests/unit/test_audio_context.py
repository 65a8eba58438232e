"""The encoder's context is long enough, and sound with flash attention."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.types import RATE
from assistant.engines.audio_context import FULL, POSITIONS_PER_S, positions


@given(st.integers(0, 60 * RATE))
def test_a_context_holds_the_utterance_and_silence_after_it(samples: int) -> None:
    context = positions(samples)
    assert context == FULL or context * RATE >= (samples + RATE) * POSITIONS_PER_S


@given(st.integers(0, 60 * RATE))
def test_no_row_of_the_previous_utterance_is_ever_read(samples: int) -> None:
    context = positions(samples)
    assert context == FULL or context % 256 == 0


@given(st.integers(0, 60 * RATE), st.integers(0, RATE))
def test_more_audio_never_gets_less_context(samples: int, more: int) -> None:
    assert positions(samples + more) >= positions(samples)


def test_a_short_request_costs_a_third() -> None:
    assert positions(2 * RATE) == 512


def test_a_long_one_gets_everything() -> None:
    assert positions(30 * RATE) == FULL
