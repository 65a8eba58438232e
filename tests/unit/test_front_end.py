"""From captured audio to frames."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.front_end import EARLY, GRID, FrontEnd
from assistant.audio.reference import Reference
from assistant.audio.types import FRAME, Frame, Pcm


class Subtracting:
    """Perfect where the echo is what was played, `EARLY` after the reference says so."""

    delay = 0

    def __init__(self) -> None:
        self.far: list[Pcm] = []
        self.resets = 0

    def process(self, near: Pcm, far: Pcm) -> Pcm:
        assert len(near) == len(far)
        assert len(near) % 160 == 0
        self.far.append(far)
        return near

    def reset(self) -> None:
        self.resets += 1


def ramp(count: int) -> Pcm:
    return (np.arange(count) % 30_000).astype(np.int16)


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=40))
def test_frames_are_the_stream_however_it_is_cut(sizes: list[int]) -> None:
    front_end = FrontEnd(Subtracting(), Reference())
    assert front_end.begin(0) == 0
    whole, at = ramp(sum(sizes)), 0
    frames: list[Frame] = []
    for size in sizes:
        frames += front_end.push(whole[at : at + size], 0)
        at += size
    assert [frame.start for frame in frames] == [FRAME * i for i in range(len(frames))]
    heard = np.concatenate([frame.pcm for frame in frames]) if frames else ramp(0)
    assert np.array_equal(heard, whole[: len(heard)])
    assert len(whole) - len(heard) < FRAME + 160


def test_what_is_missing_completes_a_frame() -> None:
    front_end = FrontEnd(Subtracting(), Reference())
    front_end.begin(0)
    for _ in range(20):
        missing = front_end.missing
        assert front_end.push(ramp(missing - 1), 0) == []
        assert len(front_end.push(ramp(1), 0)) == 1


def test_the_reference_runs_ahead_and_follows_the_clock() -> None:
    reference, canceller = Reference(), Subtracting()
    reference.write(5_000, np.full(400, 7, np.int16))
    front_end = FrontEnd(canceller, reference)
    front_end.begin(0)
    [frame, *_] = front_end.push(ramp(1_600), 5_000 - EARLY)
    assert np.array_equal(np.flatnonzero(np.concatenate(canceller.far)), np.arange(400))
    assert frame.sounding == (EARLY < FRAME)


def test_a_stream_begins_anew_on_the_grid_and_never_goes_back() -> None:
    canceller = Subtracting()
    front_end = FrontEnd(canceller, Reference())
    front_end.begin(0)
    front_end.push(ramp(6_000), 0)
    again = front_end.begin(100)
    assert again % GRID == 0
    assert again >= 5_632
    [frame] = front_end.push(ramp(640), 0)
    assert frame.start == again
    assert canceller.resets == 2
