"""The ring behaves as an endless recording of which only the last samples can be read."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.ring import Ring
from assistant.audio.types import RATE, Pcm
from assistant.errors import StageError
from assistant.events import Span

SIZE = 50
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 0, 0, 1, 7, SIZE, 3 * SIZE]), st.integers(0, 2 * SIZE)),
    max_size=12,
)
"""(gap before the write, samples written), with writes longer than the ring."""


def counting(start: int, count: int) -> Pcm:
    """Samples that tell their index, never 0."""
    return (np.arange(start, start + count) % 30_000 + 1).astype(np.int16)


@given(steps=STEPS, start=st.integers(0, 900), length=st.integers(0, 2 * SIZE))
def test_reads_what_a_complete_recording_would_hold(
    steps: list[tuple[int, int]], start: int, length: int
) -> None:
    ring = Ring(SIZE / RATE)
    everything = np.zeros(0, np.int16)
    for gap, count in steps:
        at = len(everything) + gap
        pcm = counting(at, count)
        ring.write(at, pcm)
        everything = np.concatenate([everything, np.zeros(gap, np.int16), pcm])
        available = ring.available
        assert available == Span(max(0, len(everything) - SIZE), len(everything))
        np.testing.assert_array_equal(
            ring.read(available), everything[available.start : available.end]
        )

    span = Span(start, start + length)
    if span.start < ring.available.start:
        with pytest.raises(StageError, match="no longer kept") as gone:
            ring.read(span)
        assert gone.value.code == "gone"
    elif span.end > ring.available.end:
        with pytest.raises(StageError, match="not captured yet") as future:
            ring.read(span)
        assert future.value.code == "future"
    else:
        np.testing.assert_array_equal(ring.read(span), everything[span.start : span.end])


def test_a_read_is_a_copy() -> None:
    ring = Ring(SIZE / RATE)
    ring.write(0, counting(0, SIZE))
    read = ring.read(Span(0, 10))
    ring.write(SIZE, counting(SIZE, SIZE))
    np.testing.assert_array_equal(read, counting(0, 10))


def test_a_stream_does_not_go_back() -> None:
    ring = Ring(SIZE / RATE)
    ring.write(0, counting(0, 10))
    with pytest.raises(ValueError, match="already"):
        ring.write(9, counting(9, 5))
    assert ring.available == Span(0, 10)


def test_a_span_that_ends_before_it_starts_is_a_bug() -> None:
    ring = Ring(SIZE / RATE)
    ring.write(0, counting(0, 10))
    with pytest.raises(ValueError, match="before it starts"):
        ring.read(Span(5, 4))


def test_a_ring_without_samples_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no sample"):
        Ring(0.0)


def test_readers_never_see_a_torn_write() -> None:
    """Readers in other threads get exactly the samples they asked for, or a clear refusal."""
    ring = Ring(2_000 / RATE)
    ring.write(0, counting(0, 512))
    wrong: list[Span] = []
    done = threading.Event()

    def reading() -> None:
        while not done.is_set():
            available = ring.available
            try:
                read = ring.read(available)
            except StageError:
                continue  # the writer was quicker
            if not np.array_equal(read, counting(available.start, len(read))):
                wrong.append(available)

    readers = [threading.Thread(target=reading) for _ in range(3)]
    for reader in readers:
        reader.start()
    for start in range(512, 400_000, 512):
        ring.write(start, counting(start, 512))
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
