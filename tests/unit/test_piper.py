"""Synthesised speech: a fixed gain that never clips, and sentences in pieces that fit memory."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.engines.piper import clauses, to_pcm

samples = arrays(np.float32, st.integers(0, 40), elements=st.floats(-4, 4, width=32))


@given(samples, st.floats(0.05, 4))
def test_never_clips_and_keeps_the_sign(wave: np.ndarray, gain: float) -> None:
    pcm = to_pcm(wave, gain).astype(int)
    assert (np.abs(pcm) <= 32767).all()
    assert (pcm * np.sign(wave) >= 0).all()


@given(samples)
def test_louder_stays_louder(wave: np.ndarray) -> None:
    assert (np.diff(to_pcm(np.sort(wave), 1.0).astype(int)) >= 0).all()


def test_below_the_knee_nothing_is_bent() -> None:
    wave = np.array([-0.8, -0.5, 0, 0.25, 0.8], np.float32)
    assert to_pcm(wave, 1.0).tolist() == [-26214, -16384, 0, 8192, 26214]


def test_gain_is_linear() -> None:
    wave = np.linspace(-0.1, 0.1, 11, dtype=np.float32)
    assert np.abs(to_pcm(wave, 2.0).astype(int) - to_pcm(wave * 2, 1.0)).max() <= 1


def test_the_shape_that_onnx_gives_is_flattened() -> None:
    assert to_pcm(np.zeros((1, 1, 7), np.float32), 1.0).shape == (7,)


@given(st.text("ab, ;"), st.integers(2, 12))
def test_pieces_are_short_and_lose_nothing(text: str, most: int) -> None:
    pieces = list(clauses(list(text), most))
    assert all(0 < len(piece) <= most for piece in pieces)
    assert "".join("".join(piece) for piece in pieces) == text


def test_a_long_sentence_is_cut_at_a_pause_rather_than_between_words() -> None:
    pieces = ["".join(piece) for piece in clauses(list("one two, three four five"), 14)]
    assert pieces == ["one two,", " three four ", "five"]


def test_a_sentence_that_fits_stays_whole() -> None:
    assert list(clauses(list("one, two"), 8)) == [list("one, two")]
