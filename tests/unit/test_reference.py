"""The echo canceller's reference: what was played, by the clock."""

import numpy as np

from assistant.audio.reference import TAIL_S, Reference
from assistant.audio.types import RATE, Pcm
from assistant.events import Span


def ramp(start: int, count: int) -> Pcm:
    return (np.arange(start, start + count) % 1_000 + 1).astype(np.int16)


def test_what_was_played_is_read_where_it_was_heard() -> None:
    reference = Reference()
    reference.write(1_000, ramp(0, 500))
    far = reference.read(Span(900, 1_700))
    assert not far[:100].any()
    assert np.array_equal(far[100:600], ramp(0, 500))
    assert not far[600:].any()


def test_stretches_that_nearly_follow_each_other_are_joined() -> None:
    """A clock's jitter must not tear the sound: the canceller would have to learn anew."""
    reference = Reference()
    reference.write(0, ramp(0, 320))
    reference.write(330, ramp(320, 320))
    reference.write(610, ramp(640, 320))
    assert np.array_equal(reference.read(Span(0, 960)), ramp(0, 960))


def test_a_stretch_that_is_too_early_loses_its_beginning() -> None:
    reference = Reference()
    reference.write(0, ramp(0, 1_000))
    reference.write(500, ramp(0, 1_000))
    assert np.array_equal(reference.read(Span(1_000, 1_500)), ramp(500, 500))


def test_old_sound_is_forgotten() -> None:
    reference = Reference()
    reference.write(0, ramp(0, 320))
    reference.write(10 * RATE, ramp(0, 320))
    assert not reference.read(Span(0, 320)).any()


def test_a_sound_is_heard_until_the_room_is_quiet() -> None:
    reference = Reference()
    reference.write(RATE, ramp(0, RATE))
    tail = round(TAIL_S * RATE)
    assert not reference.sounding(Span(0, RATE))
    assert reference.sounding(Span(RATE - 1, RATE + 511))
    assert reference.sounding(Span(2 * RATE + tail - 512, 2 * RATE + tail))
    assert not reference.sounding(Span(2 * RATE + tail, 2 * RATE + tail + 512))


def test_silence_is_no_sound() -> None:
    reference = Reference()
    reference.write(0, np.zeros(RATE, np.int16))
    assert not reference.sounding(Span(0, RATE))


def test_what_was_dropped_was_not_played() -> None:
    reference = Reference()
    reference.write(5_000, ramp(0, 2_000))
    reference.cut(6_000)
    far = reference.read(Span(5_000, 7_000))
    assert np.array_equal(far[:1_000], ramp(0, 1_000))
    assert not far[1_000:].any()
    reference.write(6_100, ramp(0, 500))
    assert np.array_equal(reference.read(Span(6_100, 6_600)), ramp(0, 500))
    assert not reference.sounding(Span(9 * RATE, 10 * RATE))
