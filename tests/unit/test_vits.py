"""A voice's decoder in pieces: nothing lost, nothing twice, and the same samples as in one go."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines import ModelPath
from assistant.engines.graph_cut import cut_before
from assistant.engines.onnx import opened, session
from assistant.engines.protobuf import field
from assistant.engines.vits import CONTEXT, FIRST, GROWTH, LONGEST, Pieces, Whole, pieces


@given(st.integers(0, 5_000))
def test_pieces_follow_each_other_and_grow(frames: int) -> None:
    found = list(pieces(frames))
    assert [begin for begin, _ in found] == [0, *(end for _, end in found)][: len(found)]
    assert (found[-1][1] if found else 0) == frames
    sizes = [end - begin for begin, end in found]
    assert all(size > CONTEXT for size in sizes[1:])
    for before, after in pairwise(sizes[:-1]):
        assert after == min(GROWTH * before, LONGEST)
    assert all(size <= LONGEST + CONTEXT for size in sizes)
    assert sizes[:1] <= [FIRST + CONTEXT]


def test_samples_that_are_there_already_stay_as_they_are() -> None:
    [samples] = Whole().decode(np.arange(6, dtype=np.float32).reshape(1, 6))
    assert samples.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_graph_without_that_weight_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="0 nodes take the weight"):
        cut_before(field(7, field(2, "empty")), "dec.conv_pre.weight")


@given(st.binary(max_size=200))
def test_damaged_files_are_told_by_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        cut_before(content, "dec.conv_pre.weight")


@pytest.mark.models
def test_a_sentence_in_pieces_is_the_sentence_in_one_go(model: ModelPath) -> None:
    path = model("en_US-joe-medium")
    halves = cut_before(path.read_bytes(), "dec.conv_pre.weight")
    ids = np.array([[1, 0, *np.random.default_rng(5).integers(14, 60, 120), 0, 2]], np.int64)
    given_ = {
        "input": ids,
        "input_lengths": np.array([ids.shape[1]], np.int64),
        "scales": np.array([0, 1, 0], np.float32),  # no noise: the graph draws it anew each time
    }
    whole = session(path, 2).run(None, given_)[0].reshape(-1)
    [spoken] = opened(halves.head, path, 2).run(None, given_)
    parts = list(Pieces(opened(halves.tail, path, 2)).decode(spoken[0]))
    assert len(parts) >= 4
    joined = np.concatenate(parts)
    assert joined.shape == whole.shape
    assert np.abs(joined - whole).max() < 1e-5
    assert np.abs(whole).max() > 0.05
