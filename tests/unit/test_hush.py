"""The hush: what the level says of a voice that has ended."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio import quiet
from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.events import Fact, VoicePaused, VoiceResumed, VoiceStarted, VoiceStopped
from assistant.hush import ROOM_S, Hush
from assistant.listen import Endpointer, Endpointing


def frames(*parts: tuple[float, float]) -> list[Frame]:
    """(dB of full scale, seconds) -> frames of noise so loud, one stream."""
    pcm = np.concatenate(
        [
            quiet.noise(round(s * RATE / FRAME) * FRAME / RATE, db, n)
            for n, (db, s) in enumerate(parts)
        ]
    )
    return [Frame(i, pcm[i : i + FRAME]) for i in range(0, len(pcm), FRAME)]


def hushes(voiced: list[tuple[Frame, bool]], fall_db: float = 30, room_db: float = 5) -> list[bool]:
    hush = Hush(fall_db, room_db)
    return [hush.push(frame, voice) for frame, voice in voiced]


def with_voice(given: list[Frame], *spans: tuple[float, float]) -> list[tuple[Frame, bool]]:
    """Each frame and whether it lies within one of the spans (seconds)."""
    return [
        (frame, any(a * RATE <= frame.start < b * RATE - 1 for a, b in spans)) for frame in given
    ]


@pytest.mark.parametrize("room_db", [-70.0, -50.0, -38.0])
def test_it_is_hush_as_soon_as_the_level_is_that_of_the_room(room_db: float) -> None:
    """While the voice detector still hears a voice, 0.3 s after its end."""
    given_ = with_voice(frames((room_db, 1.024), (-20, 1.024), (room_db, 1.024)), (1.024, 2.35))
    found = hushes(given_)
    assert not any(found[32:64])
    assert all(found[64:])


def test_in_a_room_as_loud_as_the_words_the_level_says_nothing() -> None:
    given_ = with_voice(frames((-28, 1.024), (-20, 1.024), (-28, 1.024)), (1.024, 2.35))
    assert not any(hushes(given_)[32:80])


def test_soft_words_after_loud_ones_are_no_hush() -> None:
    """20 dB below the loud ones, in a room 20 dB below them."""
    given_ = with_voice(frames((-60, 1.024), (-20, 1.024), (-40, 1.024)), (1.024, 3.072))
    assert not any(hushes(given_)[32:])


def test_words_said_much_more_softly_are_soon_measured_by_themselves() -> None:
    given_ = with_voice(frames((-80, 1.024), (-10, 1.024), (-46, 2.048)), (1.024, 4.096))
    found = hushes(given_)
    assert all(found[65:75])
    assert not any(found[64 + 31 : 120])


def test_a_fan_that_starts_is_the_room_after_three_seconds() -> None:
    fan = frames((-70, 1.024), (-40, ROOM_S + 0.1), (-20, 1.024), (-40, 0.512))
    end = len(fan) - 16
    found = hushes(with_voice(fan, (1.0 + ROOM_S, 100.0)))
    assert not any(found[end - 32 : end])
    assert all(found[end:])


def test_settings_can_turn_it_off() -> None:
    given_ = with_voice(frames((-70, 0.512), (-20, 1.024), (-70, 1.024)), (0.512, 1.8))
    assert not any(hushes(given_, fall_db=120, room_db=0)[16:])


def test_after_a_reset_the_past_does_not_count() -> None:
    hush = Hush(30, 5)
    for frame, voice in with_voice(frames((-70, 0.512), (-10, 0.512)), (0.512, 1.1)):
        hush.push(frame, voice)
    hush.reset()
    assert not any(hush.push(frame, True) for frame in frames((-45, 0.512)))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([-90.0, -60.0, -40.0, -20.0]), st.floats(0.05, 0.6), st.booleans()
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([2, 4]),
)
def test_the_gain_of_the_microphone_does_not_matter(
    parts: list[tuple[float, float, bool]], gain: int
) -> None:
    voiced: list[tuple[Frame, bool]] = []
    for db, seconds, voice in parts:
        voiced += [(frame, voice) for frame in frames((db, max(seconds, 0.032)))]
    # Whole numbers of the least loud samples would be rounded differently.
    fine = [(Frame(f.start, (f.pcm // 8 * 8).astype(np.int16)), v) for f, v in voiced]
    soft = [(Frame(f.start, (f.pcm // gain).astype(np.int16)), v) for f, v in fine]
    audible = [i for i, (f, _) in enumerate(soft) if np.any(f.pcm)]
    one, other = hushes(fine), hushes(soft)
    if len(audible) == len(soft):
        assert one == other


def facts(pcm: Pcm, voice_until_s: float) -> list[Fact]:
    """What an endpointer makes of sound from 0.512 s on whose detector lags behind its end."""
    endpointer, found = Endpointer(Endpointing(), 0.5), list[Fact]()
    for i in range(0, len(pcm) - FRAME + 1, FRAME):
        voice = 0.512 * RATE <= i < voice_until_s * RATE
        found += endpointer.push(Frame(i, pcm[i : i + FRAME]), 0.95 if voice else 0.02)
    return found


def test_a_pause_begins_where_the_sound_ends_not_where_the_detector_says() -> None:
    pcm = np.concatenate([f.pcm for f in frames((-60, 0.512), (-20, 1.024), (-60, 2.56))])
    found = facts(pcm, voice_until_s=1.536 + 0.3)
    assert [type(fact) for fact in found] == [VoiceStarted, VoicePaused, VoiceStopped]
    paused = found[1]
    assert isinstance(paused, VoicePaused)
    assert paused.speech_end == round(1.536 * RATE)
    assert paused.at - paused.speech_end == 4 * FRAME


def test_a_hush_between_words_is_no_pause_if_it_is_short() -> None:
    pcm = np.concatenate(
        [f.pcm for f in frames((-60, 0.512), (-20, 0.512), (-60, 0.096), (-20, 0.512))]
    )
    assert [type(fact) for fact in facts(pcm, 100.0)] == [VoiceStarted]


def test_a_voice_that_goes_on_after_a_hush_resumes() -> None:
    pcm = np.concatenate(
        [f.pcm for f in frames((-60, 0.512), (-20, 0.512), (-60, 0.32), (-20, 0.512))]
    )
    kinds = [type(fact) for fact in facts(pcm, 100.0)]
    assert kinds == [VoiceStarted, VoicePaused, VoiceResumed]
