"""A voice's flow and decoder in pieces: nothing lost or twice, and the samples of one go."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.engines.onnx_graph import Graph
from assistant.engines.vits import (
    CONTEXT,
    FIRST,
    FLOW_CONTEXT,
    LATER,
    LONGEST,
    REST,
    Pieces,
    Whole,
)
from assistant.engines.vits_graph import stages
from models.protobuf import field

HOP = 2


def smoothed(frames: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Each frame as the sum of those at most `reach` away, in whole numbers: exact in any order."""
    padded = np.pad(frames, ((0, 0), (reach, reach)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1)
    sums: NDArray[np.float32] = windows.sum(axis=2, dtype=np.float32)
    return sums


def flow(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    return smoothed(frames, FLOW_CONTEXT)


def decoder(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.repeat(smoothed(frames, CONTEXT).sum(axis=0), HOP)


def portions(latents: NDArray[np.float32], cuts: list[int]) -> Iterator[NDArray[np.float32]]:
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < latents.shape[1]}), latents.shape[1]]
    return (latents[:, begin:end] for begin, end in pairwise(edges))


@given(
    st.integers(1, 900), st.lists(st.integers(1, 900), max_size=3), st.sampled_from([FIRST, LATER])
)
def test_where_the_latents_are_cut_never_changes_the_samples(
    frames: int, cuts: list[int], first: int
) -> None:
    latents = np.random.default_rng(frames).integers(-9, 9, (2, frames)).astype(np.float32)
    parts = list(Pieces(flow, decoder).decode(portions(latents, cuts), first))
    assert np.concatenate(parts).tolist() == decoder(flow(latents)).tolist()


@given(st.integers(1, 3_000), st.sampled_from([FIRST, LATER]))
def test_pieces_grow(frames: int, first: int) -> None:
    latents = np.zeros((1, frames), np.float32)
    parts = Pieces(lambda given: given, lambda given: given[0]).decode(iter([latents]), first)
    ends = np.cumsum([0, *map(len, parts)]).tolist()
    assert ends[-1] == frames
    for begin, end in pairwise(ends[:-1]):
        assert end - begin == min(begin or first, LONGEST)
    assert ends[-1] - ends[-2] > (REST if len(ends) > 2 else 0)
    assert ends[-1] - ends[-2] <= LONGEST + REST


def test_latents_are_asked_for_only_when_they_are_needed() -> None:
    asked = []

    def latents() -> Iterator[NDArray[np.float32]]:
        for frames in (FIRST + CONTEXT + FLOW_CONTEXT, 500):
            asked.append(frames)
            yield np.zeros((1, frames), np.float32)

    parts = Pieces(flow, decoder).decode(latents())
    assert len(next(parts)) == FIRST * HOP
    assert len(asked) == 1
    next(parts)
    assert len(asked) == 2


def test_no_latents_give_no_samples() -> None:
    assert list(Pieces(flow, decoder).decode(iter([]))) == []
    assert list(Pieces(flow, decoder).decode(iter([np.zeros((3, 0), np.float32)]))) == []


def test_samples_that_are_there_already_stay_as_they_are() -> None:
    [samples] = Whole().decode(iter([np.arange(6, dtype=np.float32).reshape(1, 6)]))
    assert samples.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_graph_without_a_flow_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="no flow"):
        stages(field(7, field(2, "empty")))
    weight = {"flow.flows.6.pre.weight": field(8, "flow.flows.6.pre.weight")}
    with pytest.raises(ValueError, match="0 nodes take"):
        stages(Graph(b"", (), weight, {}, {}).file("no nodes"))


@given(st.binary(max_size=200))
def test_damaged_files_are_told_by_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        stages(content)
