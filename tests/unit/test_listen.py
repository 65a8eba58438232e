"""The endpointer: probabilities of voice -> where a voice starts, pauses, resumes and stops."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.audio.types import FRAME, RATE, Frame
from assistant.events import Fact, VoicePaused, VoiceResumed, VoiceStarted, VoiceStopped
from assistant.listen import Endpointer, Endpointing

FRAME_S = FRAME / RATE


def facts(
    probabilities: Sequence[float], policy: Endpointing | None = None, size: int = FRAME
) -> list[Fact]:
    endpointer = Endpointer(policy or Endpointing(), 0.5)
    found: list[Fact] = []
    for i, probability in enumerate(probabilities):
        frame = Frame(i * size, np.zeros(size, np.int16))
        found += endpointer.push(frame, probability)
    return found


def runs(*parts: tuple[float, float]) -> list[float]:
    """(probability, seconds) -> one probability a frame."""
    return [p for p, seconds in parts for _ in range(round(seconds / FRAME_S))]


def test_one_utterance() -> None:
    found = facts(runs((0, 0.32), (0.9, 0.96), (0, 2.0)))
    assert [type(fact) for fact in found] == [VoiceStarted, VoicePaused, VoiceStopped]
    started, paused, stopped = found
    assert started.at == 10 * FRAME
    assert isinstance(paused, VoicePaused)
    assert paused.speech_end == 40 * FRAME
    assert isinstance(stopped, VoiceStopped)
    assert stopped.speech_end == paused.speech_end
    assert paused.at - paused.speech_end == 4 * FRAME  # 0.128 s


def test_a_click_is_not_a_voice() -> None:
    assert facts(runs((0, 0.5), (0.9, 0.064), (0, 1))) == []


def test_a_short_gap_is_not_a_pause() -> None:
    assert [type(f) for f in facts(runs((0.9, 0.5), (0, 0.07), (0.9, 0.5)))] == [VoiceStarted]


def test_a_voice_may_fade_further_than_it_had_to_rise() -> None:
    assert [type(f) for f in facts(runs((0.9, 0.5), (0.4, 1.0)))] == [VoiceStarted]
    assert facts(runs((0.4, 1.0))) == []


def test_a_voice_resumes_after_a_pause_and_a_click_does_not() -> None:
    resumed = facts(runs((0.9, 0.5), (0, 0.5), (0.9, 0.5)))
    assert [type(f) for f in resumed] == [VoiceStarted, VoicePaused, VoiceResumed]
    clicked = facts(runs((0.9, 0.5), (0, 0.5), (0.9, 0.032), (0, 1.2)))
    assert [type(f) for f in clicked] == [VoiceStarted, VoicePaused, VoiceStopped]


def test_without_speculation_pause_and_stop_are_one_moment() -> None:
    found = facts(runs((0.9, 0.5), (0, 1.0)), Endpointing(pause_s=0.7, stop_s=0.7))
    assert [type(f) for f in found] == [VoiceStarted, VoicePaused, VoiceStopped]
    assert found[1].at == found[2].at


def test_a_television_is_cut() -> None:
    found = facts(runs((0.9, 42)), Endpointing(longest_s=10))
    stops = [fact.at / RATE for fact in found if isinstance(fact, VoiceStopped)]
    assert stops == pytest.approx([10, 20, 30, 40], abs=0.5)


def test_a_pause_longer_than_the_stop_is_refused() -> None:
    with pytest.raises(ValidationError, match="pause_s"):
        Endpointing(pause_s=2, stop_s=1)


ALLOWED: dict[type[Fact] | None, tuple[type[Fact], ...]] = {
    None: (VoiceStarted,),
    VoiceStarted: (VoicePaused,),
    VoicePaused: (VoiceResumed, VoiceStopped),
    VoiceResumed: (VoicePaused,),
    VoiceStopped: (VoiceStarted,),
}


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.03, 1.5)), max_size=30))
def test_facts_follow_each_other_as_the_diagram_says(parts: list[tuple[float, float]]) -> None:
    found = facts(runs(*parts), Endpointing(longest_s=3))
    before: type[Fact] | None = None
    last = 0
    for fact in found:
        assert isinstance(fact, ALLOWED[before])
        if isinstance(fact, VoicePaused | VoiceStopped):
            assert last <= fact.speech_end <= fact.at
            last = fact.speech_end
        before = type(fact)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=12))
def test_finer_frames_find_the_same_facts(parts: list[tuple[bool, int]]) -> None:
    """Durations are counted in samples: frames of half the size change nothing but a frame."""
    coarse = [0.9 if voice else 0.0 for voice, n in parts for _ in range(n)]
    fine = [p for p in coarse for _ in range(2)]
    policy = Endpointing(start_s=0.064, resume_s=0.064, pause_s=0.192, stop_s=0.96)
    found, finer = facts(coarse, policy), facts(fine, policy, FRAME // 2)
    assert [type(fact) for fact in found] == [type(fact) for fact in finer]
    for fact, same in zip(found, finer, strict=True):
        assert abs(fact.at - same.at) <= FRAME
