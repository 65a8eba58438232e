"""A recording as microphone, a track as loudspeaker."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audio.types import FRAME, RATE, AudioChunk
from assistant.audio.virtual import LULL_S, Tape, VirtualLoudspeaker, VirtualMicrophone
from assistant.clock import SkippingClock


class Idle(SkippingClock):
    """Lets the one thread of a test play both parts: a sleeper's time comes at once."""

    def wait(self, until: float | None) -> None:
        assert until is not None
        self._skipped += max(0.0, until - self.now())


def test_the_microphone_delivers_each_frame_when_it_is_due_then_silence() -> None:
    clock = SkippingClock()
    pcm = np.arange(1, 1000, dtype=np.int16)
    microphone = VirtualMicrophone(pcm, clock, lambda: True)
    heard = []
    for frame in microphone.frames():
        assert clock.now() - microphone.began_s >= frame.end / RATE
        heard.append(frame)
    joined = np.concatenate([frame.pcm for frame in heard])
    assert [frame.start for frame in heard] == [i * FRAME for i in range(len(heard))]
    assert np.array_equal(joined[: len(pcm)], pcm)
    assert not joined[len(pcm) :].any()
    assert len(joined) >= len(pcm) + LULL_S * RATE


def test_it_goes_on_until_the_conversation_is_finished() -> None:
    frames = 0

    def finished() -> bool:
        return frames > 200

    for _ in VirtualMicrophone(np.zeros(10, np.int16), SkippingClock(), finished).frames():
        frames += 1
    assert frames == 201


@settings(deadline=None)
@given(st.lists(st.integers(1, 3000), max_size=6))
def test_chunks_that_come_in_time_follow_each_other_without_a_gap(sizes: list[int]) -> None:
    speaker = VirtualLoudspeaker(Idle(), RATE)
    chunks = [np.full(size, i + 1, np.int16) for i, size in enumerate(sizes)]
    given_chunks = [AudioChunk(chunk, RATE) for chunk in chunks]
    for chunk in given_chunks:
        assert speaker.write(chunk, lambda: False)
    _, track = speaker.track(given_chunks)
    assert np.array_equal(track, np.concatenate([np.zeros(0, np.int16), *chunks]))


def test_a_late_chunk_leaves_a_gap_of_silence() -> None:
    clock = Idle()
    speaker = VirtualLoudspeaker(clock, RATE)
    one = AudioChunk(np.ones(800, np.int16), RATE)
    speaker.write(one, lambda: False)
    clock.advance(clock.now() + 1.0)
    speaker.write(one, lambda: False)
    _, track = speaker.track([one])
    assert len(track) > RATE
    assert track.sum() == 1600


def test_it_falls_silent_within_a_block_of_being_told() -> None:
    speaker = VirtualLoudspeaker(Idle(), RATE)
    asked = iter([False, False, True])
    chunk = AudioChunk(np.ones(RATE, np.int16), RATE)
    assert not speaker.write(chunk, lambda: next(asked))
    assert speaker.track([chunk])[1].sum() == 2 * 0.02 * RATE


def test_a_track_holds_what_was_asked_for_and_begins_where_it_was_heard() -> None:
    clock = Idle()
    speaker = VirtualLoudspeaker(clock, RATE)
    chime, reply = (AudioChunk(np.full(320, n, np.int16), RATE) for n in (7, 9))
    for chunk in (chime, reply, chime):
        clock.advance(clock.now() + 1.0)
        speaker.write(chunk, lambda: False)
    began_s, track = speaker.track([reply])
    assert began_s >= 2
    assert np.array_equal(track, reply.pcm)


def test_a_chunk_of_another_rate_is_refused() -> None:
    speaker = VirtualLoudspeaker(Idle(), RATE)
    with pytest.raises(ValueError, match="22050"):
        speaker.write(AudioChunk(np.ones(10, np.int16), 22_050), lambda: False)


def test_a_tape_keeps_what_was_wanted() -> None:
    tape, chunk = Tape(), AudioChunk(np.ones(10, np.int16), RATE)
    assert tape.write(chunk, lambda: False)
    assert not tape.write(chunk, lambda: True)
    assert tape.chunks == [chunk]
